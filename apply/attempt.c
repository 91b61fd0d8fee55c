// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/attempt.h"

#include <string.h>

#include "apply/conflicts.h"
#include "apply/interrupts.h"

#define FIRST_PAUSE_MS   100
#define LONGEST_PAUSE_MS 2000

void attempt_clear(struct attempt *attempt)
{
	control_outcome_clear(&attempt->last);
}

/* Says who is in the way, as far as one line has room. */
static void show_waiting(struct message_sink *sink, const char *conflicts)
{
	struct conflict_task task;

	if (conflict_task_parse(conflicts, &task))
		message_progress(sink, "waiting for %.*s (PID %ld) in %.*s", task.name_length,
				 task.name, task.pid, task.function_length, task.function);
	else
		message_progress(sink, "waiting for a task that is in the way");
}

struct lp_error *attempt_stage(const struct host *host, struct message_sink *sink, const char *id,
			       enum lpatch_stage stage, unsigned int retries,
			       struct attempt *attempt)
{
	unsigned int pause = FIRST_PAUSE_MS;

	*attempt = (struct attempt){};
	for (;;) {
		control_outcome_clear(&attempt->last);
		lp_try(control_request(host, id, stage, &attempt->last));
		attempt->tries++;
		if (attempt->last.done || attempt->last.cause != LPATCH_CAUSE_STACK_BUSY ||
		    attempt->tries > retries)
			break;
		show_waiting(sink, attempt->last.conflicts);
		attempt->interrupted = interrupts_pause(pause);
		if (attempt->interrupted)
			break;
		pause = 2 * pause < LONGEST_PAUSE_MS ? 2 * pause : LONGEST_PAUSE_MS;
	}
	message_progress_done(sink);
	return NULL;
}

void attempt_show(const struct attempt *attempt, struct output *output)
{
	output_add_number(output, "tries", attempt->tries);
	if (attempt->last.cause == LPATCH_CAUSE_NONE)
		return;
	output_add_text(output, "cause", control_cause_name(attempt->last.cause));
	output_add(output, "conflicts", conflicts_to_json(attempt->last.conflicts));
}

/* What the user can do about a cause. */
static const char *const hints[] = {
	[LPATCH_CAUSE_STACK_BUSY] = "Try again when these tasks are done with it, or end them; "
				    "--retries=N waits longer.",
	[LPATCH_CAUSE_TEXT_MISMATCH] = "Something has changed the kernel's code, or the update was "
				       "made for another kernel.",
	[LPATCH_CAUSE_CONFLICT] = "Take off what holds the function (a kprobe, a tracer, another "
				  "live patch) and try again.",
	[LPATCH_CAUSE_NO_MEMORY] = "Free some memory and try again.",
	[LPATCH_CAUSE_STACKED] = "Undo the update on top first; lpatch-view lists them.",
	[LPATCH_CAUSE_UNEXPECTED] = "What `dmesg` prints at its end may say more.",
};

static const char *hint_for(enum lpatch_cause cause)
{
	return (size_t)cause < ARRAY_SIZE(hints) ? hints[cause] : NULL;
}

/* "applied" or "undone": what the user asked for. */
static const char *wish(enum lpatch_stage stage)
{
	return stage == LPATCH_STAGE_APPLIED ? "applied" : "undone";
}

struct lp_error *attempt_error(const struct attempt *attempt, const char *id,
			       enum lpatch_stage stage)
{
	const struct control_outcome *last = &attempt->last;

	if (last->done)
		return NULL;
	if (attempt->interrupted)
		return lp_error_new(LP_INTERNAL, "interrupted: %s was not %s, nothing was changed",
				    id, wish(stage));
	_cleanup_free_ char *detail = NULL;

	if (last->cause == LPATCH_CAUSE_STACK_BUSY)
		lp_try(text_format(&detail, ", tried %u time%s", attempt->tries,
				   attempt->tries == 1 ? "" : "s"));
	else if (last->cause == LPATCH_CAUSE_UNEXPECTED)
		lp_try(text_format(&detail, ": %s", strerror(last->errnum)));
	struct lp_error *error =
		lp_error_new(LP_KERNEL_REFUSED, "%s was not %s: %s (%s)%s%s%s", id, wish(stage),
			     control_cause_sentence(last->cause), control_cause_name(last->cause),
			     detail ? detail : "", *last->conflicts ? ":\n" : "", last->conflicts);
	const char *hint = hint_for(last->cause);

	return hint ? lp_error_hint(error, "%s", hint) : error;
}
