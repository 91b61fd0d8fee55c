// SPDX-License-Identifier: GPL-2.0
/*
 * How is a call redirected?
 *
 * The first choice is a jump behind the fentry slot: bytes 0 to 4 of a
 * function are ftrace's (0 to 8 with an endbr64 in front), and stay so. A
 * function without that slot takes the jump at its first byte, or behind its
 * endbr64. Tracers of the old function keep working, since they come first.
 *
 * The jump overwrites instructions, and may end in the middle of one. That is
 * fine: what lies under and behind it is only run by somebody who was inside
 * the old function before, and the stack check has shown that there is nobody.
 *
 * Where something else rewrites one of the five bytes at run time (a jump
 * label, a static call, a lock prefix), or the function is shorter than that,
 * the redirect is an ftrace handler. Without a fentry slot there is no way,
 * and the update is refused.
 */
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "ftrace.h"
#include "parts.h"
#include "redirect.h"
#include "resolve.h"

static DEFINE_HASHTABLE(sites, 10);

struct lpatch_site *lpatch_site_find(unsigned long addr)
{
	struct lpatch_site *site;

	hash_for_each_possible(sites, site, hash, addr) if (site->addr == addr) return site;
	return NULL;
}

/* True if the kernel may rewrite one of the bytes while it runs. */
static bool rewritten_at_run_time(unsigned long addr)
{
	void *first = (void *)addr, *last = (void *)(addr + LPATCH_JUMP_SIZE - 1);
	bool reserved = false;

	if (lpatch_kernel.jump_label_text_reserved) {
		lpatch_kernel.jump_label_lock();
		reserved = lpatch_kernel.jump_label_text_reserved(first, last);
		lpatch_kernel.jump_label_unlock();
	}
	if (!reserved && lpatch_kernel.static_call_text_reserved)
		reserved = lpatch_kernel.static_call_text_reserved(first, last);
	if (!reserved && lpatch_kernel.alternatives_text_reserved) {
		mutex_lock(lpatch_kernel.text_mutex);
		/* Its end is exclusive, unlike the others'. */
		reserved = lpatch_kernel.alternatives_text_reserved(first, last + 1);
		mutex_unlock(lpatch_kernel.text_mutex);
	}
	return reserved;
}

/* Runs before the kernel is set up for C code, or where nothing may be traced or redirected. */
static bool is_off_limits(unsigned long addr)
{
	return (addr >= lpatch_kernel.entry_begin && addr < lpatch_kernel.entry_end) ||
	       (addr >= lpatch_kernel.noinstr_begin && addr < lpatch_kernel.noinstr_end);
}

static int refuse(struct lpatch_report *report, const struct lpatch_func *func, const char *why)
{
	lpatch_report_add(report, "function %s: %s\n", func->old.name, why);
	return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
}

/* Where a jump would go, and whether there is a fentry slot in front. */
static void find_place(struct lpatch_site *site)
{
	unsigned int landing = lpatch_text_landing(site->addr);

	if (lpatch_kernel.ftrace_location)
		site->fentry = lpatch_kernel.ftrace_location(site->addr);
	if (site->fentry != site->addr && site->fentry != site->addr + landing)
		site->fentry = 0;
	site->offset = site->fentry ? site->fentry - site->addr + LPATCH_JUMP_SIZE : landing;
}

/* Decides how calls of the site's function are redirected. */
static int choose_kind(struct lpatch_site *site, const struct lpatch_func *func,
		       struct lpatch_report *report)
{
	const char *obstacle = NULL;

	if (is_off_limits(site->addr))
		return refuse(report, func, "it runs where nothing may be redirected");

	find_place(site);
	if (site->offset + LPATCH_JUMP_SIZE > func->old.size)
		obstacle = "it is too short for a jump, and has no fentry slot";
	else if (rewritten_at_run_time(site->addr + site->offset))
		obstacle = "the kernel rewrites the place for a jump, and there is no fentry slot";
	else if (!lpatch_text_fits(site->addr + site->offset))
		obstacle = "a jump can't be written at once, and there is no fentry slot";

