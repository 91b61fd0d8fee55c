// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel threads that take turns on CPU 1, with deep stacks that the unwinder can't read; and a
 * real-time thread that has CPU 0 most of the time, so that whoever works there is slow.
 *
 *	threads=NUMBER	how many there are on CPU 1
 *
 * They go when the module does.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/sched.h>
#include <linux/slab.h>

#define FRAMES     24
#define FRAME_SIZE 256 /* bytes */
#define HOG_US     4000
#define PAUSE_US   2000

static unsigned int threads = 300;
module_param(threads, uint, 0400);

static struct task_struct **crowd, *hog;
static bool over; /* all leave the CPUs at once, lest each waits for its turn to end */

/* Returns when the thread is to end; until then it leaves the CPU to the next one. */
static noinline unsigned long take_turns(unsigned int depth)
{
	volatile unsigned long frame[FRAME_SIZE / sizeof(long)] = {depth};

	if (depth)
		return take_turns(depth - 1) + frame[0];
	while (!READ_ONCE(over))
		yield();
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Without unwinding data, in spite of being an ordinary function. */
static int stand_in_the_crowd(void *unused)
{
	return take_turns(FRAMES) == 0;
}
STACK_FRAME_NON_STANDARD(stand_in_the_crowd);

static int hog_cpu(void *unused)
{
	while (!kthread_should_stop()) {
		u64 end = ktime_get_ns() + HOG_US * NSEC_PER_USEC;

		while (ktime_get_ns() < end)
			cpu_relax();
		usleep_range(PAUSE_US, PAUSE_US);
	}
	return 0;
}

static void stop_all(void)
{
	unsigned int i;

	WRITE_ONCE(over, true);
	if (hog)
		kthread_stop(hog);
	for (i = 0; i < threads && crowd[i]; i++)
		kthread_stop(crowd[i]);
	kfree(crowd);
}

/* Bound to the CPU, and not yet running; NULL: there is no memory. */
static struct task_struct *make(int (*function)(void *), unsigned int cpu, const char *name)
{
	struct task_struct *thread = kthread_create(function, NULL, name);

	if (IS_ERR(thread))
		return NULL;
	kthread_bind(thread, cpu);
	return thread;
}

static int __init crowd_init(void)
{
	unsigned int i;

	crowd = kcalloc(threads, sizeof(*crowd), GFP_KERNEL);
	if (!crowd)
		return -ENOMEM;
	for (i = 0; i < threads; i++) {
		crowd[i] = make(stand_in_the_crowd, 1, "crowd");
		if (!crowd[i])
			goto no_memory;
	}
	hog = make(hog_cpu, 0, "hog");
	if (!hog)
		goto no_memory;
	sched_set_fifo(hog);
	wake_up_process(hog);
	for (i = 0; i < threads; i++)
		wake_up_process(crowd[i]);
	return 0;

no_memory:
	stop_all();
	return -ENOMEM;
}

static void __exit crowd_exit(void)
{
	stop_all();
}

module_init(crowd_init);
module_exit(crowd_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("many kernel threads that take turns, and one that has a CPU for itself");
