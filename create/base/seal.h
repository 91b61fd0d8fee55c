/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digests of what is kept in the cache: "DIR/.NAME.sha256" for "DIR/NAME". A file whose
 * digest is missing or different is damaged: the disk was full, the machine has crashed, or
 * somebody has changed it. The caller makes such a file again.
 *
 * This does not protect from users who can write there; create/base/private.h
 * does.
 */
#ifndef LPATCH_CREATE_BASE_SEAL_H
#define LPATCH_CREATE_BASE_SEAL_H

#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

/* Keeps the digest of the contents of `from`, which the caller then renames to `path`. */
struct lp_error *seal_file(const char *from, const char *path);

/* The same for contents that are in memory. */
struct lp_error *seal_bytes(const void *data, size_t size, const char *path);

/* Sets *whole to whether `path` exists with the contents of its digest. */
struct lp_error *seal_check(const char *path, bool *whole);

#endif
