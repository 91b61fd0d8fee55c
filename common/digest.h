/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digests of bytes in memory, by nettle: libcrypto takes longer to load and set up than the
 * digest of a whole bundle takes, and most runs of the programs for hosts need nothing else from
 * it.
 */
#ifndef LPATCH_COMMON_DIGEST_H
#define LPATCH_COMMON_DIGEST_H

#include <stddef.h>

#include "common/error.h"

#define DIGEST_SHA256_TEXT 65 /* 64 hex digits and a terminator */

/* The bytes as lower-case hex; `text` has room for 2 * size + 1 characters. */
void hex_text(const void *data, size_t size, char *text);

/* The SHA-256 of `size` bytes as lower-case hex. */
void digest_sha256(const void *data, size_t size, char text[DIGEST_SHA256_TEXT]);

#endif
