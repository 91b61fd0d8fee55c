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
#include <linux/lockdep.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include "fault.h"
#include "nmi.h"

#define HANDLER_NAME "lpatch"
#define LEAST_LOOKS  1000 /* that the writer takes before it gives up, lest it was itself away */
#define MOST_LOOKS   (LEAST_LOOKS + LPATCH_NMI_LIMIT_MS * USEC_PER_MSEC) /* a microsecond each */
#define SETTLE_MS    1000

/* For machines whose NMIs don't arrive: an attempt would fail each time. */
static bool hold_nmi = true;
module_param(hold_nmi, bool, 0600);
MODULE_PARM_DESC(hold_nmi, "hold the other CPUs in an NMI while text is written");

static struct cpumask others; /* that are to be held */
static bool holding;

/*
 * The CPU got an NMI from us and has not come yet; it may be late. Every NMI on every CPU
 * looks here, those of profilers too, at any time. So each CPU has its own mark, in memory
 * that no other CPU writes while nothing is under way. (To have a handler only during an
 * attempt would cost a grace period each time, and make an NMI that is late an unknown one.)
 */
static DEFINE_PER_CPU(bool, expected);

/*
 * Runs as an NMI. The mark is only taken away by the CPU that comes, so an NMI of ours that
 * is late is not reported as an unknown one. If the mark is found in the NMI of another
 * source, ours follows at once, and the kernel swallows it, since two had something to
 * handle (default_do_nmi() in arch/x86/kernel/nmi.c, Linux 6.1).
 */
static notrace int wait_in_nmi(unsigned int type, struct pt_regs *regs)
{
	bool *mark = raw_cpu_ptr(&expected);

	/* Pairs with send(): a CPU that sees the mark sees `holding` as well. */
	if (!smp_load_acquire(mark))
		return NMI_DONE;
	/* It is in an NMI of its own now: pairs with has_come(). */
	smp_store_release(mark, false);
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
 * are marked first, and a CPU that finds the mark finds `holding` set.
 */
static void send(void)
{
	unsigned int cpu;

	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(smp_processor_id(), &others);
	WRITE_ONCE(holding, true);
	for_each_cpu(cpu, &others)
		smp_store_release(per_cpu_ptr(&expected, cpu), true);
	apic->send_IPI_mask(&others, NMI_VECTOR);
}

static bool has_come(unsigned int cpu)
{
	return !smp_load_acquire(per_cpu_ptr(&expected, cpu));
}

/*
 * Nothing may keep the writer waiting for ever. The clock may stand still while interrupts are off:
 * where there is no other clocksource than jiffies (kernel/time/jiffies.c, Linux 6.1), they only
 * count timer interrupts. So the looks are counted, too, and each takes its time.
 */
static bool waited_enough(u64 begin, unsigned int looks)
{
	u64 passed = ktime_get_mono_fast_ns() - begin;

	if (looks <= LEAST_LOOKS) {
		cpu_relax();
		return false;
	}
	udelay(1);
	return passed > LPATCH_NMI_LIMIT_MS * NSEC_PER_MSEC || looks > MOST_LOOKS;
}

static bool have_come(unsigned int *missing)
{
	u64 begin = ktime_get_mono_fast_ns();
	unsigned int cpu, looks = 0;

	for_each_cpu(cpu, &others) {
		while (!has_come(cpu)) {
			*missing = cpu;
			if (waited_enough(begin, ++looks))
				return false;
		}
	}
	return !lpatch_fault("holding NMIs");
}

bool lpatch_nmi_hold(unsigned int *missing)
{
	lockdep_assert_irqs_disabled();
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

static bool all_have_come(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (!has_come(cpu))
			return false;
	return true;
}

void lpatch_nmi_settle(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(SETTLE_MS);

	while (!all_have_come() && time_before(jiffies, end))
		msleep(1);
}
