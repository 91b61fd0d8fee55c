/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to come out: which pieces of the patched object are carried over,
 * what each of their references is bound to, and what can't be carried over.
 */
#ifndef LPATCH_DIFFOBJ_PLAN_H
#define LPATCH_DIFFOBJ_PLAN_H

#include "diffobj/diffobj.h"
#include "diffobj/piece.h"

struct refusal {
	const struct object *object; /* the one that the place is in */
	const struct piece *piece;   /* NULL: `what` alone tells */
	uint32_t offset;             /* bytes from the piece's begin */
	const char *what;
	const char *reason;
	const char *hint;
};

/* What is not refused, but has to be known; see common/finding.h. */
struct found {
	enum finding_kind kind;
	const struct piece *piece; /* of the patched object, or NULL */
	uint32_t offset;           /* bytes from the piece's begin */
	const char *variable;      /* its place is told instead of the piece's, or NULL */
	const char *name;          /* NULL: the piece's */
	const char *text;
};

struct plan {
	struct object *original;
	struct object *patched;
	const struct diffobj_options *options;

	struct piece **included; /* patched pieces, in the order they were found */
	size_t nr_included, room_included;
	size_t nr_visited; /* of them, those whose references were followed */

	struct refusal *refusals;
	size_t nr_refusals, room_refusals;
	const char **notes;
	size_t nr_notes, room_notes;
	struct found *findings;
	size_t nr_findings, room_findings;
};

/* What a reference of a piece that is carried over is bound to. */
enum binding {
	BIND_LOCAL,    /* what is carried over with it */
	BIND_ORIGINAL, /* the twin of its target, in the running kernel */
	BIND_BY_NAME,  /* what no object here defines */
};

/* For a reference that can be carried over; `entry` tells that it stands in an entry. */
enum binding plan_binding(const struct reloc *reloc, bool entry);

/* Decides what comes out. What can't is in plan->refusals; fails for lack of memory only. */
struct lp_error *include(struct plan *plan);

/* Compares the tables that only boot or module load read, for include(). */
struct lp_error *include_tables(struct plan *plan);

/* Decides about changed and new variables, for include(). */
struct lp_error *include_data(struct plan *plan);

/* Refuses and finds what is left when all that is carried over is known, for include(). */
struct lp_error *include_rest(struct plan *plan);

/* Adds a piece to what comes out, once. */
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
 * Adds a finding: what *about says of it, and a sentence. Its strings must live
 * as long as the plan; about->text is not used.
 */
struct lp_error *plan_find(struct plan *plan, const struct found *about, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
