/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking detached signatures: CMS (RFC 5652) in DER over other bytes, as
 * common/signer.h and `openssl cms -sign -binary -outform DER` make them.
 *
 * A folder has the certificates that are trusted, one or more in each *.pem file. A file
 * named *.crt, *.cer or *.der is an error, since it would be ignored silently. A signer is
 * trusted if its certificate is there, for any purpose, or if the certificate was issued by
 * an authority (CA:TRUE) that is there, for signing code: it has the extended key usage
 * codeSigning, and digitalSignature if it has a key usage (RFC 5280, 4.2.1.12 and 4.2.1.3).
 * Authorities between the two may have no extended key usage, or codeSigning in it. The
 * validity period of a certificate does not matter, as for the kernel's own module
 * signatures: an update must still be applied at boot, with a clock that may be wrong. To
 * stop trusting a signer, remove its file.
 */
#ifndef LPATCH_COMMON_SIGNATURE_H
#define LPATCH_COMMON_SIGNATURE_H

#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

/* Largest signature that a reader accepts, in bytes: room for some certificates. */
#define SIGNATURE_LIMIT (64UL * 1024)

/*
 * Whether the folder has any certificate that could be trusted. A folder that
 * does not exist has none.
 */
struct lp_error *signature_trusts_anybody(const char *folder, bool *anybody);

/*
 * Checks that a signer trusted by the folder has signed exactly these bytes.
 * *signer becomes the signer's name, to be freed by the caller. LP_BAD_BUNDLE
 * with the reason if not, or if the signature can't be read; LP_INTERNAL if a
 * file of the folder can't be.
 */
struct lp_error *signature_verify(const struct blob *text, const struct blob *signature,
				  const char *folder, char **signer);

/*
 * The name of the signer by the signature itself, not verified, to be freed by the
 * caller. LP_BAD_BUNDLE if it can't be read.
 */
struct lp_error *signature_claim(const struct blob *signature, char **signer);

#endif
