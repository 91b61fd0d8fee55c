/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking detached signatures: CMS (RFC 5652) in DER over bytes that stand elsewhere,
 * as common/signer.h and `openssl cms -sign -binary -outform DER` make them.
 *
 * Who is trusted is a folder of certificates, one or more in each *.pem file; one that is named
 * *.crt, *.cer or *.der is an error, since it would be passed over without a word.
 * A signer is trusted if its certificate is there, whatever that says it is for, or was issued by
 * that of an authority (CA:TRUE) that is, for signing code: it has the extended key usage
 * codeSigning, and digitalSignature if it has a key usage (RFC 5280, 4.2.1.12 and 4.2.1.3).
 * Authorities between the two may have no extended key usage, or codeSigning in it.
 * From when to when a certificate is valid does not matter, as for the kernel's own module
 * signatures: an update must still be applied at boot, with a clock that may be wrong. To stop
 * trusting a signer, take its file away.
 */
#ifndef LPATCH_COMMON_SIGNATURE_H
#define LPATCH_COMMON_SIGNATURE_H

#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

/* Largest signature that a reader takes, in bytes: some certificates and no more. */
#define SIGNATURE_LIMIT (64UL * 1024)

/*
 * Whether the folder has any certificate that could be trusted. A folder that
 * is not there has none.
 */
struct lp_error *signature_trusts_anybody(const char *folder, bool *anybody);

/*
 * Checks that somebody whom the folder trusts has signed exactly these bytes.
 * *signer becomes the signer's name, to be freed by the caller. LP_BAD_BUNDLE
 * with the reason if it is not so, or the signature can't be read;
 * LP_INTERNAL if a file of the folder can't be.
 */
struct lp_error *signature_verify(const struct blob *text, const struct blob *signature,
				  const char *folder, char **signer);

/*
 * The name that the signature itself gives for its signer, which anybody could
 * have written there, to be freed by the caller. LP_BAD_BUNDLE if it can't be read.
 */
struct lp_error *signature_claim(const struct blob *signature, char **signer);

#endif
