// SPDX-License-Identifier: GPL-2.0
/*
 * While this is loaded, no NMI arrives that one CPU sends to others, as on a machine whose
 * hypervisor drops them: a kprobe has a function that does nothing called instead of that
 * which sends.
 *
 *	count	how many were lost
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <asm/apic.h>
#include <asm/ptrace.h>

static unsigned long count;
module_param(count, ulong, 0400);

static void noinline send_nothing(void)
{
	barrier();
}

/* send_IPI_mask(mask, vector) of struct apic (arch/x86/include/asm/apic.h, Linux 6.1) */
static int before_send(struct kprobe *probe, struct pt_regs *regs)
{
	if (regs->si != NMI_VECTOR)
		return 0;
	count++;
	regs->ip = (unsigned long)send_nothing;
	return 1;
}

static struct kprobe probe = {.pre_handler = before_send};

static int __init lost_init(void)
{
	probe.addr = (kprobe_opcode_t *)apic->send_IPI_mask;
	return register_kprobe(&probe);
}

static void __exit lost_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(lost_init);
module_exit(lost_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("NMIs get lost");
