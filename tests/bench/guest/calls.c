// SPDX-License-Identifier: GPL-2.0
/*
 * Reading /sys/module/calls/parameters/ps calls gcd() from a loop, with numbers
 * for which it is short, ps_long with such for which it takes long, and gives
 * the picoseconds that one call took in the fastest of the batches: in that one
 * the emulator was least disturbed by whatever else its machine does. `patched`
 * says whether a replacement of gcd() is in force. Threads that do nothing but call
 * gcd() are started with the module if it is loaded with spinners=COUNT.
 */
#include <linux/gcd.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#define BATCHES      200
#define MAX_SPINNERS 16

static unsigned long sum; /* so that the calls are of use */

/* How many nanoseconds that many calls take. */
static u64 batch(unsigned long number, unsigned int calls)
{
	unsigned long flags;
	u64 begin, end;
	unsigned int i;

	local_irq_save(flags);
	begin = ktime_get_ns();
	for (i = 1; i <= calls; i++)
		sum += gcd(i, number);
	end = ktime_get_ns();
	local_irq_restore(flags);
	return end - begin;
}

static int measure(char *buffer, unsigned long number, unsigned int calls)
{
	u64 least = U64_MAX;
	int i;

	for (i = 0; i < BATCHES; i++) {
		least = min(least, batch(number, calls));
		cond_resched();
	}
	return sysfs_emit(buffer, "%llu\n", least * 1000 / calls);
}

static int ps_get(char *buffer, const struct kernel_param *param)
{
	return measure(buffer, 48, 2000);
}

static int ps_long_get(char *buffer, const struct kernel_param *param)
{
	return measure(buffer, 0xfedcba9876543211, 200);
}

static int patched_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", gcd(0, 0) == 57005);
}

static struct task_struct *threads[MAX_SPINNERS];
static unsigned int spinners;

static int spin(void *unused)
{
	while (!kthread_should_stop()) {
		sum += gcd(0, 0);
		/* The kprobe optimizer waits for this, also on preemptible kernels. */
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static void calls_exit(void)
{
	unsigned int i;

	for (i = 0; i < MAX_SPINNERS; i++)
		if (threads[i])
			kthread_stop(threads[i]);
}

static int __init calls_init(void)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, spinners, MAX_SPINNERS); i++) {
		struct task_struct *thread = kthread_run(spin, NULL, "spinner%u", i);

		if (IS_ERR(thread)) {
			calls_exit();
			return PTR_ERR(thread);
		}
		threads[i] = thread;
	}
	return 0;
}

static const struct kernel_param_ops ps_long_ops = {.get = ps_long_get};
static const struct kernel_param_ops ps_ops = {.get = ps_get};
static const struct kernel_param_ops patched_ops = {.get = patched_get};

module_param_cb(ps_long, &ps_long_ops, NULL, 0400);
module_param_cb(ps, &ps_ops, NULL, 0400);
module_param_cb(patched, &patched_ops, NULL, 0400);
module_param(spinners, uint, 0400);
module_init(calls_init);
module_exit(calls_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("times calls of gcd()");
