// SPDX-License-Identifier: GPL-2.0
/*
 * What is rewritten in place?
 *
 * A constant is mapped read-only; it is written through an alias (alias.h). All CPUs stand still
 * meanwhile, the others in an NMI (nmi.h), so a later reader sees all of the new bytes. Not so a
 * reader in an NMI that comes to the CPU that writes (to any with hold_nmi=0), or a task that was
 * stopped in the middle of reading it: they may see some old and some new bytes.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "data.h"
#include "fault.h"
#include "lock.h"
#include "unexported.h"

#define SHOWN_BYTES 16

static LIST_HEAD(rewritten); /* struct lpatch_constant */

static bool overlap(const struct lpatch_rewrite *one, const struct lpatch_rewrite *other)
{
	return one->addr < other->addr + other->size && other->addr < one->addr + one->size;
}

/*
 * Only one update at a time may have rewritten a byte; one that goes in the
 * same attempt doesn't count.
 */
static int check_free(struct lpatch_data_change *change, struct lpatch_report *report)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;
	const struct lpatch_constant *other;

	list_for_each_entry(other, &rewritten, list) {
		if (!overlap(rewrite, other->rewrite))
			continue;
		if (other->leaving) {
			change->over = true;
			continue;
		}
		lpatch_report_add(report, "constant %s: update %s has rewritten it\n",
				  rewrite->name, other->part->update->id);
		return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
	}
	return 0;
}

static int prepare_data(struct lpatch_data_change *change, struct lpatch_aliases *aliases,
			struct lpatch_report *report)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;

	switch (lpatch_aliases_add(aliases, rewrite->addr, rewrite->size, &change->alias)) {
	case 0:
		return 0;
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	default:
		lpatch_report_add(report, "constant %s: it can't be mapped\n", rewrite->name);
		return lpatch_report_cause(report, LPATCH_CAUSE_UNEXPECTED);
	}
}

static int save_or_recall(struct lpatch_data_change *change, struct lpatch_report *report)
{
	struct lpatch_constant *constant = change->constant;
	int err;

	if (!change->apply) {
		constant->leaving = true;
		change->saved = constant->saved;
		return 0;
	}
	err = check_free(change, report);
	if (err)
		return err;
	change->saved = kvmalloc(constant->rewrite->size, GFP_KERNEL);
	return change->saved ? 0 : lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
}

static int add_change(struct lpatch_data *data, struct lpatch_constant *constant, bool apply)
{
	struct lpatch_data_change *change = &data->changes[data->nr_changes++];
	int err;

	change->constant = constant;
	change->apply = apply;
	err = save_or_recall(change, data->transition->report);
	return err ? err : prepare_data(change, &data->aliases, data->transition->report);
}

int lpatch_data_make(struct lpatch_data *data, const struct lpatch_transition *transition)
{
	u32 i, k;
	int err = 0;

	lockdep_assert_held(&lpatch_lock);
	*data = (struct lpatch_data){.transition = transition};
	data->changes = kvcalloc(transition->constants, sizeof(*data->changes), GFP_KERNEL);
	if (!data->changes)
		return lpatch_report_cause(transition->report, LPATCH_CAUSE_NO_MEMORY);
	for (i = 0; i < transition->nr && !err; i++) {
		const struct lpatch_step *step = &transition->steps[i];

		for (k = 0; k < step->part->update->nr_rewrites && !err; k++)
			err = add_change(data, &step->part->constants[k], step->apply);
	}
	return err;
}

/* What is there now, or will be once those that go have been restored. */
static u8 found_byte(const struct lpatch_data *data, const struct lpatch_data_change *change, u32 i)
{
	unsigned long addr = change->constant->rewrite->addr + i;
	u32 k;

	for (k = 0; change->over && k < data->nr_changes; k++) {
		const struct lpatch_data_change *other = &data->changes[k];
		const struct lpatch_rewrite *rewrite = other->constant->rewrite;

		if (!other->apply && addr - rewrite->addr < rewrite->size)
			return other->saved[addr - rewrite->addr];
	}
	return *(const u8 *)addr;
}

/* The byte that must be there now, and which of its bits count. */
static u8 expected_data(const struct lpatch_data_change *change, u32 i, u8 *mask)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;

	*mask = change->apply ? rewrite->old_mask[i] : 0xff;
	return change->apply ? rewrite->old_bytes[i] : rewrite->new_bytes[i];
}