	if (obstacle && !site->fentry)
		return refuse(report, func, obstacle);
	site->kind = obstacle ? LPATCH_REDIRECT_FTRACE : LPATCH_REDIRECT_JUMP;
	return 0;
}

/*
 * Another live patch that uses ftrace redirects calls before they get to our
 * jump. (With an ftrace redirect of our own, ftrace itself says so.)
 */
static int check_not_taken(const struct lpatch_site *site, const struct lpatch_func *func,
			   struct lpatch_report *report)
{
	if (site->kind != LPATCH_REDIRECT_JUMP || !site->fentry ||
	    lpatch_text_is_nop((void *)site->fentry) || !lpatch_ftrace_is_taken(site->fentry))
		return 0;
	lpatch_report_add(report, "function %s: another live patch redirects it\n", func->old.name);
	return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
}

static int attach_ftrace(struct lpatch_site *site, const struct lpatch_func *func,
			 struct lpatch_report *report)
{
	struct lpatch_ftrace *ftrace = lpatch_ftrace_attach(site->addr);

	if (!IS_ERR(ftrace)) {
		site->ftrace = ftrace;
		return 0;
	}
	switch (PTR_ERR(ftrace)) {
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	case -EBUSY:
		lpatch_report_add(report,
				  "function %s: needs ftrace, which is switched off "
				  "(kernel.ftrace_enabled), or held by another live patch\n",
				  func->old.name);
		return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
	default:
		lpatch_report_add(report, "function %s: ftrace refuses to attach (%ld)\n",
				  func->old.name, PTR_ERR(ftrace));
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
	}
}

static void free_site(struct lpatch_site *site)
{
	hash_del(&site->hash);
	lpatch_ftrace_detach(site->ftrace);
	kfree(site);
}

static int new_site(struct lpatch_site **result, const struct lpatch_func *func,
		    struct lpatch_report *report)
{
	struct lpatch_site *site = kzalloc(sizeof(*site), GFP_KERNEL);
	int err;

	if (!site)
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	site->addr = func->old.addr;
	INIT_LIST_HEAD(&site->layers);

	err = choose_kind(site, func, report);
	if (!err)
		err = check_not_taken(site, func, report);
	if (!err && site->kind == LPATCH_REDIRECT_FTRACE)
		err = attach_ftrace(site, func, report);
	if (err) {
		kfree(site);
		return err;
	}
	hash_add(sites, &site->hash, site->addr);
	*result = site;
	return 0;
}

/* On top of whatever is there. */
static int change_to_apply(struct lpatch_change *change, struct lpatch_report *report)
{
	const struct lpatch_func *func = change->layer->func;

	change->target = func->new_addr;
	change->site = lpatch_site_find(func->old.addr);
	if (change->site)
		return check_not_taken(change->site, func, report);
	return new_site(&change->site, func, report);
}

/* Back to the layer below, or to the old function. */
static int change_to_reverse(struct lpatch_change *change, struct lpatch_report *report)
{
	struct lpatch_layer *layer = change->layer, *top = lpatch_site_top(layer->site);
	struct list_head *below = layer->above.next;

	if (top != layer) {
		lpatch_report_add(report, "function %s: update %s stands on top of this one\n",
				  layer->func->old.name, top->part->update->id);
		return lpatch_report_cause(report, LPATCH_CAUSE_STACKED);
	}
	change->site = layer->site;
	if (below != &layer->site->layers)
		change->target = list_entry(below, struct lpatch_layer, above)->func->new_addr;
	return 0;
}

static int map_change(struct lpatch_change *change, struct lpatch_report *report)
{
	struct lpatch_site *site = change->site;

	if (site->kind != LPATCH_REDIRECT_JUMP)
		return 0;
	switch (lpatch_text_map(&change->write, site->addr + site->offset)) {
	case 0:
		return 0;
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	default:
		lpatch_report_add(report, "function %s: its text can't be mapped\n",
				  change->layer->func->old.name);
		return lpatch_report_cause(report, LPATCH_CAUSE_UNEXPECTED);
	}
}

