// SPDX-License-Identifier: GPL-2.0
/*
 * Is the running text what an update expects?
 *
 * Text is only written under text_mutex by those who play by the rules, so
 * what has been verified under it still holds when the machine stops. The
 * blocks that the core writes are compared once more as they are written.
 */
#include "fault.h"
#include "kprobe.h"
#include "verify.h"

#define SHOWN_BYTES 16

/* The byte at offset `i` that must be there now; false if any will do. */
static bool expected_byte(const struct lpatch_text *text, const struct lpatch_site *site,
			  const u8 *jump, u32 i, u8 *value, u8 *mask)
{
	if (jump && i >= site->offset && i < site->offset + LPATCH_JUMP_SIZE) {
		*value = jump[i - site->offset];
		*mask = 0xff;
	} else {
		*value = text->expect[i];
		*mask = text->mask[i];
	}
	return *mask;
}

static int report_kprobe(struct lpatch_report *report, const struct lpatch_text *text,
			 unsigned long kprobe)
{
	lpatch_report_add(report, "function %s+0x%lx: a kprobe is there\n", text->name,
			  kprobe - text->addr);
	return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
}

static int report_mismatch(struct lpatch_report *report, const struct lpatch_text *text,
			   const struct lpatch_site *site, const u8 *jump, u32 at)
{
	const u8 *found = (const u8 *)text->addr;
	unsigned long kprobe = lpatch_kprobe_over(text->addr + at);
	u32 i, end = min(text->size, at + SHOWN_BYTES);
	u8 value, mask;

	if (kprobe)
		return report_kprobe(report, text, kprobe);

	lpatch_report_add(report, "function %s+0x%x: expected", text->name, at);
	for (i = at; i < end; i++) {
		if (expected_byte(text, site, jump, i, &value, &mask))
			lpatch_report_add(report, " %02x", value);
		else
			lpatch_report_add(report, " ..");
	}
	lpatch_report_add(report, ", found");
	for (i = at; i < end; i++)
		lpatch_report_add(report, " %02x", found[i]);
	lpatch_report_add(report, "\n");
	return lpatch_report_cause(report, LPATCH_CAUSE_TEXT_MISMATCH);
}

static int verify_text(struct lpatch_report *report, const struct lpatch_text *text,
		       const struct lpatch_site *site)
{
	const u8 *found = (const u8 *)text->addr;
	u8 bytes[LPATCH_JUMP_SIZE], *jump = NULL;
	u8 value, mask;
	u32 i;

	if (site && site->kind == LPATCH_REDIRECT_JUMP && site->target) {
		lpatch_text_jump(site->addr + site->offset, site->target, bytes);
		jump = bytes;
	}
	if (text->size && lpatch_fault(text->name))
		return report_mismatch(report, text, site, jump, 0);
	for (i = 0; i < text->size; i++)
		if (expected_byte(text, site, jump, i, &value, &mask) &&
		    (found[i] & mask) != (value & mask))
			return report_mismatch(report, text, site, jump, i);
	return 0;
}

/*
 * A kprobe that is registered but disabled leaves the text as it is. Under our
 * jump it would, once enabled, break it; and on our jump it would, once
 * restored, run the wrong instruction.
 *
 * One that has come while the jump was there may be anywhere behind it: who
 * registers a kprobe finds the begin of an instruction by going from one to the
 * next, and what follows the jump may be the middle of one. In gcd() of Debian's
 * 6.1, whose or stands at bytes 8 to 10, a kprobe at byte 10 is accepted. So none
 * may be left when the function gets its own bytes back.
 */
static int verify_no_kprobe(struct lpatch_report *report, const struct lpatch_change *change)
{
	const struct lpatch_site *site = change->site;
	const struct lpatch_text *text = &change->func->old;
	bool goes = site->target && !change->target;
	unsigned long kprobe, size = goes ? text->size : site->offset + LPATCH_JUMP_SIZE;

	if (site->kind != LPATCH_REDIRECT_JUMP)
		return 0;
	kprobe = lpatch_kprobe_in(text->addr + site->offset, text->addr + size - 1);
	return kprobe ? report_kprobe(report, text, kprobe) : 0;
}

int lpatch_verify(const struct lpatch_plan *plan)
{
	struct lpatch_report *report = plan->moves->report;
	int err = 0;
	u32 i;

	for (i = 0; i < plan->nr_changes && !err; i++) {
		const struct lpatch_change *change = &plan->changes[i];
		const struct lpatch_func *func = change->func;

		err = verify_text(report, &func->old, change->site);
		if (!err)
			err = verify_text(report, &func->old_cold, NULL);
		if (!err)
			err = verify_no_kprobe(report, change);
	}
	return err;
}
