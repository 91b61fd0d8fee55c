/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which source file defines a global name, for messages. */
#ifndef LPATCH_CREATE_CREATION_DEFINER_H
#define LPATCH_CREATE_CREATION_DEFINER_H

#include "create/target.h"

/*
 * Sets *where to "fs/file.c:28", to be freed, if the text of a source file that belongs to
 * `object`, "vmlinux" or a module's name, looks as if it defines the global name; else to NULL.
 * It goes through the whole source, which takes seconds.
 */
struct lp_error *definer_find(struct tree *tree, const char *object, const char *name,
			      char **where);

#endif
