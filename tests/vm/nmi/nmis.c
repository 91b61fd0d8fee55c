// SPDX-License-Identifier: GPL-2.0
/*
 * NMIs that go round the CPUs: each calls gcd() for a while, looks whether its
 * text stays the same meanwhile, and sends the next CPU one. They go on while
 * the machine is stopped.
 *
 *	count	how many there were
 *	in_stop	how many of them while the machine was stopped
 *	wrong	how many had an answer for gcd(0, 0) that isn't right, or two answers
 *	changed	how many saw the text change
 *	answer	the last answer for gcd(0, 0)
 *	us	how long one lasts
 *	stop_us	how long one lasts while the machine is stopped
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/gcd.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>

#define NAME       "nmis"
#define TEXT_BYTES 16
#define MOST_LOOKS 100

static unsigned long count, in_stop, wrong, changed, answer;
static unsigned long us = 200, stop_us = 200;
module_param(count, ulong, 0400);
module_param(in_stop, ulong, 0600);
module_param(wrong, ulong, 0600);
module_param(changed, ulong, 0600);
module_param(answer, ulong, 0400);
module_param(us, ulong, 0600);
module_param(stop_us, ulong, 0600);

static struct cpumask expected;
static bool ending;

/*
 * The code that the NMI has interrupted may be about to send something by two writes, the first of
 * which says where to (__default_send_IPI_dest_field() in arch/x86/kernel/apic/ipi.c, Linux 6.1).
 * apic_read() and apic_write() are static calls in Linux 6.12, which modules can't make.
 */
static void send(unsigned int cpu)
{
	bool two_writes = !x2apic_enabled();
	u32 destination = two_writes ? apic->read(APIC_ICR2) : 0;

	cpumask_set_cpu(cpu, &expected);
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
	if (two_writes) {
		safe_apic_wait_icr_idle();
		apic->write(APIC_ICR2, destination);
	}
}

/*
 * Leaves when the next one has begun, so that there is always one; but doesn't
 * wait long for a CPU that is held.
 */
static void send_next(unsigned int cpu)
{
	unsigned int next = cpumask_next(cpu, cpu_online_mask), looks;

	if (next >= nr_cpu_ids)
		next = cpumask_first(cpu_online_mask);
	send(next);
	for (looks = 0; looks < MOST_LOOKS && cpumask_test_cpu(next, &expected); looks++)
		cpu_relax();
}

/* What runs there then is a stopper thread with interrupts off. */
static bool is_stopped(const struct pt_regs *regs)
{
	return !(regs->flags & X86_EFLAGS_IF) && !strncmp(current->comm, "migration/", 10);
}

static void call_for(u64 ns)
{
	u64 begin = ktime_get_mono_fast_ns();
	unsigned long first = gcd(0, 0);
	u8 text[TEXT_BYTES];
	bool same = true;

	memcpy(text, gcd, sizeof(text));
	do {
		same = same && gcd(0, 0) == first;
		/* The emulator lets another CPU run. */
		cpu_relax();
	} while (ktime_get_mono_fast_ns() - begin < ns);
	changed += memcmp(text, gcd, sizeof(text)) != 0;
	wrong += !same || (first != 0 && first != 57005);
	answer = first;
}

static int nmi(unsigned int type, struct pt_regs *regs)
{
	unsigned int cpu = raw_smp_processor_id();
	bool stopped = is_stopped(regs);

	if (!cpumask_test_and_clear_cpu(cpu, &expected))
		return NMI_DONE;
	call_for((stopped ? READ_ONCE(stop_us) : READ_ONCE(us)) * NSEC_PER_USEC);
	in_stop += stopped;
	count++;
	if (!READ_ONCE(ending))
		send_next(cpu);
	return NMI_HANDLED;
}

static struct nmiaction action = {
	.list = LIST_HEAD_INIT(action.list),
	.handler = nmi,
	.max_duration = U64_MAX,
	.name = NAME,
};

static int __init nmis_init(void)
{
	int err = __register_nmi_handler(NMI_LOCAL, &action);

	if (!err)
		send(cpumask_first(cpu_online_mask));
	return err;
}

static void __exit nmis_exit(void)
{
	WRITE_ONCE(ending, true);
	/* Between two of them none may be expected. */
	while (!cpumask_empty(&expected))
		msleep(20);
	msleep(20);
	while (!cpumask_empty(&expected))
		msleep(20);
	unregister_nmi_handler(NMI_LOCAL, NAME);
}

module_init(nmis_init);
module_exit(nmis_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("NMIs that call gcd()");
