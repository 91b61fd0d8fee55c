// SPDX-License-Identifier: GPL-2.0
/* What one attempt is to change. */
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"
#include "fault.h"
#include "keep.h"
#include "moves.h"
#include "parts.h"
#include "shadow.h"

int lpatch_moves_init(struct lpatch_moves *moves, struct lpatch_entry *entry, u32 room)
{
	lockdep_assert_held(&lpatch_lock);
	*moves = (struct lpatch_moves){.room = room, .report = &entry->report, .entry = entry};
	moves->moves = kvcalloc(room, sizeof(*moves->moves), GFP_KERNEL);
	return moves->moves ? 0 : -ENOMEM;
}

void lpatch_moves_free(struct lpatch_moves *moves)
{
	kvfree(moves->moves);
}

void lpatch_moves_add(struct lpatch_moves *moves, struct lpatch_part *part, bool apply)
{
	lockdep_assert_held(&lpatch_lock);
	if (WARN_ON_ONCE(moves->nr == moves->room))
		return;
	moves->moves[moves->nr++] = (struct lpatch_move){part, apply};
	moves->functions += part->update->nr_funcs;
	moves->constants += part->update->nr_rewrites;
}

static void put_first(struct lpatch_moves *moves, u32 nr, bool apply)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (moves->moves[i].apply != apply)
			continue;
		if (apply)
			module_put(moves->moves[i].part->update->module);
		else
			lpatch_keep_or_release(moves->moves[i].part);
	}
}

bool lpatch_moves_hold(struct lpatch_moves *moves)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < moves->nr; i++) {
		if (moves->moves[i].apply && (lpatch_fault("holding a module") ||
					      !lpatch_update_hold(moves->moves[i].part->update))) {
			put_first(moves, i, true);
			return false;
		}
	}
	return true;
}

void lpatch_moves_release(struct lpatch_moves *moves, bool apply)
{
	lockdep_assert_held(&lpatch_lock);
	put_first(moves, moves->nr, apply);
}

void lpatch_moves_open(struct lpatch_moves *moves)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < moves->nr; i++)
		if (moves->moves[i].apply)
			lpatch_shadows_open(moves->moves[i].part);
}

void lpatch_moves_close(struct lpatch_moves *moves, bool apply)
{
	static void (*const steps[])(struct lpatch_part * part) = {
		lpatch_shadows_close,
		lpatch_shadows_free,
		lpatch_shadows_forget,
	};
	u32 i, k;

	lockdep_assert_held(&lpatch_lock);
	for (k = 0; k < ARRAY_SIZE(steps); k++)
		for (i = 0; i < moves->nr; i++)
			if (moves->moves[i].apply == apply)
				steps[k](moves->moves[i].part);
}

int lpatch_moves_pre(struct lpatch_moves *moves)
{
	u32 i;
	int err = 0;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < moves->nr && !err; i++)
		err = lpatch_hooks_pre(moves->moves[i].part, moves->moves[i].apply, moves->report);
	return err;
}

bool lpatch_moves_check(const struct lpatch_moves *moves, struct lpatch_hook_refusal *refusal)
{
	u32 i;

	for (i = 0; i < moves->nr; i++)
		if (!lpatch_hooks_check(moves->moves[i].part, moves->moves[i].apply, refusal))
			return false;
	return true;
}

void lpatch_moves_switch(const struct lpatch_moves *moves)
{
	u32 i;

	for (i = 0; i < moves->nr; i++)
		lpatch_hooks_switch(moves->moves[i].part, moves->moves[i].apply);
}

void lpatch_moves_post(struct lpatch_moves *moves)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < moves->nr; i++)
		lpatch_hooks_post(moves->moves[i].part, moves->moves[i].apply);
}

void lpatch_moves_fail(struct lpatch_moves *moves)
{
	u32 i = moves->nr;

	lockdep_assert_held(&lpatch_lock);
	while (i--)
		lpatch_hooks_fail(moves->moves[i].part, moves->moves[i].apply);
}
