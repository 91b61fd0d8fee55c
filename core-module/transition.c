// SPDX-License-Identifier: GPL-2.0
/* What one attempt is to change. */
#include <linux/module.h>
#include <linux/slab.h>

#include "fault.h"
#include "keep.h"
#include "lock.h"
#include "shadow.h"
#include "transition.h"

int lpatch_transition_init(struct lpatch_transition *transition, struct lpatch_entry *entry,
			   u32 room)
{
	lockdep_assert_held(&lpatch_lock);
	*transition =
		(struct lpatch_transition){.room = room, .report = &entry->report, .entry = entry};
	transition->steps = kvcalloc(room, sizeof(*transition->steps), GFP_KERNEL);
	return transition->steps ? 0 : -ENOMEM;
}

void lpatch_transition_free(struct lpatch_transition *transition)
{
	kvfree(transition->steps);
}

void lpatch_transition_add(struct lpatch_transition *transition, struct lpatch_part *part,
			   bool apply)
{
	lockdep_assert_held(&lpatch_lock);
	if (WARN_ON_ONCE(transition->nr == transition->room))
		return;
	transition->steps[transition->nr++] = (struct lpatch_step){part, apply};
	transition->functions += part->update->nr_funcs;
	transition->constants += part->update->nr_rewrites;
}

static void put_first(struct lpatch_transition *transition, u32 nr, bool apply)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (transition->steps[i].apply != apply)
			continue;
		if (apply)
			module_put(transition->steps[i].part->update->module);
		else
			lpatch_keep_or_release(transition->steps[i].part);
	}
}

bool lpatch_transition_hold(struct lpatch_transition *transition)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < transition->nr; i++) {
		if (transition->steps[i].apply &&
		    (lpatch_fault("holding a module") ||
		     !lpatch_update_hold(transition->steps[i].part->update))) {
			put_first(transition, i, true);
			return false;
		}
	}
	return true;
}

void lpatch_transition_release(struct lpatch_transition *transition, bool apply)
{
	lockdep_assert_held(&lpatch_lock);
	put_first(transition, transition->nr, apply);
}

void lpatch_transition_open(struct lpatch_transition *transition)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < transition->nr; i++)
		if (transition->steps[i].apply)
			lpatch_shadows_open(transition->steps[i].part);
}

void lpatch_transition_close(struct lpatch_transition *transition, bool apply)
{
	static void (*const steps[])(struct lpatch_part * part) = {
		lpatch_shadows_close,
		lpatch_shadows_free,
		lpatch_shadows_forget,
	};
	u32 i, k;

	lockdep_assert_held(&lpatch_lock);
	for (k = 0; k < ARRAY_SIZE(steps); k++)
		for (i = 0; i < transition->nr; i++)
			if (transition->steps[i].apply == apply)
				steps[k](transition->steps[i].part);
}

int lpatch_transition_pre(struct lpatch_transition *transition)
{
	u32 i;
	int err = 0;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < transition->nr && !err; i++)
		err = lpatch_hooks_pre(transition->steps[i].part, transition->steps[i].apply,
				       transition->report);
	return err;
}

bool lpatch_transition_check(const struct lpatch_transition *transition,
			     struct lpatch_hook_refusal *refusal)
{
	u32 i;

	for (i = 0; i < transition->nr; i++)
		if (!lpatch_hooks_check(transition->steps[i].part, transition->steps[i].apply,
					refusal))
			return false;
	return true;
}

void lpatch_transition_switch(const struct lpatch_transition *transition)
{
	u32 i;

	for (i = 0; i < transition->nr; i++)
		lpatch_hooks_switch(transition->steps[i].part, transition->steps[i].apply);
}

void lpatch_transition_post(struct lpatch_transition *transition)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < transition->nr; i++)
		lpatch_hooks_post(transition->steps[i].part, transition->steps[i].apply);
}

void lpatch_transition_fail(struct lpatch_transition *transition)
{
	u32 i = transition->nr;

	lockdep_assert_held(&lpatch_lock);
	while (i--)
		lpatch_hooks_fail(transition->steps[i].part, transition->steps[i].apply);
}
