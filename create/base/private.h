/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether only the caller can write to a directory. Files kept for later runs are compiled,
 * run and linked without a check, so anybody who can write there can run code as the caller.
 *
 * All of these return LP_INTERNAL with one line that names what is wrong. An access control
 * list that lets others write shows in the group's permissions (acl(5)).
 */
#ifndef LPATCH_CREATE_BASE_PRIVATE_H
#define LPATCH_CREATE_BASE_PRIVATE_H

#include <stdbool.h>

#include "common/error.h"

/*
 * Checks that only root and the caller can replace `path`, which need not exist: every directory
 * above it belongs to one of them, and others can't write there, or can't remove files of other
 * users (mode 1777). All symbolic links on the path, and `path` if it is one, must also belong to
 * them.
 */
struct lp_error *private_check_above(const char *path);

/*
 * Checks that `path`, if it exists, is a directory and not a link, belongs to the caller
 * (the effective user id), and is writable by nobody else.
 */
struct lp_error *private_check(const char *path);

/* The same for everything in the directory, files included. Takes some 0.2 s for a kernel's source.
 */
struct lp_error *private_check_below(const char *path);

/* True if nobody else can even reach what is in the directory (mode 0700). */
bool private_is_closed(const char *path);

#endif
