// SPDX-License-Identifier: GPL-2.0
/*
 * One attempt to apply or reverse an update with all its parts, in order:
 *
 *	pre         the hooks that may sleep and say no
 *	plan        sites, kinds of redirect, mappings, ftrace: all that allocates
 *	early check the stacks of all tasks that sleep
 *	verify      the text is what it should be; it stays so under text_mutex
 *	stop        the rest of the stacks; check hooks; redirect, rewrite
 *	            constants; the hooks apply or reverse
 *	finish      keep or drop what the plan has made
 *	post, fail  the hooks that are told how it went
 *
 * Whatever fails before the redirect leaves nothing behind.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/cpu.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "attempt.h"
#include "data.h"
#include "objects.h"
#include "parts.h"
#include "resolve.h"
#include "stop.h"
#include "verify.h"

struct attempt {
	struct lpatch_entry *entry;
	struct lpatch_plan plan;
	struct lpatch_data data;
	struct lpatch_stack_check check;
	struct lpatch_stop stop;
};

static void add_module_text(struct lpatch_stack_check *check, const struct module *module)
{
	unsigned long size, base = lpatch_module_text(module, &size);

	lpatch_stack_add(check, base, base + size);
}

/*
 * Nobody may be inside a function that is about to be replaced. Its first byte
 * is outside: who was interrupted there goes on through the redirect. One byte
 * behind the end is inside: a call that doesn't return may be the last
 * instruction, and leaves that address on the stack. A tracer that was called
 * from the fentry slot leaves the address behind the slot; it counts as
 * inside, which is not necessary for a jump (the task would go on to it) but
 * for an ftrace redirect (the task would go on into the old function).
 */
static void add_old_text(struct lpatch_stack_check *check, const struct lpatch_text *text)
{
	if (text->size)
		lpatch_stack_add(check, text->addr + 1, text->addr + text->size);
}

/*
 * What stops to be in force: on apply the old functions, and the code of
 * updates that are stacked upon; on reverse all code of the update, its parts
 * included.
 */
static void collect_ranges(struct attempt *attempt)
{
	struct lpatch_stack_check *check = &attempt->check;
	const struct lpatch_part *part;
	u32 i;

	if (!attempt->plan.apply)
		list_for_each_entry (part, &attempt->entry->parts, list)
			add_module_text(check, part->update->module);

	for (i = 0; i < attempt->plan.nr_changes; i++) {
		const struct lpatch_change *change = &attempt->plan.changes[i];
		const struct lpatch_layer *top = lpatch_site_top(change->site);

		if (attempt->plan.apply) {
			add_old_text(check, &change->layer->func->old);
			add_old_text(check, &change->layer->func->old_cold);
			if (top)
				add_module_text(check, top->part->update->module);
		}
		/* The handler may have noted where to go and not gone yet. */
		if (top && change->site->kind == LPATCH_REDIRECT_FTRACE)
			check->scan_ready = true;
	}
	lpatch_stack_sort(check);
}

static int busy(struct attempt *attempt)
{
	lpatch_stack_report(&attempt->check, attempt->entry);
	return lpatch_report_cause(&attempt->entry->report, LPATCH_CAUSE_STACK_BUSY);
}

static int written_meanwhile(struct lpatch_stop *stop, struct lpatch_report *report)
{
	if (stop->failed)
		lpatch_report_add(report,
				  "function %s: its text was written while it was checked\n",
				  stop->failed->layer->func->old.name);
	else
		lpatch_report_add(report, "constant %s: it was written while it was checked\n",
				  stop->failed_constant->rewrite->name);
	return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
}

static int stop_and_switch(struct attempt *attempt)
{
	struct lpatch_entry *entry = attempt->entry;
	int err;

	attempt->stop.entry = entry;
	attempt->stop.apply = attempt->plan.apply;
	attempt->stop.plan = &attempt->plan;
	attempt->stop.data = &attempt->data;
	attempt->stop.check = &attempt->check;
	err = lpatch_stop_and_switch(&attempt->stop);
	entry->stopped_ns = attempt->stop.stopped_ns;

	switch (err) {
	case 0:
	case -EBUSY:
		return err;
	case -EAGAIN:
		return written_meanwhile(&attempt->stop, &entry->report);
	case -ECANCELED:
		return lpatch_hooks_report(&entry->report, &attempt->stop.refusal);
	default:
		lpatch_report_add(&entry->report, "the machine could not be stopped (%d)\n", err);
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_UNEXPECTED);
	}
}