/* The first byte that is not what it must be, or the size of the constant. */
static u32 first_difference(const struct lpatch_data *data, const struct lpatch_data_change *change)
{
	u32 i, size = change->constant->rewrite->size;
	u8 mask;

	if (lpatch_fault(change->constant->rewrite->name))
		return 0;
	for (i = 0; i < size; i++) {
		u8 expected = expected_data(change, i, &mask);

		if ((found_byte(data, change, i) ^ expected) & mask)
			break;
	}
	return i;
}

static int report_data(const struct lpatch_data *data, const struct lpatch_data_change *change,
		       u32 at)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;
	struct lpatch_report *report = data->transition->report;
	u32 i, end = min(rewrite->size, at + SHOWN_BYTES);
	u8 mask;

	lpatch_report_add(report, "constant %s+0x%x: expected", rewrite->name, at);
	for (i = at; i < end; i++) {
		u8 expected = expected_data(change, i, &mask);

		if (mask)
			lpatch_report_add(report, " %02x", expected);
		else
			lpatch_report_add(report, " ..");
	}
	lpatch_report_add(report, ", found");
	for (i = at; i < end; i++)
		lpatch_report_add(report, " %02x", found_byte(data, change, i));
	lpatch_report_add(report, "\n");
	return lpatch_report_cause(report, LPATCH_CAUSE_TEXT_MISMATCH);
}

int lpatch_data_verify(const struct lpatch_data *data)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	lockdep_assert_held(&text_mutex);
	for (i = 0; i < data->nr_changes; i++) {
		u32 at = first_difference(data, &data->changes[i]);

		if (at < data->changes[i].constant->rewrite->size)
			return report_data(data, &data->changes[i], at);
	}
	return 0;
}

const struct lpatch_constant *lpatch_data_differs(const struct lpatch_data *data)
{
	u32 i;

	lockdep_assert_irqs_disabled();
	for (i = 0; i < data->nr_changes; i++) {
		const struct lpatch_data_change *change = &data->changes[i];

		if (first_difference(data, change) < change->constant->rewrite->size)
			return change->constant;
	}
	return NULL;
}

int lpatch_data_map(struct lpatch_data *data)
{
	lockdep_assert_held(&lpatch_lock);
	if (lpatch_aliases_map(&data->aliases))
		return lpatch_report_cause(data->transition->report, LPATCH_CAUSE_NO_MEMORY);
	return 0;
}

void lpatch_data_unmap(struct lpatch_data *data)
{
	lockdep_assert_held(&lpatch_lock);
	lpatch_aliases_unmap(&data->aliases);
}

void lpatch_data_switch(const struct lpatch_data *data)
{
	u32 i;

	lockdep_assert_irqs_disabled();
	for (i = 0; i < data->nr_changes; i++) {
		const struct lpatch_data_change *change = &data->changes[i];
		const struct lpatch_rewrite *rewrite = change->constant->rewrite;

		u8 *alias = data->aliases.mapping + change->alias;

		if (change->apply)
			memcpy(change->saved, alias, rewrite->size);
		memcpy(alias, change->apply ? rewrite->new_bytes : change->saved, rewrite->size);
	}
}

static void forget_constant(struct lpatch_constant *constant)
{
	list_del(&constant->list);
	kvfree(constant->saved);
	constant->saved = NULL;
}

void lpatch_data_finish(struct lpatch_data *data, bool done)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < data->nr_changes; i++) {
		struct lpatch_data_change *change = &data->changes[i];
		struct lpatch_constant *constant = change->constant;

		constant->leaving = false;
		if (done && change->apply) {
			constant->saved = change->saved;
			list_add(&constant->list, &rewritten);
		} else if (done) {
			forget_constant(constant);
		} else if (change->apply) {
			kvfree(change->saved);
		}
	}
	lpatch_aliases_free(&data->aliases);
	kvfree(data->changes);
	data->changes = NULL;
	data->nr_changes = 0;
}

void lpatch_constants_drop(struct lpatch_part *part)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < part->update->nr_rewrites; i++)
		forget_constant(&part->constants[i]);
}
