/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digests of what is kept in the cache: "DIR/.NAME.sha256" for "DIR/NAME". A file whose digest
 * is missing or another one is not whole: the disk was full, the machine has crashed, or
 * somebody has changed it. Whoever finds such a file makes it anew.
 *
 * That is no protection from those who can write there; create/base/private.h is.
 */
#ifndef LPATCH_CREATE_BASE_SEAL_H
#define LPATCH_CREATE_BASE_SEAL_H

#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

/* Keeps the digest of the contents of `from`, which is to be renamed to `path` then. */
struct lp_error *seal_file(const char *from, const char *path);

/* The same for contents that are in memory. */
struct lp_error *seal_bytes(const void *data, size_t size, const char *path);

/* Sets *whole to whether `path` is there with the contents that its digest was made of. */
struct lp_error *seal_check(const char *path, bool *whole);

#endif
