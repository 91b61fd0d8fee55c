// SPDX-License-Identifier: GPL-2.0
/*
 * What does an attempt change? The plan lists the sites of all functions that come or
 * go, works out what is to be written before the machine stops, and then redirects
 * all of them or none. How one of them is redirected: site.c.
 */
#include <linux/slab.h>

#include "ftrace.h"
#include "kprobe.h"
#include "lock.h"
#include "redirect.h"
#include "rewritten.h"
#include "unexported.h"

/* What the plan does about a site. */
static struct lpatch_change *change_of(struct lpatch_plan *plan, struct lpatch_site *site,
				       const struct lpatch_func *func)
{
	struct lpatch_change *change = site->change;

	if (!change) {
		change = &plan->changes[plan->nr_changes++];
		change->site = site;
		site->change = change;
	}
	change->func = func;
	return change;
}

static int plan_layer(struct lpatch_plan *plan, struct lpatch_layer *layer, bool apply)
{
	const struct lpatch_func *func = layer->func;
	struct lpatch_site *site = apply ? lpatch_site_find(func->old.addr) : layer->site;

	layer->leaving = !apply;
	if (!site)
		site = lpatch_site_new(func);
	if (!site)
		return lpatch_report_cause(plan->transition->report, LPATCH_CAUSE_NO_MEMORY);
	if (apply)
		change_of(plan, site, func)->incoming = layer;
	else
		change_of(plan, site, func);
	return 0;
}

/*
 * Another live patch that uses ftrace may redirect calls before they get to our jump. (With an
 * ftrace redirect of our own, ftrace itself says so.)
 */
static bool may_be_taken(const struct lpatch_change *change)
{
	const struct lpatch_site *site = change->site;

	return change->incoming && site->kind == LPATCH_REDIRECT_JUMP && site->fentry &&
	       !lpatch_text_is_nop((void *)site->fentry) && !lpatch_kprobe_claims(site->fentry);
}

static int report_taken(const struct lpatch_plan *plan, unsigned long fentry)
{
	struct lpatch_report *report = plan->transition->report;
	u32 i;

	for (i = 0; i < plan->nr_changes; i++)
		if (plan->changes[i].site->fentry == fentry)
			lpatch_report_add(report, "function %s: another live patch redirects it\n",
					  plan->changes[i].func->old.name);
	return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
}

static int check_none_taken(const struct lpatch_plan *plan)
{
	unsigned long *fentries, taken;
	u32 i, nr = 0;

	fentries = kvcalloc(plan->nr_changes, sizeof(*fentries), GFP_KERNEL);
	if (!fentries)
		return lpatch_report_cause(plan->transition->report, LPATCH_CAUSE_NO_MEMORY);
	for (i = 0; i < plan->nr_changes; i++)
		if (may_be_taken(&plan->changes[i]))
			fentries[nr++] = plan->changes[i].site->fentry;
	taken = nr ? lpatch_ftrace_taken(fentries, nr) : 0;
	kvfree(fentries);
	return taken ? report_taken(plan, taken) : 0;
}

/* A layer can't go while one above it stays. */
static int check_not_stacked(const struct lpatch_change *change, struct lpatch_report *report)
{
	bool leaving = false, stacked = false;
	const struct lpatch_layer *layer;

	list_for_each_entry_reverse(layer, &change->site->layers, above) {
		leaving = leaving || layer->leaving;
		if (!leaving || layer->leaving)
			continue;
		lpatch_report_add(report, "function %s: update %s is on top of this one\n",
				  layer->func->old.name, layer->part->update->id);
		stacked = true;
	}
	return stacked ? lpatch_report_cause(report, LPATCH_CAUSE_STACKED) : 0;
}

/* The newest replacement that will be there; 0: none. */
static unsigned long newest_replacement(const struct lpatch_change *change)
{
	const struct lpatch_layer *layer;

	if (change->incoming)
		return change->incoming->func->new_addr;
	list_for_each_entry(layer, &change->site->layers, above)
		if (!layer->leaving)
			return layer->func->new_addr;
	return 0;
}

static int prepare_jump(struct lpatch_change *change, struct lpatch_aliases *aliases,
			struct lpatch_report *report)
{
	struct lpatch_site *site = change->site;

	if (site->kind != LPATCH_REDIRECT_JUMP)
		return 0;
	switch (lpatch_text_prepare(&change->write, site->addr + site->offset, aliases)) {
	case 0:
		return 0;
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	default:
		lpatch_report_add(report, "function %s: its text can't be mapped\n",
				  change->func->old.name);
		return lpatch_report_cause(report, LPATCH_CAUSE_UNEXPECTED);
	}
}

/* A site that this plan has made: nothing lies in it yet. */
static bool is_new(const struct lpatch_change *change)
{
	return list_empty(&change->site->layers);
}

