// SPDX-License-Identifier: GPL-2.0
/*
 * What is rewritten in place?
 *
 * A constant is mapped read-only; it is written through an alias that exists
 * while an attempt lasts. All CPUs stand still meanwhile, so whoever reads it
 * later sees all of the new bytes. Not so a reader in an NMI that comes
 * through in the stop, or a task that was stopped in the middle of reading it:
 * they may see some old and some new bytes.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "data.h"
#include "parts.h"
#include "text.h"

#define SHOWN_BYTES 16

static LIST_HEAD(rewritten); /* struct lpatch_constant */

static bool overlap(const struct lpatch_rewrite *one, const struct lpatch_rewrite *other)
{
	return one->addr < other->addr + other->size && other->addr < one->addr + one->size;
}

/* Only one update at a time may have rewritten a byte. */
static int check_free(const struct lpatch_rewrite *rewrite, struct lpatch_report *report)
{
	const struct lpatch_constant *other;

	list_for_each_entry (other, &rewritten, list) {
		if (!overlap(rewrite, other->rewrite))
			continue;
		lpatch_report_add(report, "constant %s: update %s has rewritten it\n",
				  rewrite->name, other->part->update->id);
		return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
	}
	return 0;
}

/* Maps all pages of the constant once more, for writing. */
static int map_change(struct lpatch_data_change *change, struct lpatch_report *report)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;
	unsigned long first = rewrite->addr & PAGE_MASK;
	unsigned int i, nr = PFN_UP(rewrite->addr + rewrite->size - first);
	struct page **pages = kvcalloc(nr, sizeof(*pages), GFP_KERNEL);
	bool complete = true;

	for (i = 0; pages && i < nr; i++) {
		pages[i] = lpatch_page(first + i * PAGE_SIZE);
		complete = complete && pages[i];
	}
	if (pages && complete)
		change->mapping = vmap(pages, nr, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	if (!complete) {
		lpatch_report_add(report, "constant %s: it can't be mapped\n", rewrite->name);
		return lpatch_report_cause(report, LPATCH_CAUSE_UNEXPECTED);
	}
	if (!change->mapping)
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	change->alias = (u8 *)change->mapping + offset_in_page(rewrite->addr);
	return 0;
}

static int save_or_recall(struct lpatch_data_change *change, bool apply,
			  struct lpatch_report *report)
{
	const struct lpatch_rewrite *rewrite = change->constant->rewrite;
	int err;

	if (!apply) {
		change->saved = change->constant->saved;
		return 0;
	}
	err = check_free(rewrite, report);
	if (err)
		return err;
	change->saved = kvmalloc(rewrite->size, GFP_KERNEL);
	return change->saved ? 0 : lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
}

static int add_change(struct lpatch_data *data, struct lpatch_constant *constant)
{
	struct lpatch_data_change *change = &data->changes[data->nr_changes++];
	struct lpatch_report *report = &data->entry->report;
	int err;

	change->constant = constant;
	err = save_or_recall(change, data->apply, report);
	return err ? err : map_change(change, report);
}

int lpatch_data_make(struct lpatch_data *data, struct lpatch_entry *entry, bool apply)
{
	u32 i, nr = lpatch_parts_count(entry).constants;
	struct lpatch_part *part;
	int err = 0;

	*data = (struct lpatch_data){.entry = entry, .apply = apply};
	data->changes = kvcalloc(nr, sizeof(*data->changes), GFP_KERNEL);
	if (!data->changes)
		return lpatch_report_cause(&entry->report, LPATCH_CAUSE_NO_MEMORY);
	list_for_each_entry (part, &entry->parts, list)
		for (i = 0; i < part->update->nr_rewrites && !err; i++)
			err = add_change(data, &part->constants[i]);
	return err;
}

/* The byte that must be there now, and which of its bits count. */
static u8 expected_byte(const struct lpatch_data *data, const struct lpatch_rewrite *rewrite, u32 i,
			u8 *mask)
{
	*mask = data->apply ? rewrite->old_mask[i] : 0xff;
	return data->apply ? rewrite->old_bytes[i] : rewrite->new_bytes[i];
}

/* The first byte that is not what it must be, or rewrite->size. */
static u32 first_difference(const struct lpatch_data *data, const struct lpatch_rewrite *rewrite)
{
	const u8 *found = (const u8 *)rewrite->addr;
	u8 mask;
	u32 i;

	for (i = 0; i < rewrite->size; i++) {
		u8 expected = expected_byte(data, rewrite, i, &mask);

		if ((found[i] ^ expected) & mask)
			break;
	}
	return i;
}

static int report_mismatch(const struct lpatch_data *data, const struct lpatch_rewrite *rewrite,
			   u32 at)
{
	struct lpatch_report *report = &data->entry->report;
	u32 i, end = min(rewrite->size, at + SHOWN_BYTES);
	u8 mask;

	lpatch_report_add(report, "constant %s+0x%x: expected", rewrite->name, at);
	for (i = at; i < end; i++) {
		u8 expected = expected_byte(data, rewrite, i, &mask);

		if (mask)
			lpatch_report_add(report, " %02x", expected);
		else
			lpatch_report_add(report, " ..");
	}
	lpatch_report_add(report, ", found");
	for (i = at; i < end; i++)
		lpatch_report_add(report, " %02x", ((const u8 *)rewrite->addr)[i]);
	lpatch_report_add(report, "\n");
	return lpatch_report_cause(report, LPATCH_CAUSE_TEXT_MISMATCH);
}

int lpatch_data_verify(const struct lpatch_data *data)
{
	u32 i;

	for (i = 0; i < data->nr_changes; i++) {
		const struct lpatch_rewrite *rewrite = data->changes[i].constant->rewrite;
		u32 at = first_difference(data, rewrite);

		if (at < rewrite->size)
			return report_mismatch(data, rewrite, at);
	}
	return 0;
}

const struct lpatch_constant *lpatch_data_differs(const struct lpatch_data *data)
{
	u32 i;

	for (i = 0; i < data->nr_changes; i++) {
		const struct lpatch_constant *constant = data->changes[i].constant;

		if (first_difference(data, constant->rewrite) < constant->rewrite->size)
			return constant;
	}
	return NULL;
}

void lpatch_data_switch(const struct lpatch_data *data)
{
	u32 i;

	for (i = 0; i < data->nr_changes; i++) {
		const struct lpatch_data_change *change = &data->changes[i];
		const struct lpatch_rewrite *rewrite = change->constant->rewrite;

		if (data->apply)
			memcpy(change->saved, change->alias, rewrite->size);
		memcpy(change->alias, data->apply ? rewrite->new_bytes : change->saved,
		       rewrite->size);
	}
}

void lpatch_data_finish(struct lpatch_data *data, bool done)
{
	u32 i;

	for (i = 0; i < data->nr_changes; i++) {
		struct lpatch_data_change *change = &data->changes[i];
		struct lpatch_constant *constant = change->constant;

		vunmap(change->mapping);
		if (done && data->apply) {
			constant->saved = change->saved;
			list_add(&constant->list, &rewritten);
		} else if (done) {
			list_del(&constant->list);
			constant->saved = NULL;
			kvfree(change->saved);
		} else if (data->apply) {
			kvfree(change->saved);
		}
	}
	kvfree(data->changes);
	data->changes = NULL;
	data->nr_changes = 0;
}
