// SPDX-License-Identifier: GPL-2.0
/*
 * Holding CPUs in an NMI, on x86-64.
 *
 * The CPU blocks further NMIs until the handler returns by iret, which also
 * makes it fetch anew what was written. So nothing is between the moment it is
 * let go and the moment it sees the new text.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include "fault.h"
#include "nmi.h"

#define HANDLER_NAME "lpatch"
#define LEAST_LOOKS  1000 /* that the writer takes before it gives up, lest it was itself away */
#define SETTLE_MS    1000

/* For machines whose NMIs don't arrive: an attempt would fail each time. */
static bool hold_nmi = true;
module_param(hold_nmi, bool, 0600);
MODULE_PARM_DESC(hold_nmi, "hold the other CPUs in an NMI while text is written");

static struct cpumask others;   /* that are to be held */
static struct cpumask expected; /* got an NMI from us and have not come yet; late ones, too */
static bool holding;

/*
 * Runs as an NMI. The mark is only taken away by who comes, so an NMI of ours
 * that is late is nobody's unknown one. If the mark is found on the way of
 * somebody else's NMI, ours follows at once, and the kernel swallows it, since
 * two had something to handle (default_do_nmi() in arch/x86/kernel/nmi.c,
 * Linux 6.1).
 */
static notrace int wait_in_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!cpumask_test_and_clear_cpu(raw_smp_processor_id(), &expected))
		return NMI_DONE;
	while (smp_load_acquire(&holding))
		cpu_relax();
	return NMI_HANDLED;
}
NOKPROBE_SYMBOL(wait_in_nmi);

/* The limits are ours; the kernel is not to log handlers that take a millisecond. */
static struct nmiaction action = {
	.list = LIST_HEAD_INIT(action.list),
	.handler = wait_in_nmi,
	.max_duration = U64_MAX,
	.name = HANDLER_NAME,
};

int lpatch_nmi_init(void)
{
	return __register_nmi_handler(NMI_LOCAL, &action);
}

void lpatch_nmi_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, HANDLER_NAME);
}

/*
 * As nmi_trigger_cpumask_backtrace() does it (arch/x86/kernel/apic/hw_nmi.c, Linux 6.1). They
 * are marked first, and who finds the mark finds `holding` set.
 */
static void send(void)
{
	unsigned int cpu;

	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(smp_processor_id(), &others);
	WRITE_ONCE(holding, true);
	smp_mb__before_atomic();
	for_each_cpu(cpu, &others)
		cpumask_set_cpu(cpu, &expected);
	apic->send_IPI_mask(&others, NMI_VECTOR);
}

static bool have_come(unsigned int *missing)
{
	u64 begin = ktime_get_mono_fast_ns();
	unsigned int cpu, looks = 0;

	for_each_cpu(cpu, &others) {
		while (cpumask_test_cpu(cpu, &expected)) {
			*missing = cpu;
			if (++looks > LEAST_LOOKS &&
			    ktime_get_mono_fast_ns() - begin > LPATCH_NMI_LIMIT_MS * NSEC_PER_MSEC)
				return false;
			cpu_relax();
		}
	}
	return !lpatch_fault("holding NMIs");
}

bool lpatch_nmi_hold(unsigned int *missing)
{
	*missing = smp_processor_id();
	if (!READ_ONCE(hold_nmi) || num_online_cpus() == 1)
		return true;
	send();
	if (have_come(missing))
		return true;
	lpatch_nmi_release();
	return false;
}

void lpatch_nmi_release(void)
{
	smp_store_release(&holding, false);
}

void lpatch_nmi_settle(void)
{
	unsigned int tries;

	for (tries = 0; tries < SETTLE_MS && !cpumask_empty(&expected); tries++)
		msleep(1);
}
