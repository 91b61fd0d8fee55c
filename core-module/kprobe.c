// SPDX-License-Identifier: GPL-2.0
/* Where are kprobes? */
#include <linux/kprobes.h>
#include <linux/preempt.h>

#include "kprobe.h"
#include "unexported.h"
#include "text.h"

#ifdef CONFIG_KPROBES

unsigned long lpatch_kprobe_in(unsigned long first, unsigned long last)
{
	unsigned long addr;

	/* What get_kprobe() asks for. */
	preempt_disable();
	for (addr = first; addr <= last; addr++)
		if (get_kprobe((void *)addr))
			break;
	preempt_enable();
	return addr <= last ? addr : 0;
}

unsigned long lpatch_kprobe_over(unsigned long addr)
{
	return lpatch_kprobe_in(addr - LPATCH_JUMP_SIZE + 1, addr);
}

/* See arm_kprobe_ftrace() in kernel/kprobes.c, Linux 6.1. */
bool lpatch_kprobe_claims(unsigned long fentry)
{
	const struct kprobe *probe;
	bool claims;

	if (!LPATCH_HAVE_kprobes_all_disarmed || kprobes_all_disarmed)
		return false;
	preempt_disable();
	probe = get_kprobe((void *)fentry);
	claims = probe && probe->post_handler && !(probe->flags & KPROBE_FLAG_DISABLED);
	preempt_enable();
	return claims;
}

#else

unsigned long lpatch_kprobe_in(unsigned long first, unsigned long last)
{
	return 0;
}

unsigned long lpatch_kprobe_over(unsigned long addr)
{
	return 0;
}

bool lpatch_kprobe_claims(unsigned long fentry)
{
	return false;
}

#endif
