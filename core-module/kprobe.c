// SPDX-License-Identifier: GPL-2.0
/* Where are kprobes? */
#include <linux/kprobes.h>
#include <linux/rcupdate.h>

#include "kprobe.h"
#include "unexported.h"
#include "text.h"

#ifdef CONFIG_KPROBES

/*
 * get_kprobe() asks for preemption off, or kprobe_mutex. What it finds is freed after
 * synchronize_rcu() (unregister_kprobes() in kernel/kprobes.c), which waits for readers of RCU
 * likewise (since Linux 4.20). For why in this way see give_way.h.
 */
unsigned long lpatch_kprobe_in(unsigned long first, unsigned long last)
{
	unsigned long addr;

	rcu_read_lock();
	for (addr = first; addr <= last; addr++)
		if (get_kprobe((void *)addr))
			break;
	rcu_read_unlock();
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
	rcu_read_lock();
	probe = get_kprobe((void *)fentry);
	claims = probe && probe->post_handler && !(probe->flags & KPROBE_FLAG_DISABLED);
	rcu_read_unlock();
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