/* Adds a function to the plan. */
static int add_change(struct lpatch_plan *plan, struct lpatch_layer *layer)
{
	struct lpatch_report *report = &plan->entry->report;
	struct lpatch_change *change = &plan->changes[plan->nr_changes];
	int err;

	change->layer = layer;
	err = plan->apply ? change_to_apply(change, report) : change_to_reverse(change, report);
	if (err)
		return err;
	plan->nr_changes++;
	return map_change(change, report);
}

int lpatch_plan_make(struct lpatch_plan *plan, struct lpatch_entry *entry, bool apply)
{
	u32 i, nr = lpatch_parts_count(entry).functions;
	struct lpatch_part *part;
	int err = 0;

	*plan = (struct lpatch_plan){.entry = entry, .apply = apply};
	plan->changes = kvcalloc(nr, sizeof(*plan->changes), GFP_KERNEL);
	if (!plan->changes)
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_NO_MEMORY);
	list_for_each_entry (part, &entry->parts, list)
		for (i = 0; i < part->update->nr_funcs && !err; i++)
			err = add_change(plan, &part->layers[i]);
	return err;
}

int lpatch_plan_bytes(struct lpatch_plan *plan)
{
	struct lpatch_report *report = &plan->entry->report;
	u32 i;

	for (i = 0; i < plan->nr_changes; i++) {
		struct lpatch_change *change = &plan->changes[i];
		struct lpatch_site *site = change->site;
		unsigned long at = site->addr + site->offset;
		u8 bytes[LPATCH_JUMP_SIZE];

		if (site->kind != LPATCH_REDIRECT_JUMP)
			continue;
		if (!site->target)
			memcpy(site->original, (void *)at, LPATCH_JUMP_SIZE);
		memcpy(bytes, site->original, LPATCH_JUMP_SIZE);
		if (change->target && lpatch_text_jump(at, change->target, bytes)) {
			lpatch_report_add(report, "function %s: the replacement is out of reach\n",
					  change->layer->func->old.name);
			return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
		}
		lpatch_text_plan(&change->write, bytes);
	}
	return 0;
}

static void switch_back(struct lpatch_plan *plan, u32 nr)
{
	while (nr--) {
		struct lpatch_change *change = &plan->changes[nr];

		if (change->site->kind == LPATCH_REDIRECT_JUMP)
			lpatch_text_rollback(&change->write);
		else
			lpatch_ftrace_set_target(change->site->ftrace, change->site->target);
	}
}

const struct lpatch_change *lpatch_plan_switch(struct lpatch_plan *plan)
{
	u32 i;

	for (i = 0; i < plan->nr_changes; i++) {
		struct lpatch_change *change = &plan->changes[i];

		if (change->site->kind == LPATCH_REDIRECT_FTRACE) {
			lpatch_ftrace_set_target(change->site->ftrace, change->target);
		} else if (!lpatch_text_write(&change->write)) {
			switch_back(plan, i);
			return change;
		}
	}
	return NULL;
}

static void settle(struct lpatch_change *change, bool apply)
{
	struct lpatch_layer *layer = change->layer;

	change->site->target = change->target;
	if (apply) {
		layer->site = change->site;
		list_add(&layer->above, &change->site->layers);
	} else {
		list_del(&layer->above);
		layer->site = NULL;
	}
}

void lpatch_plan_finish(struct lpatch_plan *plan, bool done)
{
	u32 i;

	for (i = 0; i < plan->nr_changes; i++) {
		struct lpatch_change *change = &plan->changes[i];

		lpatch_text_unmap(&change->write);
		if (done)
			settle(change, plan->apply);
		if (list_empty(&change->site->layers))
			free_site(change->site);
	}
	kvfree(plan->changes);
	plan->changes = NULL;
	plan->nr_changes = 0;
}
