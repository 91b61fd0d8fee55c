// SPDX-License-Identifier: GPL-2.0
/* Which parts go with an update that is applied, replaced or reversed, or with a module. */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/math64.h>
#include <linux/module.h>

#include "apply.h"
#include "attempt.h"
#include "data.h"
#include "hooks.h"
#include "keep.h"
#include "lock.h"
#include "objects.h"
#include "parts.h"
#include "redirect.h"
#include "shadow.h"
#include "transition.h"
#include "update_list.h"

/* A transition of that update, with room for all parts that there are. Returns 0 or -ENOMEM. */
static int begin(struct lpatch_transition *transition, struct lpatch_entry *entry)
{
	struct lpatch_entry *each;
	u32 room = 0;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(each, &lpatch_entries, list)
		room += lpatch_parts_count(each).parts;
	return lpatch_transition_init(transition, entry, room);
}

/* Parts come in their order, and go in the opposite one. */
static void add_parts(struct lpatch_transition *transition, struct lpatch_entry *entry, bool apply)
{
	struct list_head *at = &entry->parts;
	struct lpatch_part *part;

	while ((at = apply ? at->next : at->prev) != &entry->parts) {
		part = list_entry(at, struct lpatch_part, list);
		if (part->in_force != apply)
			lpatch_transition_add(transition, part, apply);
	}
}

static void log_success(const struct lpatch_entry *entry, const char *what, u64 stopped_ns)
{
	struct lpatch_count count = lpatch_parts_count(entry);

	pr_info("%s %s: %u functions, %u constants; the machine stood still for %llu us\n",
		entry->update->id, what, count.functions, count.constants,
		div_u64(stopped_ns, NSEC_PER_USEC));
}

/* The entry is now in that stage; those in force stand in the order in which they came. */
static void reach(struct lpatch_entry *entry, enum lpatch_stage stage, u64 stopped_ns)
{
	entry->stage = stage;
	if (stage == LPATCH_STAGE_APPLIED)
		list_move_tail(&entry->list, &lpatch_entries);
	else
		lpatch_objects_unwant(entry);
	log_success(entry, stage == LPATCH_STAGE_APPLIED ? "applied" : "reversed", stopped_ns);
}

static void add_others(struct lpatch_transition *transition)
{
	struct lpatch_entry *other;

	list_for_each_entry_reverse(other, &lpatch_entries, list)
		if (other->stage == LPATCH_STAGE_APPLIED)
			add_parts(transition, other, false);
}

static void others_are_replaced(const struct lpatch_entry *entry)
{
	struct lpatch_entry *other;

	list_for_each_entry(other, &lpatch_entries, list)
		if (other != entry && other->stage == LPATCH_STAGE_APPLIED)
			reach(other, LPATCH_STAGE_REVERSED, entry->stopped_ns);
}

static int apply_complete(struct lpatch_transition *transition,
			  const struct lpatch_request *request)
{
	struct lpatch_entry *entry = transition->entry;
	int err;

	if (!lpatch_objects_complete(entry))
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_INCOMPLETE);
	if (request->replace)
		add_others(transition);
	add_parts(transition, entry, true);
	err = lpatch_attempt(transition, request->max_stop_ms);
	if (err)
		return err;
	if (request->replace)
		others_are_replaced(entry);
	reach(entry, LPATCH_STAGE_APPLIED, entry->stopped_ns);
	return 0;
}

static int apply(struct lpatch_transition *transition, const struct lpatch_request *request)
{
	int err;

	lpatch_objects_want(transition->entry);
	err = apply_complete(transition, request);
	if (err)
		lpatch_objects_unwant(transition->entry);
	return err;
}

static int reverse(struct lpatch_transition *transition, const struct lpatch_request *request)
{
	struct lpatch_entry *entry = transition->entry;
	int err;

	add_parts(transition, entry, false);
	err = lpatch_attempt(transition, request->max_stop_ms);
	if (!err)
		reach(entry, LPATCH_STAGE_REVERSED, entry->stopped_ns);
	return err;
}

int lpatch_apply_or_reverse(struct lpatch_entry *entry, const struct lpatch_request *request)
{
	bool applied = entry->stage == LPATCH_STAGE_APPLIED;
	struct lpatch_transition transition;
	int err;

	lockdep_assert_held(&lpatch_lock);
	lpatch_report_clear(&entry->report);
	entry->stopped_ns = 0;
	if (request->goal != (applied ? LPATCH_STAGE_REVERSED : LPATCH_STAGE_APPLIED))
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_WRONG_STAGE);
	if (begin(&transition, entry))
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_NO_MEMORY);
	err = applied ? reverse(&transition, request) : apply(&transition, request);
	lpatch_transition_free(&transition);
	return err;
}

int lpatch_apply_part(struct lpatch_part *part)
{
	struct lpatch_entry *entry = part->entry;
	struct lpatch_transition transition;
	int err;

	lockdep_assert_held(&lpatch_lock);
	lpatch_report_clear(&entry->report);
	if (begin(&transition, entry))
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_NO_MEMORY);
	lpatch_transition_add(&transition, part, true);
	err = lpatch_attempt(&transition, 0);
	lpatch_transition_free(&transition);
	if (!err)
		pr_info("%s applied to %s: %u functions\n", entry->update->id, part->update->object,
			part->update->nr_funcs);
	return err;
}

void lpatch_drop_part(struct lpatch_part *part)
{
	lockdep_assert_held(&lpatch_lock);
	lpatch_keep_end(part);
	if (!part->in_force)
		return;
	lpatch_layers_drop(part);
	lpatch_constants_drop(part);
	/* Nobody can be asked any more, but what post_apply has made can be taken back. */
	lpatch_hooks_post(part, false);
	lpatch_shadows_close(part);
	lpatch_shadows_free(part);
	lpatch_shadows_forget(part);
	part->in_force = false;
	module_put(part->update->module);
	pr_info("%s goes with %s\n", part->entry->update->id, part->update->object);
}
