// SPDX-License-Identifier: GPL-2.0
/*
 * One attempt to make a transition, in order:
 *
 *	pre         the hooks that may sleep, and may refuse
 *	plan        sites, kinds of redirect, ftrace: all that takes time
 *	check       the stacks of all tasks, while the machine runs
 *	verify      the text is what it should be; it stays so under text_mutex
 *	map         aliases of what will be written, until the machine goes on
 *	again       the stacks of tasks that have run since
 *	stop        the rest of the stacks; check hooks; with the other CPUs held
 *	            in an NMI redirect, rewrite constants; the hooks apply or reverse
 *	finish      keep or drop what the plan has made
 *	post, fail  the hooks that are told the result
 *
 * Whatever fails before the redirect leaves nothing behind.
 */
#include <linux/cpu.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "attempt.h"
#include "data.h"
#include "keep.h"
#include "lock.h"
#include "nmi.h"
#include "stop.h"
#include "transition.h"
#include "unexported.h"
#include "verify.h"

struct attempt {
	struct lpatch_transition *transition;
	struct lpatch_plan plan;
	struct lpatch_data data;
	struct lpatch_stack_check check;
	struct lpatch_stop stop;
	unsigned int max_stop_ms; /* 0: the core's own limit */
};

static void add_module_text(struct lpatch_stack_check *check, const struct module *module)
{
	unsigned long size, base = lpatch_module_text(module, &size);

	lpatch_stack_add(check, base, base + size);
}

/*
 * No task may be inside a function that is about to be replaced. Its first byte is outside: a
 * task that was interrupted there continues through the redirect. That of its cold part is
 * inside, since nothing is redirected there. One byte behind the end is inside: a call that
 * doesn't return may be the last instruction, and leaves that address on the stack. A tracer
 * that was called from the fentry slot leaves the address behind the slot; it counts as
 * inside, which is not necessary for a jump (the task would go on to it) but for an ftrace
 * redirect (the task would go on into the old function).
 */
static void add_old_func(struct lpatch_stack_check *check, const struct lpatch_func *func)
{
	const struct lpatch_text *old = &func->old, *cold = &func->old_cold;

	lpatch_stack_add(check, old->addr + 1, old->addr + old->size);
	if (cold->size)
		lpatch_stack_add(check, cold->addr, cold->addr + cold->size);
}

/*
 * What is no longer in force afterwards: of a part that is reversed, all of its code; of one that
 * is applied, the old functions, and the code of updates that it is stacked upon.
 */
static void collect_ranges(struct attempt *attempt)
{
	struct lpatch_stack_check *check = &attempt->check;
	u32 i;

	for (i = 0; i < attempt->transition->nr; i++)
		if (!attempt->transition->steps[i].apply)
			add_module_text(check, attempt->transition->steps[i].part->update->module);

	for (i = 0; i < attempt->plan.nr_changes; i++) {
		const struct lpatch_change *change = &attempt->plan.changes[i];
		const struct lpatch_layer *top = lpatch_site_top(change->site);

		lpatch_parked_add(&check->parked, change->func->old.name);
		if (change->incoming) {
			add_old_func(check, change->func);
			if (top)
				add_module_text(check, top->part->update->module);
		}
		/* The handler may have noted where to go and not gone yet. */
		if (top && change->site->kind == LPATCH_REDIRECT_FTRACE)
			check->unwind.scan_ready = true;
	}
}

static int too_long(const struct lpatch_stack_check *check, struct lpatch_report *report)
{
	unsigned int limit = div_u64(check->limit_ns, NSEC_PER_MSEC);

	if (READ_ONCE(check->switched.overflow))
		lpatch_report_add(report, "more tasks leave a CPU than can be noted\n");
	else if (check->expected_ns > check->limit_ns)
		lpatch_report_add(report,
				  "%u tasks of one CPU would be checked in the stop, in %llu us; "
				  "the limit is %u ms (max_stop_ms)\n",
				  check->nr_left, div_u64(check->expected_ns, NSEC_PER_USEC),
				  limit);
	else
		lpatch_report_add(report, "the check took longer than %u ms (max_stop_ms)\n",
				  limit);
	return lpatch_report_cause(report, LPATCH_CAUSE_STOP_TOO_LONG);
}

/* What lpatch_stack_before() and the like have said. */
static int report_stacks(struct attempt *attempt, int err)
{
	struct lpatch_report *report = attempt->transition->report;

	switch (err) {
	case -EBUSY:
		lpatch_busy_report(&attempt->check.busy, attempt->transition->entry);
		lpatch_parked_report(&attempt->check.parked, report);
		return lpatch_report_cause(report, LPATCH_CAUSE_STACK_BUSY);
	case -ETIME:
		return too_long(&attempt->check, report);
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	case -EINTR:
		lpatch_report_add(report,
				  "the process that asked for the attempt is being killed\n");
		return lpatch_report_cause(report, LPATCH_CAUSE_INTERRUPTED);
	default:
		lpatch_report_add(report, "tasks that leave a CPU can't be recorded (%d)\n", err);
		return lpatch_report_cause(report, LPATCH_CAUSE_UNEXPECTED);
	}
}

static int written_meanwhile(struct lpatch_stop *stop, struct lpatch_report *report)
{
	if (stop->failed)
		lpatch_report_add(report,
				  "function %s: its text was written while it was checked\n",
				  stop->failed->func->old.name);
	else
		lpatch_report_add(report, "constant %s: it was written while it was checked\n",
				  stop->failed_constant->rewrite->name);
	return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
}

