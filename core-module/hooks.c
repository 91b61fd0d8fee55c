// SPDX-License-Identifier: GPL-2.0
/* What the author of a patch wants to be called for. */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "fault.h"
#include "hooks.h"
#include "lock.h"
#include "lpatch_abi.h"

/* The moments of an attempt, in the order of LPATCH_HOOKS. */
enum moment { PRE, CHECK, SWITCH, POST, FAIL, NR_MOMENTS };

static enum lpatch_hook_kind kind_at(enum moment moment, bool apply)
{
	static_assert((int)LPATCH_HOOK_PRE_APPLY == (int)PRE);
	static_assert((int)LPATCH_HOOK_FAIL_APPLY == (int)FAIL);
	static_assert((int)LPATCH_HOOK_PRE_REVERSE == (int)NR_MOMENTS);
	static_assert((int)LPATCH_HOOK_FAIL_REVERSE == (int)NR_MOMENTS + (int)FAIL);
	return apply ? moment : NR_MOMENTS + moment;
}

/* The hook at place `i` in the order of this direction. */
static const struct lpatch_hook *hook_at(const struct lpatch_part *part, bool apply, u32 i)
{
	const struct lpatch_update *update = part->update;

	return &update->hooks[apply ? i : update->nr_hooks - 1 - i];
}

/* Those that may say no return an int, the others nothing. */
static int call(const struct lpatch_hook *hook)
{
	int (*ask)(void) = *hook->entry;
	void (*tell)(void) = *hook->entry;

	switch (hook->kind) {
	case LPATCH_HOOK_PRE_APPLY:
	case LPATCH_HOOK_PRE_REVERSE:
	case LPATCH_HOOK_CHECK_APPLY:
	case LPATCH_HOOK_CHECK_REVERSE:
		return lpatch_fault(hook->function) ? -ECANCELED : ask();
	default:
		tell();
		return 0;
	}
}

/* The place at which the set of the hook at place `i` begins. */
static u32 begin_of_set(const struct lpatch_part *part, bool apply, u32 i)
{
	u32 set = hook_at(part, apply, i)->set;

	while (i && hook_at(part, apply, i - 1)->set == set)
		i--;
	return i;
}

int lpatch_hooks_pre(struct lpatch_part *part, bool apply, struct lpatch_report *report)
{
	struct lpatch_hook_refusal refusal;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < part->update->nr_hooks; i++) {
		refusal.hook = hook_at(part, apply, i);
		if (refusal.hook->kind != kind_at(PRE, apply))
			continue;
		refusal.answer = call(refusal.hook);
		if (!refusal.answer)
			continue;
		part->hooks_ready = begin_of_set(part, apply, i);
		return lpatch_hooks_report(report, &refusal);
	}
	part->hooks_ready = i;
	return 0;
}

bool lpatch_hooks_check(const struct lpatch_part *part, bool apply,
			struct lpatch_hook_refusal *refusal)
{
	u32 i;

	lockdep_assert_irqs_disabled();
	for (i = 0; i < part->update->nr_hooks; i++) {
		refusal->hook = hook_at(part, apply, i);
		if (refusal->hook->kind != kind_at(CHECK, apply))
			continue;
		refusal->answer = call(refusal->hook);
		if (refusal->answer)
			return false;
	}
	refusal->hook = NULL;
	return true;
}

static void call_all(const struct lpatch_part *part, bool apply, enum moment moment)
{
	u32 i;

	for (i = 0; i < part->update->nr_hooks; i++)
		if (hook_at(part, apply, i)->kind == kind_at(moment, apply))
			call(hook_at(part, apply, i));
}

void lpatch_hooks_switch(const struct lpatch_part *part, bool apply)
{
	lockdep_assert_irqs_disabled();
	call_all(part, apply, SWITCH);
}

void lpatch_hooks_post(struct lpatch_part *part, bool apply)
{
	lockdep_assert_held(&lpatch_lock);
	part->hooks_ready = 0;
	call_all(part, apply, POST);
}

void lpatch_hooks_fail(struct lpatch_part *part, bool apply)
{
	u32 i = part->hooks_ready;

	lockdep_assert_held(&lpatch_lock);
	part->hooks_ready = 0;
	while (i--)
		if (hook_at(part, apply, i)->kind == kind_at(FAIL, apply))
			call(hook_at(part, apply, i));
}

int lpatch_hooks_report(struct lpatch_report *report, const struct lpatch_hook_refusal *refusal)
{
	static const char *const names[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};
	const struct lpatch_hook *hook = refusal->hook;

	lockdep_assert_held(&lpatch_lock);
	lpatch_report_add(report, "hook %s (%s in %s) refused: %d\n", names[hook->kind],
			  hook->function, hook->source, refusal->answer);
	return lpatch_report_cause(report, LPATCH_CAUSE_HOOK_FAILED);
}
