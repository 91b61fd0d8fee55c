// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/busy_advice.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "apply/conflicts.h"
#include "common/text.h"

/* How many of the threads that stay are named. */
#define NAMED_THREADS 3

/*
 * The caller of the main function of a kernel thread: kthread() (kernel/kthread.c) for
 * most, the assembly after fork for the oldest ones such as kthreadd (arch/x86/entry/entry_64.S;
 * the second name since Linux 6.6).
 */
static const char *const thread_starts[] = {"kthread", "ret_from_fork", "ret_from_fork_asm"};

/* What is known of the blocking tasks. */
struct tasks {
	const char *function; /* that a task stays in, of function_length characters; or NULL */
	int function_length;
	bool idle;             /* it is an idle task that stays */
	char *module;          /* of that function, or NULL */
	struct text_list stay; /* names of the threads that stay in it */
	size_t endable;        /* tasks that the user can end */
	long parked_cpu;       /* offline, and parked in such a function; or -1 */
};

/* What the core reports for a CPU that is offline; core-module/parked.c. */
static long parked_cpu(const char *line)
{
	long cpu;
	int end = 0;

	return sscanf(line, "CPU %ld: it is offline%n", &cpu, &end) == 1 && end ? cpu : -1;
}

/* "smpboot_thread_fn+0x1a/0x2b [module]": the name's length. */
static int symbol_length(const char *frame)
{
	return (int)strcspn(frame, "+ \n");
}

static bool is_symbol(const char *frame, const char *name, int length)
{
	return symbol_length(frame) == length && !memcmp(frame, name, length);
}

static bool is_thread_start(const char *frame)
{
	for (size_t i = 0; i < ARRAY_SIZE(thread_starts); i++) {
		if (is_symbol(frame, thread_starts[i], (int)strlen(thread_starts[i])))
			return true;
	}
	return false;
}

/* The next line, without its indentation, if it is a frame; else NULL. */
static const char *next_frame(const char *line)
{
	const char *next = line + strcspn(line, "\n");

	if (next[0] != '\n' || next[1] != ' ')
		return NULL;
	return next + 1 + strspn(next + 1, " ");
}

/* The name in "... [module]"; an update's own modules are none that one would unload. */
static struct lp_error *read_module(const char *frame, char **module)
{
	size_t length = strcspn(frame, "\n");
	const char *begin = memchr(frame, '[', length);

	if (!begin || text_starts_with(begin + 1, LPATCH_UPDATE_PREFIX))
		return NULL;
	return text_format(module, "%.*s", (int)strcspn(begin + 1, "]\n"), begin + 1);
}

static struct lp_error *add_staying(struct tasks *tasks, const struct conflict_task *task,
				    const char *frame)
{
	if (!tasks->function) {
		tasks->function = task->function;
		tasks->function_length = task->function_length;
		tasks->idle = !task->pid;
		if (frame)
			lp_try(read_module(frame, &tasks->module));
	}
	if (task->function_length != tasks->function_length ||
	    memcmp(task->function, tasks->function, task->function_length) != 0)
		return NULL;
	return text_list_add(&tasks->stay, "%.*s", task->name_length, task->name);
}

/* Looks at the stack below the task's line: what is it in, and who called that? */
static struct lp_error *look_at_task(struct tasks *tasks, const struct conflict_task *task,
				     const char *line)
{
	bool is_thread = false;

	for (const char *frame = line; (frame = next_frame(frame));) {
		const char *caller = next_frame(frame);

		is_thread |= is_thread_start(frame);
		if (caller && is_thread_start(caller) &&
		    is_symbol(frame, task->function, task->function_length))
			return add_staying(tasks, task, frame);
	}
	if (!task->pid)
		return add_staying(tasks, task, NULL);
	tasks->endable += !is_thread && task->pid != 1;
	return NULL;
}

static struct lp_error *read_tasks(const char *conflicts, struct tasks *tasks)
{
	for (const char *line = conflicts; line; line = strchr(line, '\n')) {
		struct conflict_task task;

		line += *line == '\n';
		if (conflict_task_parse(line, &task))
			lp_try(look_at_task(tasks, &task, line));
		else if (*line == '(')
			tasks->endable++; /* "(5 more tasks)": some of them may be */
		else if (parked_cpu(line) >= 0)
			tasks->parked_cpu = parked_cpu(line);
	}
	return NULL;
}

/* The tasks that stay, in words: "kernel threads (ksoftirqd/0, ksoftirqd/1 and 2 more)". */
static struct lp_error *describe(const struct tasks *tasks, char **who)
{
	_cleanup_free_ char *names = NULL;

	if (tasks->idle)
		return text_format(who, "the idle tasks of the CPUs");
	lp_try(text_list_join_first(&tasks->stay, NAMED_THREADS, ", ", &names));
	return text_format(who, "kernel threads (%s)", names);
}

static struct lp_error *advise_of_staying(const struct tasks *tasks, enum lpatch_stage stage,
					  char **advice)
{
	_cleanup_free_ char *who = NULL, *end = NULL;

	lp_try(describe(tasks, &who));
	bool apply = stage == LPATCH_STAGE_APPLIED;

	if (tasks->module)
		lp_try(text_format(&end,
				   " Threads of a module end with it: unload %s%s, and load it "
				   "again.",
				   tasks->module,
				   apply ? ", apply the update" : ", undo the update"));
	return text_format(
		advice, "%.*s is never left by %s as long as they run: waiting does not help. %s%s",
		tasks->function_length, tasks->function, who,
		apply ? "Make an update that leaves this function as it is, with the change in a "
			"function that it calls."
		      : "Until they end the update stays in force, which is safe.",
		end ?: "");
}

struct lp_error *busy_advice(const char *conflicts, enum lpatch_stage stage, char **advice)
{
	struct tasks tasks = {.parked_cpu = -1};
	struct lp_error *error = read_tasks(conflicts, &tasks);

	if (!error && tasks.function)
		error = advise_of_staying(&tasks, stage, advice);
	else if (!error && tasks.parked_cpu >= 0)
		error = text_format(advice,
				    "A CPU leaves that function when it comes online: echo 1 "
				    ">/sys/devices/system/cpu/cpu%ld/online, and try again.",
				    tasks.parked_cpu);
	else if (!error && !tasks.endable)
		error = text_format(advice,
				    "Try again when these tasks have left it; init and kernel "
				    "threads can't be ended. --timeout=SECONDS waits longer.");
	else if (!error)
		error = text_format(advice, "Try again when these tasks have left it, or end them; "
					    "--timeout=SECONDS waits longer.");
	free(tasks.module);
	text_list_clear(&tasks.stay);
	return error;
}