static int not_held(struct lpatch_stop *stop, struct lpatch_report *report)
{
	lpatch_report_add(report, "CPU %u: it takes no NMI within %d ms\n", stop->missing_cpu,
			  LPATCH_NMI_LIMIT_MS);
	return lpatch_report_cause(report, LPATCH_CAUSE_CPU_BUSY);
}

static int stop_and_switch(struct attempt *attempt)
{
	struct lpatch_entry *entry = attempt->transition->entry;
	int err;

	attempt->stop.transition = attempt->transition;
	attempt->stop.plan = &attempt->plan;
	attempt->stop.data = &attempt->data;
	attempt->stop.check = &attempt->check;
	err = lpatch_stop_and_switch(&attempt->stop);
	entry->stopped_ns = attempt->stop.stopped_ns;

	switch (err) {
	case 0:
		return 0;
	case -EBUSY:
	case -ETIME:
		return report_stacks(attempt, err);
	case -EAGAIN:
		return written_meanwhile(&attempt->stop, &entry->report);
	case -ECANCELED:
		return lpatch_hooks_report(&entry->report, &attempt->stop.refusal);
	case -ETIMEDOUT:
		return not_held(&attempt->stop, &entry->report);
	default:
		lpatch_report_add(&entry->report, "the machine could not be stopped (%d)\n", err);
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_UNEXPECTED);
	}
}

static int check_and_stop(struct attempt *attempt)
{
	int err = lpatch_stack_again(&attempt->check);

	return err ? report_stacks(attempt, err) : stop_and_switch(attempt);
}

/*
 * kprobe_mutex: no kprobe is halfway registered, with its copy of an instruction taken but not
 * yet to be found. text_mutex: no other code writes text. The order is the one of
 * register_kprobe().
 */
static int verify_and_switch(struct attempt *attempt)
{
	int err;

	if (LPATCH_HAVE_kprobe_mutex)
		mutex_lock(&kprobe_mutex);
	cpus_read_lock();
	mutex_lock(&text_mutex);

	err = lpatch_verify(&attempt->plan);
	if (!err)
		err = lpatch_data_verify(&attempt->data);
	if (!err)
		err = lpatch_plan_bytes(&attempt->plan);
	if (!err)
		err = lpatch_plan_map(&attempt->plan);
	if (!err)
		err = lpatch_data_map(&attempt->data);
	if (!err)
		err = check_and_stop(attempt);
	lpatch_plan_unmap(&attempt->plan);
	lpatch_data_unmap(&attempt->data);

	mutex_unlock(&text_mutex);
	cpus_read_unlock();
	if (LPATCH_HAVE_kprobe_mutex)
		mutex_unlock(&kprobe_mutex);
	return err;
}

static int plan_and_switch(struct attempt *attempt)
{
	struct lpatch_report *report = attempt->transition->report;
	u32 nr_ranges = 3 * attempt->plan.nr_changes + attempt->transition->nr;
	int err;

	if (lpatch_stack_init(&attempt->check, nr_ranges, attempt->max_stop_ms))
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	collect_ranges(attempt);

	err = lpatch_stack_before(&attempt->check);
	if (err)
		return report_stacks(attempt, err);
	err = verify_and_switch(attempt);
	/* With none of the locks that others need. */
	if (report->cause == LPATCH_CAUSE_CPU_BUSY)
		lpatch_nmi_settle();
	return err;
}

static int change(struct attempt *attempt)
{
	int err;

	err = lpatch_plan_make(&attempt->plan, attempt->transition);
	if (!err)
		err = lpatch_data_make(&attempt->data, attempt->transition);
	if (!err)
		err = plan_and_switch(attempt);
	lpatch_plan_finish(&attempt->plan, !err);
	lpatch_data_finish(&attempt->data, !err);
	lpatch_stack_free(&attempt->check);
	return err;
}

static int hold_and_change(struct attempt *attempt)
{
	struct lpatch_transition *transition = attempt->transition;
	u32 i;
	int err;

	if (!lpatch_transition_hold(transition)) {
		lpatch_report_add(transition->report, "the update is being loaded or unloaded\n");
		return lpatch_report_cause(transition->report, LPATCH_CAUSE_WRONG_STAGE);
	}
	lpatch_transition_open(transition);
	err = lpatch_transition_pre(transition);
	if (!err)
		err = change(attempt);
	if (err)
		lpatch_transition_fail(transition);
	else
		lpatch_transition_post(transition);
	for (i = 0; i < transition->nr && !err; i++) {
		transition->steps[i].part->in_force = transition->steps[i].apply;
		/* It is held now because it is in force. */
		if (transition->steps[i].apply)
			lpatch_keep_end(transition->steps[i].part);
	}
	/* Those that came stay held, those that went need it no longer. */
	lpatch_transition_close(transition, err);
	lpatch_transition_release(transition, err);
	return err;
}

int lpatch_attempt(struct lpatch_transition *transition, unsigned int max_stop_ms)
{
	struct attempt *attempt = kvzalloc(sizeof(*attempt), GFP_KERNEL);
	int err;

	lockdep_assert_held(&lpatch_lock);
	if (!attempt)
		return lpatch_report_cause(transition->report, LPATCH_CAUSE_NO_MEMORY);
	attempt->transition = transition;
	attempt->max_stop_ms = max_stop_ms;
	err = hold_and_change(attempt);
	kvfree(attempt);
	return err;
}
