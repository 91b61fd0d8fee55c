/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The meaning of names: suffixes that compilers add and renumber in each build,
 * and variables that macros make, one for each use.
 */
#ifndef LPATCH_DIFFOBJ_NAMES_H
#define LPATCH_DIFFOBJ_NAMES_H

#include <stdbool.h>

#include "object/arena.h"

/*
 * The name without what a compiler may number differently next time: "count.3"
 * gives "count", "f.constprop.0.isra.1" gives "f.constprop.isra", "f.llvm.123"
 * gives "f", "__UNIQUE_ID_ddebug612.20" gives "__UNIQUE_ID_ddebug". Returns
 * `name` itself if it has no such suffix; NULL without memory.
 */
const char *name_stem(struct arena *arena, const char *name);

/* "f.cold" or "f.cold.3": the length of "f"; 0 for any other name. */
size_t name_of_cold_part(const char *name);

/* How the content of a variable that is never shared with the original is compared. */
enum never_shared {
	SHARED,            /* an ordinary variable */
	NEVER_SHARED,      /* its content is compared */
	NEVER_SHARED_REFS, /* only what it points to: it holds a line number */
	NEVER_SHARED_ANY,  /* not compared: its content is state that starts anew */
};

/* By the stem of a local variable's name and the name of its section. */
enum never_shared name_never_shared(const char *stem, const char *section);

#endif
