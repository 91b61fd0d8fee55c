/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One zstd frame (RFC 8878) to memory and back. */
#ifndef LPATCH_COMMON_ZSTD_FRAME_H
#define LPATCH_COMMON_ZSTD_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/file.h"

/* Compresses `size` bytes into one frame with a checksum; the same bytes give the same frame. */
struct lp_error *zstd_frame_write(const void *data, size_t size, struct blob *frame);

/*
 * Decompresses `data`, which must be exactly one frame. LP_BAD_BUNDLE for
 * anything else: not zstd, damaged, truncated, followed by more, or larger than
 * `limit` bytes when decompressed. The caller frees *contents.
 */
struct lp_error *zstd_frame_read(const void *data, size_t size, size_t limit,
				 struct blob *contents);

#endif
