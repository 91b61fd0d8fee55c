// SPDX-License-Identifier: GPL-2.0
/*
 * Is the running text what an update expects?
 *
 * Text may be written under text_mutex only, so what has been verified under it still holds when
 * the machine stops. The blocks that the core writes are compared once more as they are written.
 */
#include "fault.h"
#include "kprobe.h"
#include "unexported.h"
#include "verify.h"

#define SHOWN_BYTES 16

/* The byte at offset `i` that must be there now; false if any will do. */
static bool expected_text(const struct lpatch_text *text, const struct lpatch_site *site,
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

static int report_text(struct lpatch_report *report, const struct lpatch_text *text,
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
		if (expected_text(text, site, jump, i, &value, &mask))
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

/* `site` is NULL where no jump can be. */
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
		return report_text(report, text, site, jump, 0);
	for (i = 0; i < text->size; i++)
		if (expected_text(text, site, jump, i, &value, &mask) &&
		    (found[i] & mask) != (value & mask))
			return report_text(report, text, site, jump, i);
	return 0;
}

static int verify_no_kprobe(struct lpatch_report *report, const struct lpatch_text *text, u32 first,
			    u32 end)
{
	unsigned long kprobe = lpatch_kprobe_in(text->addr + first, text->addr + end - 1);

	return kprobe ? report_kprobe(report, text, kprobe) : 0;
}

/*
 * A kprobe that is registered but disabled leaves the text as it is. Under our
 * jump it would, once enabled, break it; and on our jump it would, once
 * restored, run the wrong instruction.
 *
 * One that has come while the jump was there may be anywhere behind it: when a kprobe is
 * registered, the kernel finds the start of an instruction by decoding from one to the next, and
 * what follows the jump may be the middle of one. In gcd() of Debian's 6.1, whose or stands at
 * bytes 8 to 10, a kprobe at byte 10 is accepted. So none may be left when the function gets its
 * own bytes back.
 */
static int verify_kprobes(struct lpatch_report *report, const struct lpatch_change *change)
{
	const struct lpatch_site *site = change->site;
	bool goes = site->target && !change->target;

	if (site->kind != LPATCH_REDIRECT_JUMP)
		return 0;
	return verify_no_kprobe(report, &change->func->old, site->offset,
				goes ? change->func->old.size : site->offset + LPATCH_JUMP_SIZE);
}

static int verify_change(struct lpatch_report *report, const struct lpatch_change *change)
{
	const struct lpatch_func *func = change->func;
	int err;

	err = verify_text(report, &func->old, change->site);
	if (!err)
		err = verify_text(report, &func->old_cold, NULL);
	return err ? err : verify_kprobes(report, change);
}

int lpatch_verify(const struct lpatch_plan *plan)
{
	int err = 0;
	u32 i;

	if (LPATCH_HAVE_kprobe_mutex)
		lockdep_assert_held(&kprobe_mutex);
	lockdep_assert_held(&text_mutex);
	for (i = 0; i < plan->nr_changes && !err; i++)
		err = verify_change(plan->transition->report, &plan->changes[i]);
	return err;
}
