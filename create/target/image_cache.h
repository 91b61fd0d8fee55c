/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel images, decompressed once; xz takes half a second in every run
 * otherwise.
 */
#ifndef LPATCH_CREATE_TARGET_IMAGE_CACHE_H
#define LPATCH_CREATE_TARGET_IMAGE_CACHE_H

#include "common/kernel_image.h"
#include "create/target/cache.h"

/*
 * Opens the image at `path` as kernel_image_open() does. A compressed one is
 * kept decompressed in the cache, under the digest of the file. If the cache
 * can't keep it, that only costs time.
 */
struct lp_error *image_cache_open(const struct cache *cache, const char *path,
				  struct kernel_image **image);

#endif
