/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the users of libcrypto: release by scope, reasons, names. */
#ifndef LPATCH_COMMON_CRYPTO_H
#define LPATCH_COMMON_CRYPTO_H

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/error.h"

static inline void cleanup_bio(BIO **bio)
{
	BIO_free(*bio);
}

static inline void cleanup_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static inline void cleanup_cms(CMS_ContentInfo **cms)
{
	CMS_ContentInfo_free(*cms);
}

/* Why libcrypto failed; clears its list of errors. */
const char *crypto_reason(void);

/* For functions that read PEM: never asks for a passphrase. */
int crypto_no_passphrase(char *buffer, int size, int writing, void *data);

/* The name as one line of printable ASCII, the rest escaped; to be freed by the caller. */
struct lp_error *crypto_name(const X509_NAME *name, char **text);

#endif
