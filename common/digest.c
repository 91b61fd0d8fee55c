// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/digest.h"

#include <nettle/sha2.h>

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

void digest_sha256(const void *data, size_t size, char text[DIGEST_SHA256_TEXT])
{
	unsigned char digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, size, data);
	sha256_digest(&context, sizeof(digest), digest);
	hex_text(digest, sizeof(digest), text);
}
