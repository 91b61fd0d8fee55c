/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source places for refusals, and the text of --explain about a changed function. */
#ifndef LPATCH_DIFFOBJ_EXPLANATION_H
#define LPATCH_DIFFOBJ_EXPLANATION_H

#include "diffobj/piece.h"
#include "object/explain.h"

/* Explains a pair of objects; what is not known is left out silently. */
struct explanation {
	const struct explain_operations *operations;
	struct object *objects[2];
	struct explained *debug[2]; /* of each; NULL if there is none */
	bool opened[2];
};

/* The shared object that explains is loaded at the first question. */
void explanation_begin(struct explanation *explanation, struct object *original,
		       struct object *patched);
void explanation_end(struct explanation *explanation);

/* "net/ipv4/tcp.c:123" for a byte of a piece; NULL if not known. To be freed. */
char *explanation_where(struct explanation *explanation, const struct object *object,
			const struct piece *piece, uint32_t offset);

/* The same for a variable by its name, such as one that a macro makes for a table. */
char *explanation_where_variable(struct explanation *explanation, const struct object *object,
				 const char *name);

/*
 * The same, but in inlined code the place in the function around it: if a helper in a
 * header passes an address on, the line that calls the helper.
 */
char *explanation_where_outside(struct explanation *explanation, const struct object *object,
				const struct piece *piece, uint32_t offset);

/*
 * The type of a variable, or of the first parameter of a function, in *text; false if not known.
 */
bool explanation_type(struct explanation *explanation, const struct object *object,
		      const struct piece *piece, char *text, size_t size);

/*
 * How many registers the arguments of a function called by the patched object take; -1 if
 * not known.
 */
int explanation_arguments(struct explanation *explanation, const char *function);

/*
 * For a function that only the patched object has: a line that says that the original's
 * source has it, too. NULL if not known. To be freed.
 */
char *explanation_of_past(struct explanation *explanation, const struct piece *piece);

/*
 * Lines that show where a changed function begins to differ: instructions of
 * both sides with their source. NULL if there is nothing to show. To be freed.
 */
char *explanation_of_change(struct explanation *explanation, const struct piece *piece);

#endif
