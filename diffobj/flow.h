/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an address goes that code takes: through registers and branches of the
 * function, and into the functions of the same object that it is passed to, until it
 * is used, or somebody keeps it.
 */
#ifndef LPATCH_DIFFOBJ_FLOW_H
#define LPATCH_DIFFOBJ_FLOW_H

#include "diffobj/plan.h"

enum flow_end_kind {
	FLOW_USED,     /* nobody has it when the functions that are looked at have returned */
	FLOW_STORED,   /* written to memory other than the stack and what the update brings */
	FLOW_PASSED,   /* given to a function that keeps it, or may do so */
	FLOW_RETURNED, /* the result of the function that has taken it */
	FLOW_UNKNOWN,  /* in an instruction that is not understood */
};

/* What becomes of an address. */
struct flow_end {
	enum flow_end_kind kind;
	const char *callee;  /* FLOW_PASSED: the function; NULL if it is called by a pointer */
	const char *meaning; /* what it is to that function, "work item"; NULL: not known */
};

/* How careful to be with functions of which nothing is known. */
enum flow_value {
	FLOW_POINTER, /* of functions, variables, what holds pointers: they may keep it */
	FLOW_TEXT,    /* of strings and plain constants: they don't */
};

struct flow;

/*
 * How many registers the arguments of a function take; -1 if that is not known. Asked about
 * functions of which nothing else is known: what is in a register may be left from before.
 */
typedef int flow_count_arguments(void *data, const char *function);

/* For the code of the patched object; lives in its arena. NULL without memory. */
struct flow *flow_new(struct object *patched, flow_count_arguments *count, void *data);

/* What an instruction with a relocation takes of the place that it leads to. */
enum flow_taken {
	FLOW_NOTHING, /* it compares the address, or writes to the place */
	FLOW_ADDRESS,
	FLOW_CONTENT, /* it loads what is there */
};

/* Fails for lack of memory only. An instruction that is not understood takes the address. */
struct lp_error *flow_takes(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			    enum flow_taken *taken);

/*
 * Follows the address of reloc->target (or of reloc->symbol) from the instruction of `code`
 * with that relocation, or what it loads from there. `holds` tells that there are pointers of the
 * update at that place: then what is loaded from there later is followed as well. Fails for lack
 * of memory only.
 */
struct lp_error *flow_follow(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			     enum flow_value value, bool holds, struct flow_end *end);

/*
 * Whether code that was looked at so far has written an address of the update into the piece,
 * which is a part of the update.
 */
bool flow_wrote(const struct flow *flow, const struct piece *piece);

#endif
