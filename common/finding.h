/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: what is not refused, but must be known before an update is applied
 * or undone. diffobj and lpatch-create find them, the manifest keeps them, and
 * lpatch-create and lpatch-view print them.
 */
#ifndef LPATCH_COMMON_FINDING_H
#define LPATCH_COMMON_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* Kinds of findings: X(enumerator, name in JSON, title in messages) */
#define FINDING_KINDS(X)                                                                     \
	X(NEW_STATE, "new-state", "variables that are new")                                  \
	X(LOST_STATE, "lost-state", "variables that nothing uses any more")                  \
	X(RESTARTED_STATE, "restarted-state",                                                \
	  "variables that start with their initial value again")                             \
	X(KEPT_STATE, "kept-state", "renamed or moved variables that keep what they hold")   \
	X(OUTLIVES, "outlives", "code and data that the kernel may still use after an undo") \
	X(NEVER_RUNS, "never-runs", "code and data that the update leaves without effect")

#define FINDING_ENUMERATOR(name, text, title) FINDING_##name,

enum finding_kind { FINDING_KINDS(FINDING_ENUMERATOR) NR_FINDING_KINDS };

/* One finding; every string is malloc()ed and owned by it. */
struct finding {
	enum finding_kind kind;
	char *name;  /* the function, variable or parameter: "pipe_max_size" */
	char *where; /* its definition or use, "fs/pipe.c:54"; "" if that is not known */
	char *text;  /* the finding, one sentence without a full stop */
};

struct finding_list {
	struct finding *items; /* NULL while there is none */
	size_t count;
};

/* "new-state" or another name of FINDING_KINDS. */
const char *finding_kind_name(enum finding_kind kind);

/* "variables that are new" or another title of FINDING_KINDS. */
const char *finding_kind_title(enum finding_kind kind);

/* The kind of that name; false if there is none. */
bool finding_kind_find(const char *name, enum finding_kind *kind);

/*
 * Adds a finding with copies of `name` and `where` (NULL: not known) and the
 * formatted text. Fails only without memory; the list is then unchanged.
 */
struct lp_error *finding_add(struct finding_list *list, enum finding_kind kind, const char *name,
			     const char *where, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Adds copies of all findings of `from`. */
struct lp_error *finding_add_all(struct finding_list *list, const struct finding_list *from);

/* Frees the findings and the array. */
void finding_list_clear(struct finding_list *list);

#endif
