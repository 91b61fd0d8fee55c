/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories: making them with their parents, removing them with all below. */
#ifndef LPATCH_CREATE_BASE_DIRECTORY_H
#define LPATCH_CREATE_BASE_DIRECTORY_H

#include "common/error.h"

/* Makes `path` and its missing parents; it may exist already. */
struct lp_error *directory_make(const char *path);

/* Makes the directories above the last part of `path`. */
struct lp_error *directory_make_above(const char *path);

/* Removes `path`, which need not exist, and everything below it. Follows no links. */
struct lp_error *directory_remove(const char *path);

/* Copies a regular file's contents and permissions. */
struct lp_error *directory_copy_file(const char *from, const char *to);

#endif
