// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/attempt.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "apply/busy_advice.h"
#include "apply/conflicts.h"
#include "apply/interrupts.h"
#include "apply/source_lines.h"

#define FIRST_PAUSE_MS   100
#define LONGEST_PAUSE_MS 2000

void attempt_clear(struct attempt *attempt)
{
	control_outcome_clear(&attempt->last);
}

/* Shows the blocking tasks, as far as they fit into one line. */
static void show_waiting(struct output *output, const struct control_outcome *last)
{
	struct conflict_task task;

	if (last->cause == LPATCH_CAUSE_CPU_BUSY)
		output_step(output, "waiting for a CPU that takes no NMI");
	else if (last->cause == LPATCH_CAUSE_STOP_TOO_LONG)
		output_step(output, "waiting for fewer tasks that run");
	else if (conflict_task_parse(last->conflicts, &task))
		output_step(output, "waiting for %.*s (PID %ld) in %.*s", task.name_length,
			    task.name, task.pid, task.function_length, task.function);
	else
		output_step(output, "waiting for a task that uses a replaced function");
}

static uint64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* How many milliseconds to pause before the next try; 0: there is none. */
static unsigned int next_pause(const struct attempt_limits *limits, unsigned int tries,
			       uint64_t start)
{
	unsigned int pause = tries <= 5 ? FIRST_PAUSE_MS << (tries - 1) : LONGEST_PAUSE_MS;
	uint64_t end = start + 1000ULL * limits->timeout, now = milliseconds_now();

	if (pause > LONGEST_PAUSE_MS)
		pause = LONGEST_PAUSE_MS;
	if ((limits->retries_given || !limits->timeout) && tries > limits->retries)
		return 0;
	if (!limits->timeout)
		return pause;
	if (now >= end)
		return 0;
	return pause < end - now ? pause : end - now;
}

/* True for a transient cause: another attempt may succeed a moment later. */
static bool is_busy(enum lpatch_cause cause)
{
	return cause == LPATCH_CAUSE_STACK_BUSY || cause == LPATCH_CAUSE_CPU_BUSY ||
	       cause == LPATCH_CAUSE_STOP_TOO_LONG;
}

/* True if the calling task is one of the blocking tasks. */
static bool is_in_its_own_way(const char *conflicts)
{
	char mark[64];

	snprintf(mark, sizeof(mark), " pid %ld function ", (long)getpid());
	return strstr(conflicts, mark) != NULL;
}

struct lp_error *attempt_stage(const struct host *host, struct output *output, const char *id,
			       enum lpatch_stage stage, unsigned int ways,
			       const struct attempt_limits *limits, struct attempt *attempt)
{
	uint64_t start = milliseconds_now();

	*attempt = (struct attempt){};
	for (;;) {
		control_outcome_clear(&attempt->last);
		lp_try(control_request(host, id, stage, ways, limits->max_stop, &attempt->last));
		attempt->tries++;
		if (attempt->last.done || !is_busy(attempt->last.cause))
			break;
		if (!(ways & CONTROL_LATER) && is_in_its_own_way(attempt->last.conflicts)) {
			ways |= CONTROL_LATER;
			continue;
		}
		unsigned int pause = next_pause(limits, attempt->tries, start);

		if (!pause)
			break;
		show_waiting(output, &attempt->last);
		attempt->interrupted = interrupts_pause(pause);
		if (attempt->interrupted)
			break;
	}
	message_progress_done(&output->sink);
	return NULL;
}

/* The image of the running kernel, by its build id; NULL if there is none. */
static struct lp_error *find_image(const struct host *host, struct output *output, char **image)
{
	_cleanup_free_ char *build_id = NULL, *other = NULL;
	struct utsname running;

	*image = NULL;
	_cleanup_error_ struct lp_error *error = host_build_id(host, &build_id);

	if (error || uname(&running))
		return NULL;
	error = source_lines_image(running.release, build_id, image, &other);
	if (error)
		output_step(output, "no source lines: %s", error->message);
	else if (*image)
		output_step(output, "reading source lines from %s", *image);
	else if (other)
		output_step(output, "no source lines: %s is of another build of the kernel", other);
	return NULL;
}

struct lp_error *attempt_explain(const struct host *host, struct output *output,
				 struct attempt *attempt)
{
	_cleanup_free_ char *image = NULL;
	char *explained;

	if (output->sink.verbosity < 1 || attempt->last.cause != LPATCH_CAUSE_STACK_BUSY)
		return NULL;
	lp_try(find_image(host, output, &image));
	if (!image)
		return NULL;
	lp_try(source_lines_add(image, attempt->last.conflicts, &explained));
	free(attempt->last.conflicts);
	attempt->last.conflicts = explained;
	return NULL;
}

