/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole files in memory: read with a limit, written so that the file has either
 * its old contents or all of the new ones.
 */
#ifndef LPATCH_COMMON_FILE_H
#define LPATCH_COMMON_FILE_H

#include <stddef.h>

#include "common/error.h"

/* Bytes in memory. `data` is never NULL once filled, and a zero byte follows the last one. */
struct blob {
	unsigned char *data;
	size_t size; /* bytes, without that zero */
};

static inline void cleanup_blob(struct blob *blob)
{
	free(blob->data);
}

#define _cleanup_blob_ _cleanup_(cleanup_blob)

/*
 * Reads all of `path` into *blob, which the caller frees. Works for files of
 * sysfs and /proc, whose size is not known beforehand. Fails with LP_INTERNAL
 * if the file can't be read or holds more than `limit` bytes; *blob is empty then.
 */
struct lp_error *file_read(const char *path, size_t limit, struct blob *blob);

/*
 * The same for a file of unknown origin: it is opened once without blocking, then checked,
 * and refused if it is a directory, a pipe, a socket or a device. If the name changes
 * meanwhile, the checked file is still the one that is read.
 */
struct lp_error *file_read_plain(const char *path, size_t limit, struct blob *blob);

/*
 * Makes `path` hold the bytes, mode 0644 as the umask allows: they are written
 * to a hidden file beside it, brought to the disk and renamed. After a failure
 * the hidden file is gone and `path` is as it was. An existing device or pipe
 * is not replaced but written to.
 */
struct lp_error *file_write(const char *path, const void *data, size_t size);

#endif