/* Those of all new sites from the change at `first` on, which are of one part. */
static int settle_kinds(struct lpatch_plan *plan, u32 first, const struct lpatch_part *part)
{
	struct lpatch_report *report = plan->transition->report;
	struct lpatch_places places = {};
	int err = 0;
	u32 i;

	places.places = kvcalloc(plan->nr_changes - first, sizeof(*places.places), GFP_KERNEL);
	if (!places.places)
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	for (i = first; i < plan->nr_changes; i++) {
		const struct lpatch_change *change = &plan->changes[i];

		if (is_new(change) && lpatch_site_has_room(change->site, change->func))
			places.places[places.nr++].addr = change->site->addr + change->site->offset;
	}
	if (places.nr)
		lpatch_rewritten_near(places.places, places.nr,
				      part->target ? part->target->module : NULL);
	for (i = first; i < plan->nr_changes && !err; i++)
		if (is_new(&plan->changes[i]))
			err = lpatch_site_settle(plan->changes[i].site, plan->changes[i].incoming,
						 &places, report);
	kvfree(places.places);
	return err;
}

/* Lists all sites of one part that change. */
static int plan_step(struct lpatch_plan *plan, const struct lpatch_step *step)
{
	u32 i, first = plan->nr_changes;
	int err = 0;

	for (i = 0; i < step->part->update->nr_funcs && !err; i++)
		err = plan_layer(plan, &step->part->layers[i], step->apply);
	if (err || !step->apply || plan->nr_changes == first)
		return err;
	return settle_kinds(plan, first, step->part);
}

static int plan_steps(struct lpatch_plan *plan)
{
	u32 i;
	int err = 0;

	for (i = 0; i < plan->transition->nr && !err; i++)
		err = plan_step(plan, &plan->transition->steps[i]);
	return err;
}

int lpatch_plan_make(struct lpatch_plan *plan, const struct lpatch_transition *transition)
{
	u32 i;
	int err;

	lockdep_assert_held(&lpatch_lock);
	*plan = (struct lpatch_plan){.transition = transition};
	plan->changes = kvcalloc(transition->functions, sizeof(*plan->changes), GFP_KERNEL);
	if (!plan->changes)
		return lpatch_report_cause(transition->report, LPATCH_CAUSE_NO_MEMORY);
	err = plan_steps(plan);
	if (!err && plan->nr_changes)
		err = check_none_taken(plan);
	for (i = 0; i < plan->nr_changes && !err; i++) {
		err = check_not_stacked(&plan->changes[i], transition->report);
		plan->changes[i].target = newest_replacement(&plan->changes[i]);
		if (!err)
			err = prepare_jump(&plan->changes[i], &plan->aliases, transition->report);
	}
	return err;
}

int lpatch_plan_bytes(struct lpatch_plan *plan)
{
	struct lpatch_report *report = plan->transition->report;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	lockdep_assert_held(&text_mutex);
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
					  change->func->old.name);
			return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
		}
		lpatch_text_plan(&change->write, bytes);
	}
	return 0;
}

int lpatch_plan_map(struct lpatch_plan *plan)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	if (lpatch_aliases_map(&plan->aliases))
		return lpatch_report_cause(plan->transition->report, LPATCH_CAUSE_NO_MEMORY);
	for (i = 0; i < plan->nr_changes; i++) {
		struct lpatch_text_write *write = &plan->changes[i].write;

		if (plan->changes[i].site->kind == LPATCH_REDIRECT_JUMP)
			write->block = plan->aliases.mapping + write->alias;
	}
	return 0;
}

void lpatch_plan_unmap(struct lpatch_plan *plan)
{
	lockdep_assert_held(&lpatch_lock);
	lpatch_aliases_unmap(&plan->aliases);
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

static const struct lpatch_change *switch_all(struct lpatch_plan *plan)
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

const struct lpatch_change *lpatch_plan_switch(struct lpatch_plan *plan)
{
	const struct lpatch_change *failed;

	lockdep_assert_irqs_disabled();
	failed = switch_all(plan);
	/* What comes next in the stop, hooks for one, may call what was redirected. */
	lpatch_text_written();
	return failed;
}

/* What has become of the layers of a part. */
static void settle_layers(const struct lpatch_step *step, bool done)
{
	u32 i;

	for (i = 0; i < step->part->update->nr_funcs; i++) {
		struct lpatch_layer *layer = &step->part->layers[i];

		if (done && layer->leaving) {
			list_del(&layer->above);
			layer->site = NULL;
		}
		layer->leaving = false;
	}
}

static void settle_site(struct lpatch_change *change, bool done)
{
	struct lpatch_site *site = change->site;
	struct lpatch_layer *layer = change->incoming;

	site->change = NULL;
	if (done) {
		site->target = change->target;
		if (layer) {
			layer->site = site;
			list_add(&layer->above, &site->layers);
		}
	}
	if (list_empty(&site->layers))
		lpatch_site_free(site);
}

void lpatch_plan_finish(struct lpatch_plan *plan, bool done)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < plan->transition->nr; i++)
		settle_layers(&plan->transition->steps[i], done);
	for (i = 0; i < plan->nr_changes; i++)
		settle_site(&plan->changes[i], done);
	lpatch_aliases_free(&plan->aliases);
	kvfree(plan->changes);
	plan->changes = NULL;
	plan->nr_changes = 0;
}

void lpatch_layers_drop(struct lpatch_part *part)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < part->update->nr_funcs; i++) {
		struct lpatch_layer *layer = &part->layers[i];
		struct lpatch_site *site = layer->site;

		list_del(&layer->above);
		layer->site = NULL;
		if (list_empty(&site->layers))
			lpatch_site_free(site);
	}
}
