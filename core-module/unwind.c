// SPDX-License-Identifier: GPL-2.0
/*
 * Is one task inside a range?
 *
 * The kernel's reliable unwinder answers for nearly all tasks: those that
 * sleep, wait for a CPU, have never run, or have left their stack. It sees
 * through kretprobes and the function-graph tracer. A task that it can't vouch
 * for is scanned word by word: anything that could be an address inside a
 * range counts. Return addresses that tracers have taken off the stack are
 * looked up (returns.h), and a trampoline of which that can't be told counts, too.
 */
#include <linux/kernel.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

#include "unexported.h"
#include "registers.h"
#include "returns.h"
#include "unwind.h"

/*
 * A task interrupted in the code of an optimized kprobe goes on into the
 * function it belongs to; there is no other trace of that.
 */
static bool is_kprobe_code(unsigned long word)
{
	return word > LPATCH_ADDRESS(_etext) && LPATCH_HAVE___is_insn_slot_addr &&
	       LPATCH_HAVE_kprobe_optinsn_slots && __is_insn_slot_addr(&kprobe_optinsn_slots, word);
}

/* Why a task with that word on its stack may be inside a range; NULL: it isn't. */
static const char *why_busy(const struct lpatch_unwind *unwind, unsigned long word)
{
	if (lpatch_ranges_have(unwind->ranges, word))
		return "";
	if (lpatch_returns_is_unknown(word))
		return "a traced function";
	return is_kprobe_code(word) ? "the code of a kprobe" : NULL;
}

/* Names a task whose stack was scanned, with what an ordinary stack trace makes of it. */
static void note_scanned(const struct lpatch_unwind *unwind, struct task_struct *task,
			 unsigned long hit, const char *why)
{
	struct lpatch_busy_task *busy = lpatch_busy_add(unwind->busy, task, why, hit);

	if (!busy || task == current || !LPATCH_HAVE_stack_trace_save_tsk ||
	    lpatch_returns_forbid_unwinding(task))
		return;
	busy->frames.depth = stack_trace_save_tsk(task, busy->frames.at, LPATCH_STACK_DEPTH, 0);
}

/*
 * Looks at every word of a stack from `from` on, and at the return addresses
 * that are kept elsewhere. The task can't run meanwhile, or is the caller.
 */
static void scan(const struct lpatch_unwind *unwind, struct task_struct *task, unsigned long *from)
{
	unsigned long *begin = task->stack;
	unsigned long *end = begin + THREAD_SIZE / sizeof(*end);
	unsigned long *word, hidden;

	/* A task that has left its stack for good has none. */
	if (!begin || from < begin || from >= end)
		return;

	hidden = lpatch_returns_find(task, lpatch_ranges_have, unwind->ranges);
	if (hidden) {
		note_scanned(unwind, task, hidden, "");
		return;
	}
	for (word = from; word < end; word++) {
		unsigned long value = READ_ONCE_NOCHECK(*word);
		const char *why = why_busy(unwind, value);

		if (why) {
			note_scanned(unwind, task, value, why);
			return;
		}
	}
}

enum verdict { OUTSIDE, INSIDE, UNKNOWN };

/* What the reliable unwinder says. */
static enum verdict ask_unwinder(const struct lpatch_unwind *unwind, struct task_struct *task,
				 struct lpatch_frames *frames)
{
	enum verdict verdict = OUTSIDE;
	int i, depth;

	frames->depth = 0;
	if (!LPATCH_HAVE_stack_trace_save_tsk_reliable || lpatch_returns_forbid_unwinding(task))
		return UNKNOWN;
	depth = stack_trace_save_tsk_reliable(task, frames->at, LPATCH_STACK_DEPTH);
	if (depth < 0)
		return UNKNOWN;
	frames->depth = depth;
	for (i = 0; i < depth; i++) {
		if (lpatch_ranges_have(unwind->ranges, frames->at[i]))
			return INSIDE;
		if (lpatch_returns_hide_frames(frames->at[i]))
			verdict = UNKNOWN;
	}
	return verdict;
}

/* Names the task with the stack that the unwinder found. */
static void note_inside(const struct lpatch_unwind *unwind, struct task_struct *task,
			const struct lpatch_frames *frames)
{
	struct lpatch_busy_task *busy;
	unsigned int i = 0;

	while (i + 1 < frames->depth && !lpatch_ranges_have(unwind->ranges, frames->at[i]))
		i++;
	busy = lpatch_busy_add(unwind->busy, task, "", frames->at[i]);
	if (busy)
		busy->frames = *frames;
}

void lpatch_unwind_task(const struct lpatch_unwind *unwind, struct task_struct *task,
			struct lpatch_frames *frames)
{
	enum verdict verdict;

	/* It will never run again, and its stack may go at any time. */
	if (READ_ONCE(task->__state) == TASK_DEAD)
		return;
	verdict = ask_unwinder(unwind, task, frames);
	if (verdict == INSIDE)
		note_inside(unwind, task, frames);
	else if (verdict == UNKNOWN || (unwind->scan_ready && task->on_rq))
		scan(unwind, task, lpatch_stack_of_sleeper(task));
}

void lpatch_unwind_self(const struct lpatch_unwind *unwind)
{
	scan(unwind, current, __builtin_frame_address(0));
}
