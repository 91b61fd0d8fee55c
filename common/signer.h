/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A signer: a private key and its certificate. It makes detached signatures,
 * CMS (RFC 5652) in DER, without signed attributes and so without the time.
 * With an RSA key (PKCS #1 v1.5) the same bytes have the same signature each
 * time; one by an elliptic curve key contains a random number.
 */
#ifndef LPATCH_COMMON_SIGNER_H
#define LPATCH_COMMON_SIGNER_H

#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

struct signer;

/* The files of a signer. */
struct signer_files {
	const char *key;         /* path of the private key: PEM; RSA or elliptic curve */
	const char *certificate; /* path of its certificate: PEM or DER */
	const char *passphrase;  /* of the key, or NULL if it needs none */
};

/*
 * Reads key and certificate; *signer is to be freed by signer_free(). LP_USAGE,
 * one line with the file's name, if one can't be read, is something else or of
 * a kind that can't sign, if the passphrase is missing or wrong, or if the
 * certificate is not that of the key.
 */
struct lp_error *signer_open(const struct signer_files *files, struct signer **signer);

/* The certificate's subject, in one line of printable ASCII: "CN = alice". */
const char *signer_name(const struct signer *signer);

/* True for an elliptic curve key; some kernels can't check its signatures. */
bool signer_is_elliptic(const struct signer *signer);

/*
 * Signs the bytes; `hash` is the digest's name ("sha256"). The caller frees
 * *signature, which contains the certificate if `with_certificate`. LP_INTERNAL
 * if libcrypto doesn't know the digest, or fails.
 */
struct lp_error *signer_sign(const struct signer *signer, const struct blob *text, const char *hash,
			     bool with_certificate, struct blob *signature);

void signer_free(struct signer *signer);

static inline void cleanup_signer(struct signer **signer)
{
	signer_free(*signer);
}

#define _cleanup_signer_ _cleanup_(cleanup_signer)

#endif
