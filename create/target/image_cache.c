// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/image_cache.h"

#include <string.h>

#include "common/decompress.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/text.h"
#include "create/base/directory.h"
#include "create/base/private.h"
#include "create/base/seal.h"

/* A compressed image is some 8 MB; larger files are not kernels. */
#define IMAGE_LIMIT (1u << 30)

/* Where the image is kept decompressed, to be freed; NULL for a file that is no bzImage. */
static struct lp_error *kept_path(const struct cache *cache, const char *path, char **kept)
{
	_cleanup_blob_ struct blob file = {0};
	char digest[DIGEST_SHA256_TEXT];

	*kept = NULL;
	lp_try(file_read(path, IMAGE_LIMIT, &file));
	if (!bzimage_is(file.data, file.size))
		return NULL;
	digest_sha256(file.data, file.size, digest);
	return text_format(kept, "%s/images/%s", cache->directory, digest);
}

/* For the next run; if it can't be kept, that one decompresses again. */
static void keep(const struct kernel_image *image, const char *kept)
{
	size_t size;
	const uint8_t *elf = kernel_image_elf(image, &size);
	struct lp_error *error = directory_make_above(kept);

	if (!error)
		error = seal_bytes(elf, size, kept);
	if (!error)
		error = file_write(kept, elf, size);
	lp_error_free(error);
}

/* Whether it exists undamaged. If it is damaged, the image is decompressed again. */
static struct lp_error *find_kept(const struct cache *cache, const char *kept, bool *whole)
{
	_cleanup_free_ char *images = NULL;

	*whole = false;
	if (!kept)
		return NULL;
	lp_try(text_format(&images, "%s/images", cache->directory));
	lp_try(private_check(images));
	return seal_check(kept, whole);
}

struct lp_error *image_cache_open(const struct cache *cache, const char *path,
				  struct kernel_image **image)
{
	_cleanup_free_ char *kept = NULL;
	bool whole;

	lp_try(lp_error_context(kept_path(cache, path, &kept), "the kernel image"));
	lp_try(find_kept(cache, kept, &whole));
	if (whole) {
		cache_touch(kept);
		return kernel_image_open(kept, image);
	}
	lp_try(kernel_image_open(path, image));
	if (kept)
		keep(*image, kept);
	return NULL;
}
