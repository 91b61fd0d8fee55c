/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compressed kernel in a bzImage, and its decompression
 * (Documentation/x86/boot.rst, Linux 6.1).
 */
#ifndef LPATCH_COMMON_DECOMPRESS_H
#define LPATCH_COMMON_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Whether the file has the setup header of a bzImage. */
bool bzimage_is(const uint8_t *file, size_t size);

/*
 * Decompresses the kernel in a bzImage. *kernel becomes a new buffer of *kernel_size
 * bytes which the caller frees. LP_INTERNAL for a file that is cut off or damaged, or a
 * compression other than xz, zstd, gzip and lz4.
 */
struct lp_error *bzimage_decompress(const uint8_t *file, size_t size, uint8_t **kernel,
				    size_t *kernel_size);

#endif
