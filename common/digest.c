// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/digest.h"

#include <openssl/evp.h>

void hex_text(const void *data, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * size] = '\0';
}

struct lp_error *digest_sha256(const void *data, size_t size, char text[DIGEST_SHA256_TEXT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length;

	if (!EVP_Digest(data, size, digest, &length, EVP_sha256(), NULL) ||
	    2 * length + 1 != DIGEST_SHA256_TEXT)
		return lp_error_new(LP_INTERNAL, "libcrypto can't compute a SHA-256 digest");
	hex_text(digest, length, text);
	return NULL;
}
