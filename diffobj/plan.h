/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan of the output: which pieces of the patched object are carried over,
 * what each of their references is bound to, and what can't be carried over.
 */
#ifndef LPATCH_DIFFOBJ_PLAN_H
#define LPATCH_DIFFOBJ_PLAN_H

#include "diffobj/diffobj.h"
#include "diffobj/piece.h"

struct refusal {
	const struct object *object; /* the piece that the place is in */
	const struct piece *piece;   /* NULL: `what` alone tells */
	uint32_t offset;             /* bytes from the piece's start */
	const char *what;
	const char *reason;
	const char *hint;
};

/* What is not refused, but must be reported; see common/finding.h. */
struct found {
	enum finding_kind kind;
	const struct piece *piece; /* of the patched object, or NULL */
	uint32_t offset;           /* bytes from the piece's start */
	const char *variable;      /* reported instead of the piece's place, or NULL */
	const char *name;          /* NULL: the piece's */
	const char *text;
};

struct plan {
	struct object *original;
	struct object *patched;
	const struct diffobj_options *options;

	struct piece **included; /* patched pieces, in the order they were found */
	size_t nr_included, room_included;
	size_t nr_visited; /* how many of them have had their references followed */

	struct refusal *refusals;
	size_t nr_refusals, room_refusals;
	const char **notes;
	size_t nr_notes, room_notes;
	struct found *findings;
	size_t nr_findings, room_findings;
};

/* What a reference of a piece that is carried over is bound to. */
enum binding {
	BIND_LOCAL,    /* a piece that is carried over with it */
	BIND_ORIGINAL, /* the twin of its target, in the running kernel */
	BIND_BY_NAME,  /* what neither object defines */
};

/* For a reference that can be carried over; `entry` says that it is in an entry. */
enum binding plan_binding(const struct reloc *reloc, bool entry);

/* Decides what is carried over; what can't be is in plan->refusals. Fails only without memory. */
struct lp_error *include(struct plan *plan);

/* Compares the tables that only boot or module load read, for include(). */
struct lp_error *include_tables(struct plan *plan);

/* Decides about changed and new variables, for include(). */
struct lp_error *include_data(struct plan *plan);

/* Refuses and reports what is left once all that is carried over is known, for include(). */
struct lp_error *include_rest(struct plan *plan);

/* Adds a piece to what is carried over, once. */
struct lp_error *plan_include(struct plan *plan, struct piece *piece);

/*
 * Refuses: `what` (or the name of `piece`), a hint for the author, and a
 * sentence. The strings must live as long as the plan.
 */
struct lp_error *plan_refuse(struct plan *plan, const struct piece *piece, uint32_t offset,
			     const char *what, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

struct lp_error *plan_note(struct plan *plan, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds a finding: what *about says, and a sentence. Its strings must live as
 * long as the plan; about->text is not used.
 */
struct lp_error *plan_find(struct plan *plan, const struct found *about, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
