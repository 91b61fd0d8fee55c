/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is rewritten in place? The constants of an update, in one attempt. All
 * functions are called with the core's lock held.
 */
#ifndef LPATCH_DATA_H
#define LPATCH_DATA_H

#include "alias.h"
#include "transition.h"

/* One constant that is about to be written. */
struct lpatch_data_change {
	struct lpatch_constant *constant;
	bool apply;   /* else what it held before is restored */
	bool over;    /* on apply: some of it is restored in this attempt first */
	size_t alias; /* where that of the constant is in the mapping */
	u8 *saved;    /* room for what it holds now; on reverse, what it held before */
};

struct lpatch_data {
	const struct lpatch_transition *transition;
	struct lpatch_data_change *changes; /* those that are restored first */
	u32 nr_changes;
	struct lpatch_aliases aliases; /* of the constants */
};

/*
 * Makes everything ready for writing and restoring the constants of all steps;
 * nothing is written. Returns 0, or a negative errno value with the cause in
 * the transition's report. Either way lpatch_data_finish() must follow. May sleep.
 */
int lpatch_data_make(struct lpatch_data *data, const struct lpatch_transition *transition);

/*
 * Compares each constant with what it must hold: what the update expects, or
 * on reverse what the update has written. Returns as lpatch_data_make().
 */
int lpatch_data_verify(const struct lpatch_data *data);

/* The same while the machine is stopped: the constant that differs, or NULL. */
const struct lpatch_constant *lpatch_data_differs(const struct lpatch_data *data);

/* Makes them writable, and not; see lpatch_plan_map(). Returns as lpatch_data_make(). */
int lpatch_data_map(struct lpatch_data *data);
void lpatch_data_unmap(struct lpatch_data *data);

/* Writes them; they are mapped and the machine is stopped. Can't fail. */
void lpatch_data_switch(const struct lpatch_data *data);

/* Keeps or drops what was saved, as the attempt turned out. May sleep. */
void lpatch_data_finish(struct lpatch_data *data, bool done);

/* Forgets the constants of a part whose memory is about to be freed. */
void lpatch_constants_drop(struct lpatch_part *part);

#endif
