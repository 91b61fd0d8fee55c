/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers for authors of patches, kpatch-templates/lpatch-patch.h and what it includes. */
#ifndef LPATCH_CREATE_TARGET_AUTHOR_HEADERS_H
#define LPATCH_CREATE_TARGET_AUTHOR_HEADERS_H

#include "create/target/tree.h"

/*
 * Copies them from `shared`, the directory that has kpatch-templates/ and
 * core-module/, to the directory of author_headers_flag().
 */
struct lp_error *author_headers_place(const struct tree *tree, const char *shared);

/*
 * " -I" and the directory, for a command that compiles or preprocesses patched
 * source: untouched source is compiled as the kernel's makers did. *flag is to
 * be freed.
 */
struct lp_error *author_headers_flag(const struct tree *tree, char **flag);

#endif
