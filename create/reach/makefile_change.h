/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effect of a change to a Makefile or Kbuild file. kbuild itself shows the
 * effect on the lists of objects and their command lines; this finds changes with
 * other effects, such as those of recipes, and lines by which make or the compiler
 * would run something (create/reach/makefile_grammar.h).
 */
#ifndef LPATCH_CREATE_REACH_MAKEFILE_CHANGE_H
#define LPATCH_CREATE_REACH_MAKEFILE_CHANGE_H

#include <stdbool.h>

#include "common/error.h"

enum makefile_effect {
	MAKEFILE_NOTHING, /* comments, blanks, the order of lines */
	MAKEFILE_LISTS,   /* which objects there are, and what they are linked into */
	MAKEFILE_FLAGS,   /* how objects are compiled, too */
	MAKEFILE_OTHER,   /* anything else: kbuild must not read it */
};

struct makefile_change {
	enum makefile_effect effect;
	unsigned int line; /* for MAKEFILE_OTHER: number of the first such line */
	bool is_old;       /* ... which is one of the old text, else of the new one */
	char *text;        /* ... and the line; to be freed */
};

/*
 * Compares two versions of the Makefile at `path` in the kernel source, line by
 * line, continued lines as one. Either text may be "".
 */
struct lp_error *makefile_compare(const char *path, const char *old_text, const char *new_text,
				  struct makefile_change *change);

#endif
