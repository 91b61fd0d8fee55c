/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the plan to the object that comes out. */
#ifndef LPATCH_DIFFOBJ_EMIT_H
#define LPATCH_DIFFOBJ_EMIT_H

#include "diffobj/output.h"
#include "diffobj/plan.h"

/*
 * Fills `output` with everything that the plan carries over. The plan must have
 * no refusals. Fails for lack of memory, or with LP_INTERNAL if the output
 * would not be sound.
 */
struct lp_error *emit(struct plan *plan, struct output *output);

/* Appends the entries that belong to the included pieces; for emit(). */
struct lp_error *emit_entries(struct plan *plan, struct output *output);

/* What a relocation is in. */
enum emit_place {
	IN_PIECE,
	IN_ENTRY,
	IN_ENTRY_AS_KEY, /* it refers to the static key of a jump label */
};

/* Appends one relocation at `offset` of `section`; for emit(). */
struct lp_error *emit_reloc(struct output *output, struct output_section *section, uint64_t offset,
			    const struct reloc *reloc, enum emit_place place);

/*
 * The section of the output for what is in `section` of the patched object,
 * made at the first call; NULL without memory.
 */
struct output_section *emit_section(struct output *output, struct section *section);

/* Checks that the output is sound; LP_INTERNAL with a sentence if it isn't. */
struct lp_error *verify(const struct plan *plan, const struct output *output);

#endif
