/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is one attempt to change? Parts that come into force and parts that go
 * out of it, of one update or of several, all at once or not at all. All
 * functions are called with the core's lock held.
 */
#ifndef LPATCH_TRANSITION_H
#define LPATCH_TRANSITION_H

#include "hooks.h"
#include "update.h"

struct lpatch_step {
	struct lpatch_part *part;
	bool apply; /* else it goes out of force */
};

struct lpatch_transition {
	struct lpatch_step *steps; /* those that go first, the newest part first */
	u32 nr, room;
	u32 functions, constants; /* how many there are in all of them */
	struct lpatch_report *report;
	struct lpatch_entry *entry; /* the update that it is about */
};

/* Room for that many. Returns 0 or -ENOMEM; lpatch_transition_free() either way. */
int lpatch_transition_init(struct lpatch_transition *transition, struct lpatch_entry *entry,
			   u32 room);
void lpatch_transition_free(struct lpatch_transition *transition);

/* Adds one part. */
void lpatch_transition_add(struct lpatch_transition *transition, struct lpatch_part *part,
			   bool apply);

/*
 * Holds the modules of all parts that come into force, so that none is
 * unloaded. False, and none is held: one is being loaded or unloaded.
 */
bool lpatch_transition_hold(struct lpatch_transition *transition);

/*
 * Lets go of the modules of those that come into force, or of those that go out; but see
 * keep.h for the latter.
 */
void lpatch_transition_release(struct lpatch_transition *transition, bool apply);

/* See shadow.h: data can be attached under the parts that come into force. */
void lpatch_transition_open(struct lpatch_transition *transition);

/* No longer, under those that come into force, or under those that go out. */
void lpatch_transition_close(struct lpatch_transition *transition, bool apply);

/* The hooks of all transition in order, see hooks.h; lpatch_transition_fail() in the opposite
 * order. */
int lpatch_transition_pre(struct lpatch_transition *transition);
bool lpatch_transition_check(const struct lpatch_transition *transition,
			     struct lpatch_hook_refusal *refusal);
void lpatch_transition_switch(const struct lpatch_transition *transition);
void lpatch_transition_post(struct lpatch_transition *transition);
void lpatch_transition_fail(struct lpatch_transition *transition);

#endif
