// SPDX-License-Identifier: GPL-2.0
/*
 * Is a CPU that was taken offline parked in what an attempt changes?
 *
 * The idle task of such a CPU is at the end of start_secondary(),
 * cpu_startup_entry(), do_idle() (kernel/sched/idle.c), arch_cpu_idle_dead()
 * (arch/x86/kernel/process.c), native_play_dead() and hlt_play_dead()
 * (arch/x86/kernel/smpboot.c); Linux 6.1. It never returns from there: when the
 * CPU comes online again, it starts at start_secondary() with an empty stack.
 * (The guests of Xen PV do return, into do_idle().) So what runs is the
 * innermost function alone, for some instructions after each NMI or machine
 * check. The code that an update replaces stays where it is; the code of an
 * update that goes does not.
 *
 * The first three are on the stacks of other idle tasks, too, which are
 * always busy. For the others:
 *
 * - The innermost function leaves no address on the stack, and it is not known where the stack of
 *   a parked CPU ends: thread.sp is from the idle task's last switch. So the functions in which
 *   CPUs are parked are known by name, and one of them that is replaced or reversed counts while
 *   any CPU is parked.
 *
 * - What such a function calls may be code of a module, of an update among
 *   others. So every word of the stack counts that lies in a range of module
 *   text. Below the parked frames there are words of calls that are over; they
 *   count, too, which is more than is necessary. That a word lies in a range of
 *   vmlinux says nothing for that reason: after each boot with "nosmt", half of
 *   the CPUs are parked with remains of the scheduler on their stacks.
 *
 * No CPU comes or goes while the attempt holds cpus_read_lock(), so all this is
 * done before the machine is stopped.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/thread_info.h>

#include "parked.h"
#include "ranges.h"
#include "report.h"
#include "unexported.h"

/* Where CPUs are parked, and what is called there; with the file, and the version if not 6.1. */
static const char *const parking[] = {
	"arch_cpu_idle_dead",  /* arch/x86/kernel/process.c */
	"native_play_dead",    /* arch/x86/kernel/smpboot.c */
	"mwait_play_dead",     /* the same; inline */
	"hlt_play_dead",       /* the same */
	"cond_wakeup_cpu0",    /* the same; to 6.4 */
	"sev_es_play_dead",    /* arch/x86/kernel/sev.c */
	"resume_play_dead",    /* arch/x86/power/cpu.c */
	"cpuidle_play_dead",   /* drivers/cpuidle/cpuidle.c */
	"acpi_idle_play_dead", /* drivers/acpi/processor_idle.c */
	"xen_pv_play_dead",    /* arch/x86/xen/smp_pv.c */
};

void lpatch_parked_add(struct lpatch_parked *parked, const char *function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parking); i++)
		if (!strcmp(function, parking[i]))
			parked->parks = parking[i];
}

static bool is_in_module_range(const struct lpatch_ranges *ranges, unsigned long word)
{
	return word > LPATCH_ADDRESS(_etext) && lpatch_ranges_have(ranges, word);
}

/* A word of the whole stack that lies in a range of module text, or 0. */
static unsigned long find_module_word(const struct lpatch_ranges *ranges,
				      const struct task_struct *idle)
{
	const unsigned long *word = idle->stack;
	const unsigned long *end = word + THREAD_SIZE / sizeof(*end);

	for (; word && word < end; word++) {
		unsigned long value = READ_ONCE_NOCHECK(*word);

		if (is_in_module_range(ranges, value))
			return value;
	}
	return 0;
}

/*
 * On its way to being online every CPU switches from its idle task to the
 * thread cpuhp/N (kernel/cpu.c, Linux 6.1), as a preemption, since idle tasks
 * are always ready to run.
 */
static bool has_been_online(const struct task_struct *idle)
{
	return idle->nivcsw || idle->nvcsw;
}

void lpatch_parked_check(struct lpatch_parked *parked, const struct lpatch_ranges *ranges)
{
	unsigned int cpu;

	lpatch_assert_cpus_held();
	for_each_possible_cpu(cpu) {
		const struct task_struct *idle = idle_task(cpu);

		if (cpu_online(cpu) || !has_been_online(idle))
			continue;
		parked->hit = find_module_word(ranges, idle);
		if (!parked->hit && !parked->parks)
			continue;
		parked->function = parked->parks;
		parked->cpu = cpu;
		parked->found = true;
		return;
	}
}

void lpatch_parked_report(const struct lpatch_parked *parked, struct lpatch_report *report)
{
	if (!parked->found)
		return;
	if (parked->function)
		lpatch_report_add(report, "CPU %u: it is offline, and may be parked in %s\n",
				  parked->cpu, parked->function);
	else
		lpatch_report_add(report, "CPU %u: it is offline, and may be parked in %ps\n",
				  parked->cpu, (void *)parked->hit);
}
