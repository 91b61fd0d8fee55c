/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packed files: gzip, xz, zstd and bzip2, without running another program. */
#ifndef LPATCH_CREATE_BASE_UNPACK_H
#define LPATCH_CREATE_BASE_UNPACK_H

#include "common/error.h"
#include "common/file.h"

/*
 * Unpacks the bytes of a packed file in place; others stay as they are. `status` for damaged ones,
 * and for those of more than 256 MB.
 */
struct lp_error *unpack(const char *name, enum lp_status status, struct blob *blob);

#endif
