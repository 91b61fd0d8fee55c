// SPDX-License-Identifier: GPL-2.0-or-later
/* The advice about blocking tasks: by their stacks, it says whether waiting helps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "apply/busy_advice.h"
#include "common/cleanup.h"

#define SYSCALL "    do_syscall_64+0x55/0xb0\n    entry_SYSCALL_64_after_hwframe+0x6e/0xd8\n"
#define THREAD  "    kthread+0xda/0x100\n    ret_from_fork+0x22/0x30\n"
#define SLEEPER                                                               \
	"task my task pid 42 function do_nanosleep\n    schedule+0x5a/0xd0\n" \
	"    do_nanosleep+0x67/0x190\n" SYSCALL
#define KSOFTIRQD(n)                                                   \
	"task ksoftirqd/" n " pid 1" n " function smpboot_thread_fn\n" \
	"    schedule+0x5a/0xd0\n    smpboot_thread_fn+0x1b6/0x230\n" THREAD

static const struct {
	const char *sentence;
	const char *conflicts;
	enum lpatch_stage stage;
	const char *says[3];
	const char *says_not;
} cases[] = {
	{"a program that sleeps",
	 SLEEPER,
	 LPATCH_STAGE_APPLIED,
	 {"Try again when these tasks have left it, or end them"},
	 "never"},
	{"init that sleeps",
	 "task systemd pid 1 function ep_poll\n    ep_poll+0x1/0x2\n" SYSCALL,
	 LPATCH_STAGE_APPLIED,
	 {"init and kernel threads can't be ended"},
	 "or end them"},
	{"init and a program",
	 "task systemd pid 1 function f\n    f+0x1/0x2\n" SYSCALL SLEEPER,
	 LPATCH_STAGE_APPLIED,
	 {"or end them"},
	 "never"},
	{"a CPU that is offline",
	 "CPU 12: it is offline, and may be parked in hlt_play_dead\n",
	 LPATCH_STAGE_APPLIED,
	 {"when it comes online", "echo 1 >/sys/devices/system/cpu/cpu12/online"},
	 "tasks"},
	{"a CPU that takes no NMI",
	 "CPU 12: it takes no NMI within 10 ms\n",
	 LPATCH_STAGE_APPLIED,
	 {"Try again"},
	 "online"},
	{"init and some that are not named",
	 "task systemd pid 1 function f\n    f+0x1/0x2\n" SYSCALL "(5 more tasks)\n",
	 LPATCH_STAGE_APPLIED,
	 {"or end them"},
	 "never"},
	{"a kernel thread in a function that it calls",
	 "task kworker/0:1 pid 9 function process_one_work\n    process_one_work+0x1/0x2\n"
	 "    worker_thread+0x1/0x2\n" THREAD,
	 LPATCH_STAGE_APPLIED,
	 {"Try again", "kernel threads can't be ended"},
	 "never"},
	{"the main function of kernel threads",
	 KSOFTIRQD("3"),
	 LPATCH_STAGE_APPLIED,
	 {"smpboot_thread_fn is never left by kernel threads (ksoftirqd/3) as long as they run",
	  "waiting does not help. Make an update", "in a function that it calls."},
	 "Try again"},
	{"five of them, and others",
	 SLEEPER KSOFTIRQD("1") KSOFTIRQD("2") KSOFTIRQD("3") KSOFTIRQD("4") KSOFTIRQD("5"),
	 LPATCH_STAGE_APPLIED,
	 {"(ksoftirqd/1, ksoftirqd/2, ksoftirqd/3, and 2 more)"},
	 "Try again"},
	{"one that the assembly calls",
	 "task kthreadd pid 2 function kthreadd\n    kthreadd+0x2c/0x300\n"
	 "    ret_from_fork_asm+0x1b/0x30\n",
	 LPATCH_STAGE_APPLIED,
	 {"kthreadd is never left by kernel threads (kthreadd)"},
	 NULL},
	{"that of a module",
	 "task loop0 pid 70 function loop_main\n    loop_main+0x1/0x2 [loop]\n" THREAD,
	 LPATCH_STAGE_APPLIED,
	 {"unload loop, apply the update, and load it again"},
	 NULL},
	{"that of an update, on the way back",
	 "task t pid 70 function main_loop\n    main_loop+0x1/0x2 [lpatch_abc]\n" THREAD,
	 LPATCH_STAGE_REVERSED,
	 {"the update stays in force"},
	 "unload"},
	{"the idle task",
	 "task swapper/1 pid 0 function do_idle\n    schedule_idle+0x1/0x2\n"
	 "    do_idle+0x1/0x2\n    cpu_startup_entry+0x1/0x2\n",
	 LPATCH_STAGE_APPLIED,
	 {"do_idle is never left by the idle tasks of the CPUs"},
	 "Try"},
	{"a name like that of the function",
	 "task t pid 9 function smpboot_thread\n    smpboot_thread_fn+0x1/0x2\n" THREAD,
	 LPATCH_STAGE_APPLIED,
	 {"Try again"},
	 "never"},
	{"a stack that can't be read",
	 "task t pid 9 function (its stack can't be read)\n",
	 LPATCH_STAGE_APPLIED,
	 {"Try again"},
	 "never"},
};

static void advice_follows_the_stacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *advice = NULL;

		assert_null(busy_advice(cases[i].conflicts, cases[i].stage, &advice));
		for (size_t k = 0; k < 3 && cases[i].says[k]; k++) {
			if (!strstr(advice, cases[i].says[k]))
				fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].sentence,
					 advice, cases[i].says[k]);
		}
		if (cases[i].says_not && strstr(advice, cases[i].says_not))
			fail_msg("%s: \"%s\" says \"%s\"", cases[i].sentence, advice,
				 cases[i].says_not);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_follows_the_stacks),
	};

	return cmocka_run_group_tests_name("busy_advice", tests, NULL, NULL);
}