void attempt_show(const struct attempt *attempt, struct json_object *json)
{
	const struct control_outcome *last = &attempt->last;

	json_object_object_add(json, "tries", json_object_new_int64(attempt->tries));
	if (last->cause == LPATCH_CAUSE_NONE)
		return;
	json_object_object_add(json, "cause",
			       json_object_new_string(control_cause_name(last->cause)));
	json_object_object_add(json, "conflicts", conflicts_to_json(last->conflicts));
}

#define HINT_CPU_BUSY                                                           \
	"A busy hypervisor delivers it later: --timeout=SECONDS waits longer. " \
	"If it never does, lpatch-apply(8) says how to set hold_nmi=0."
#define HINT_STOP_TOO_LONG                                                     \
	"Try again when the host has less to do, or allow a longer stop with " \
	"--max-stop=MS."
#define HINT_NO_MEMORY "Free some memory and try again."
#define HINT_HOOK                                                                  \
	"The update's author has written this check; the update's description or " \
	"its patch (lpatch-view) may say what it waits for."
#define HINT_UNEXPECTED "What `dmesg` prints at its end may say more."

/* What the user can do about a cause; about LPATCH_CAUSE_STACK_BUSY see busy_advice(). */
static const char *const apply_hints[] = {
	[LPATCH_CAUSE_CPU_BUSY] = HINT_CPU_BUSY,
	[LPATCH_CAUSE_STOP_TOO_LONG] = HINT_STOP_TOO_LONG,
	[LPATCH_CAUSE_TEXT_MISMATCH] = "Something has changed the kernel's code, or the update was "
				       "made for another kernel.",
	[LPATCH_CAUSE_CONFLICT] = "Remove what is attached to the function (a kprobe, a tracer, "
				  "another live patch) and try again.",
	[LPATCH_CAUSE_INCOMPLETE] = "The module was loaded a moment ago; try again.",
	[LPATCH_CAUSE_NO_MEMORY] = HINT_NO_MEMORY,
	[LPATCH_CAUSE_HOOK_FAILED] = HINT_HOOK,
	[LPATCH_CAUSE_UNEXPECTED] = HINT_UNEXPECTED,
};

static const char *const undo_hints[] = {
	[LPATCH_CAUSE_CPU_BUSY] = HINT_CPU_BUSY,
	[LPATCH_CAUSE_STOP_TOO_LONG] = HINT_STOP_TOO_LONG,
	[LPATCH_CAUSE_TEXT_MISMATCH] = "Something has changed the kernel's code since: as long as "
				       "that is so, the update can't be undone and stays in force.",
	[LPATCH_CAUSE_CONFLICT] = "Remove what is attached to the function (a kprobe, a tracer, "
				  "another live patch) and try again; until then the update stays.",
	[LPATCH_CAUSE_NO_MEMORY] = HINT_NO_MEMORY,
	[LPATCH_CAUSE_HOOK_FAILED] = HINT_HOOK,
	[LPATCH_CAUSE_STACKED] = "Undo the update on top first; --all undoes them in the right "
				 "order.",
	[LPATCH_CAUSE_UNEXPECTED] = HINT_UNEXPECTED,
};

static const char *usual_hint(enum lpatch_cause cause, enum lpatch_stage stage)
{
	if (stage == LPATCH_STAGE_APPLIED)
		return (size_t)cause < ARRAY_SIZE(apply_hints) ? apply_hints[cause] : NULL;
	return (size_t)cause < ARRAY_SIZE(undo_hints) ? undo_hints[cause] : NULL;
}

/* Sets *hint, to be freed, to what the user can do; NULL if nothing. */
static struct lp_error *find_hint(const struct control_outcome *last, enum lpatch_stage stage,
				  char **hint)
{
	const char *usual = usual_hint(last->cause, stage);

	if (last->cause == LPATCH_CAUSE_STACK_BUSY)
		return busy_advice(last->conflicts, stage, hint);
	return usual ? text_format(hint, "%s", usual) : NULL;
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
	_cleanup_free_ char *detail = NULL, *hint = NULL;

	lp_try(find_hint(last, stage, &hint));
	if (is_busy(last->cause))
		lp_try(text_format(&detail, ", tried %u time%s", attempt->tries,
				   attempt->tries == 1 ? "" : "s"));
	else if (last->cause == LPATCH_CAUSE_UNEXPECTED)
		lp_try(text_format(&detail, ": %s", strerror(last->errnum)));
	struct lp_error *error =
		lp_error_new(LP_KERNEL_REFUSED, "%s was not %s: %s (%s)%s%s%s", id, wish(stage),
			     control_cause_sentence(last->cause), control_cause_name(last->cause),
			     detail ? detail : "", *last->conflicts ? ":\n" : "", last->conflicts);
	return hint ? lp_error_hint(error, "%s", hint) : error;
}
