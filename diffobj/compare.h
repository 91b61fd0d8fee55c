/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether two twins mean the same: bytes outside of relocations, then each
 * relocation by what it refers to. A string is compared by its text, a constant
 * by its content, a function or variable by its twin. Where the linker would
 * put them does not matter. Entries of special sections count as a part of
 * their code.
 */
#ifndef LPATCH_DIFFOBJ_COMPARE_H
#define LPATCH_DIFFOBJ_COMPARE_H

#include "diffobj/piece.h"

enum difference_kind {
	DIFFERENT_SIZE,
	DIFFERENT_BYTES,
	DIFFERENT_REFERENCE, /* a relocation means something else */
	DIFFERENT_PLACES,    /* relocations are at other places, or fewer, or more */
	DIFFERENT_ENTRIES,   /* in the special section `section` */
	DIFFERENT_COLD,      /* a cold part that one of them doesn't have, or that changed */
	DIFFERENT_CONTENT,   /* one has content in the file, the other is zero */
};

/* The first difference that was found between a piece and its twin. */
struct difference {
	enum difference_kind kind;
	uint32_t original_offset; /* bytes from the start of the piece */
	uint32_t patched_offset;
	const struct reloc *original_reloc; /* for DIFFERENT_REFERENCE */
	const struct reloc *patched_reloc;
	const char *section; /* for DIFFERENT_ENTRIES */
	struct piece *cold;  /* for DIFFERENT_COLD, the patched part that changed, or NULL */
};

/*
 * Gives every piece of the patched object that has a twin its verdict. Fails
 * without memory, or with LP_INTERNAL if constants refer to each other in more
 * ways than any compiler produces.
 */
struct lp_error *compare(struct object *original, struct object *patched);

/*
 * Whether the content of two variables would be the same if they were twins. A
 * caller that uses it before all twins are found must clear `compared_with` of
 * the original's pieces before compare().
 */
bool compare_initial(struct arena *arena, struct piece *original, struct piece *patched);

#endif
