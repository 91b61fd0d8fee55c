/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a directory is the caller's alone. What is kept for later runs is compiled, run and
 * linked without being looked at, so whoever can write there decides what the caller runs.
 *
 * All of these return LP_INTERNAL with one line that names what is wrong. An access control list
 * that lets others write shows as the group's right to (acl(5)).
 */
#ifndef LPATCH_CREATE_BASE_PRIVATE_H
#define LPATCH_CREATE_BASE_PRIVATE_H

#include <stdbool.h>

#include "common/error.h"

/*
 * Nobody but root and the caller can put another directory in the place of `path`, which need
 * not exist: every directory above it belongs to one of them, and others can't write there, or
 * can't remove what isn't theirs (mode 1777). So do all symbolic links on the way, and `path` if it
 * is one.
 */
struct lp_error *private_check_above(const char *path);

/*
 * `path` is a directory, no link to one, belongs to the caller (the effective user id), and
 * nobody else can write there. What is not there is fine.
 */
struct lp_error *private_check(const char *path);

/* The same for everything in the directory, files included. Takes some 0.2 s for a kernel's source.
 */
struct lp_error *private_check_below(const char *path);

/* True if nobody else can even reach what is in the directory (mode 0700). */
bool private_is_closed(const char *path);

#endif
