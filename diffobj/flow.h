/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where code passes an address that it takes: through registers and branches of the
 * function, and into functions of the same object, until it is used or stored.
 */
#ifndef LPATCH_DIFFOBJ_FLOW_H
#define LPATCH_DIFFOBJ_FLOW_H

#include "diffobj/plan.h"

enum flow_end_kind {
	FLOW_USED,     /* nothing keeps it after the functions examined have returned */
	FLOW_STORED,   /* written to memory other than the stack and what the update brings */
	FLOW_PASSED,   /* passed to a function that keeps it, or may keep it */
	FLOW_RETURNED, /* returned by the function that takes it */
	FLOW_UNKNOWN,  /* in an instruction that is not understood */
};

/* What becomes of an address. */
struct flow_end {
	enum flow_end_kind kind;
	const char *callee;  /* FLOW_PASSED: the function; NULL if it is called by a pointer */
	const char *meaning; /* what it is to that function, "work item"; NULL: not known */
};

/* What to assume of unknown functions. */
enum flow_value {
	FLOW_POINTER, /* for functions, variables, constants with pointers: they may keep it */
	FLOW_TEXT,    /* for strings and plain constants: they don't */
};

struct flow;

/*
 * How many registers the arguments of a function take; -1 if not known. Used for unknown
 * functions, where a register may hold a value from earlier code.
 */
typedef int flow_count_arguments(void *data, const char *function);

/* For the code of the patched object, in its arena. NULL without memory. */
struct flow *flow_new(struct object *patched, flow_count_arguments *count, void *data);

/* What an instruction with a relocation uses of the place that it refers to. */
enum flow_taken {
	FLOW_NOTHING, /* it compares the address, or writes to the place */
	FLOW_ADDRESS,
	FLOW_CONTENT, /* it loads what is there */
};

/* Fails only without memory. An instruction that is not understood takes the address. */
struct lp_error *flow_takes(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			    enum flow_taken *taken);

/*
 * Follows the address of reloc->target (or of reloc->symbol), or what is loaded from there, from
 * the instruction of `code` with that relocation. With `holds` there are pointers of the update
 * at that place, and what is loaded from there later is followed as well. Fails only without
 * memory.
 */
struct lp_error *flow_follow(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			     enum flow_value value, bool holds, struct flow_end *end);

/*
 * Whether code examined so far has written an address of the update into the piece, which is
 * part of the update.
 */
bool flow_wrote(const struct flow *flow, const struct piece *piece);

#endif
