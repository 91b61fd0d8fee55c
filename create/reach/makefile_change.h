/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effect of a change to a Makefile or Kbuild file. kbuild itself shows the
 * effect on the lists of objects and their command lines. This finds changes with
 * other effects, such as changes to recipes, and lines that make make or the compiler
 * run a program (create/reach/makefile_grammar.h).
 */
#ifndef LPATCH_CREATE_REACH_MAKEFILE_CHANGE_H
#define LPATCH_CREATE_REACH_MAKEFILE_CHANGE_H

#include <stdbool.h>

#include "common/error.h"
#include "common/text.h"

enum makefile_effect {
	MAKEFILE_NOTHING, /* comments, blanks, the order of lines */
	MAKEFILE_LISTS,   /* which objects there are, and what they are linked into */
	MAKEFILE_FLAGS,   /* also how objects are compiled */
	MAKEFILE_OTHER,   /* anything else: kbuild must not read the file */
};

struct makefile_change {
	enum makefile_effect effect;
	unsigned int line; /* for MAKEFILE_OTHER: number of the first such line */
	bool is_old;       /* ... which is one of the old text, else of the new one */
	char *text;        /* ... and the line */
	/*
	 * Names of objects that only one version has, in variables of a Makefile's own: kbuild's
	 * lists must show them, or the variable is for something else.
	 */
	struct text_list added, removed;
};

/*
 * Compares two versions of the Makefile at `path` in the kernel source, line by
 * line, continued lines as one. Either text may be "". `config` is the text of the .config:
 * variables that are not used with it don't count. *change is to be released by
 * makefile_change_clear().
 */
struct lp_error *makefile_compare(const char *path, const char *old_text, const char *new_text,
				  const char *config, struct makefile_change *change);

void makefile_change_clear(struct makefile_change *change);

#endif
