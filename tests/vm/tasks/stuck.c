// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel thread with a stack that the unwinder can't read.
 *
 *	call=ADDRESS	it sleeps in that function, which has the arguments of hrtimer_nanosleep()
 *	word=ADDRESS	or by itself, with that word on its stack
 *	code=ADDRESS	or with the word as a return address after that one, which is in code
 *			that the unwinder takes for the end of the stack; it stays for ever then
 *
 * Everything else ends when the module is unloaded.
 */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/sched/signal.h>

static unsigned long call, word, code;
module_param(call, ulong, 0400);
module_param(word, ulong, 0400);
module_param(code, ulong, 0400);

static struct task_struct *thread;

/* Without unwinding data, in spite of being an ordinary function. */
static int sleep_unreliably(void *unused)
{
	long (*function)(ktime_t length, enum hrtimer_mode mode, clockid_t clock) = (void *)call;
	volatile unsigned long on_stack = word;

	if (function)
		function(ms_to_ktime(1000000), HRTIMER_MODE_REL, CLOCK_MONOTONIC);
	flush_signals(current);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
	}
	__set_current_state(TASK_RUNNING);
	return on_stack != word;
}
STACK_FRAME_NON_STANDARD(sleep_unreliably);

static void __used noinline sleep_for_ever(void)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		schedule();
	}
}

static int sleep_behind_code(void *unused)
{
	asm volatile("push %[word]\n\t"
		     "push %[code]\n\t"
		     "jmp sleep_for_ever"
		     :
		     : [word] "r"(word), [code] "r"(code));
	return 0;
}
STACK_FRAME_NON_STANDARD(sleep_behind_code);

static int __init stuck_init(void)
{
	thread = kthread_create(code ? sleep_behind_code : sleep_unreliably, NULL, "stuck");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	if (code)
		__module_get(THIS_MODULE);
	wake_up_process(thread);
	return 0;
}

static void __exit stuck_exit(void)
{
	send_sig(SIGKILL, thread, 1);
	kthread_stop(thread);
}

module_init(stuck_init);
module_exit(stuck_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a kernel thread that can't be unwound");