/*
 * kprobe_mutex: no kprobe is halfway registered, with its copy of an
 * instruction taken but not yet to be found. text_mutex: nobody else writes
 * text. The order is the one of register_kprobe().
 */
static int verify_and_switch(struct attempt *attempt)
{
	int err;

	if (lpatch_kernel.kprobe_mutex)
		mutex_lock(lpatch_kernel.kprobe_mutex);
	cpus_read_lock();
	mutex_lock(lpatch_kernel.text_mutex);

	err = lpatch_verify(&attempt->plan);
	if (!err)
		err = lpatch_data_verify(&attempt->data);
	if (!err)
		err = lpatch_plan_bytes(&attempt->plan);
	if (!err)
		err = stop_and_switch(attempt);

	mutex_unlock(lpatch_kernel.text_mutex);
	cpus_read_unlock();
	if (lpatch_kernel.kprobe_mutex)
		mutex_unlock(lpatch_kernel.kprobe_mutex);
	return err;
}

static int run(struct attempt *attempt, bool apply)
{
	struct lpatch_entry *entry = attempt->entry;
	struct lpatch_report *report = &entry->report;
	u32 nr_ranges;
	int err;

	err = lpatch_parts_pre(entry, apply);
	if (!err)
		err = lpatch_plan_make(&attempt->plan, entry, apply);
	if (!err)
		err = lpatch_data_make(&attempt->data, entry, apply);
	if (err)
		return err;
	nr_ranges = 3 * attempt->plan.nr_changes + lpatch_parts_count(entry).parts;
	if (lpatch_stack_init(&attempt->check, nr_ranges))
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	collect_ranges(attempt);

	if (!lpatch_stack_before(&attempt->check))
		return busy(attempt);
	err = verify_and_switch(attempt);
	return err == -EBUSY && report->cause == LPATCH_CAUSE_NONE ? busy(attempt) : err;
}

/* Makes the attempt; the stage is left to the caller. */
static int attempt_change(struct lpatch_entry *entry, bool apply)
{
	struct attempt *attempt = kvzalloc(sizeof(*attempt), GFP_KERNEL);
	int err;

	if (!attempt)
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_NO_MEMORY);
	attempt->entry = entry;
	err = run(attempt, apply);
	lpatch_plan_finish(&attempt->plan, !err);
	lpatch_data_finish(&attempt->data, !err);
	lpatch_stack_free(&attempt->check);
	kvfree(attempt);
	if (err)
		lpatch_parts_fail(entry, apply);
	else
		lpatch_parts_post(entry, apply);
	return err;
}

static void log_success(const struct lpatch_entry *entry, const char *what)
{
	struct lpatch_count count = lpatch_parts_count(entry);

	if (count.constants)
		pr_info("%s %s: %u functions, %u constants\n", entry->update->id, what,
			count.functions, count.constants);
	else
		pr_info("%s %s: %u functions\n", entry->update->id, what, count.functions);
}

static int apply(struct lpatch_entry *entry)
{
	int err;

	if (!lpatch_objects_complete(entry))
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_INCOMPLETE);
	if (!lpatch_parts_get(entry)) {
		lpatch_report_add(&entry->report, "the update is being unloaded\n");
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_WRONG_STAGE);
	}
	lpatch_parts_open(entry);
	err = attempt_change(entry, true);
	if (err) {
		lpatch_parts_close(entry);
		lpatch_parts_put(entry);
		return err;
	}
	entry->stage = LPATCH_STAGE_APPLIED;
	log_success(entry, "applied");
	return 0;
}

static int reverse(struct lpatch_entry *entry)
{
	int err = attempt_change(entry, false);

	if (err)
		return err;
	lpatch_parts_close(entry);
	entry->stage = LPATCH_STAGE_REVERSED;
	log_success(entry, "reversed");
	lpatch_parts_put(entry);
	return 0;
}

int lpatch_attempt(struct lpatch_entry *entry, enum lpatch_stage goal)
{
	bool applied = entry->stage == LPATCH_STAGE_APPLIED;

	lpatch_report_clear(&entry->report);
	entry->stopped_ns = 0;
	if (goal == LPATCH_STAGE_APPLIED && !applied)
		return apply(entry);
	if (goal == LPATCH_STAGE_REVERSED && applied)
		return reverse(entry);
	return lpatch_report_cause(&entry->report, LPATCH_CAUSE_WRONG_STAGE);
}
