/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is one attempt to change? Parts that come into force and parts that go
 * out of it, of one update or of several, all at once or not at all. All
 * functions are called with the core's lock held.
 */
#ifndef LPATCH_MOVES_H
#define LPATCH_MOVES_H

#include "hooks.h"
#include "update.h"

struct lpatch_move {
	struct lpatch_part *part;
	bool apply; /* else it goes out of force */
};

struct lpatch_moves {
	struct lpatch_move *moves; /* those that go first, the newest part first */
	u32 nr, room;
	u32 functions, constants; /* how many there are in all of them */
	struct lpatch_report *report;
	const struct lpatch_entry *entry; /* the update that it is about, for messages */
};

/* Room for that many. Returns 0 or -ENOMEM; lpatch_moves_free() either way. */
int lpatch_moves_init(struct lpatch_moves *moves, struct lpatch_entry *entry, u32 room);
void lpatch_moves_free(struct lpatch_moves *moves);

/* Adds one part. */
void lpatch_moves_add(struct lpatch_moves *moves, struct lpatch_part *part, bool apply);

/*
 * Holds the modules of all parts that come into force, so that none is
 * unloaded. False, and none is held: one is being loaded or unloaded.
 */
bool lpatch_moves_hold(struct lpatch_moves *moves);

/*
 * Lets go of the modules of those that come into force, or of those that go out; but see
 * keep.h for the latter.
 */
void lpatch_moves_release(struct lpatch_moves *moves, bool apply);

/* See shadow.h: data can be attached under the parts that come into force. */
void lpatch_moves_open(struct lpatch_moves *moves);

/* No longer, under those that come into force, or under those that go out. */
void lpatch_moves_close(struct lpatch_moves *moves, bool apply);

/* The hooks of all moves in order, see hooks.h; lpatch_moves_fail() in the opposite order. */
int lpatch_moves_pre(struct lpatch_moves *moves);
bool lpatch_moves_check(const struct lpatch_moves *moves, struct lpatch_hook_refusal *refusal);
void lpatch_moves_switch(const struct lpatch_moves *moves);
void lpatch_moves_post(struct lpatch_moves *moves);
void lpatch_moves_fail(struct lpatch_moves *moves);

#endif
