// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/pool.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* Seconds between two progress messages: on a terminal, and where each is a line. */
#define TERMINAL_INTERVAL 0.5
#define LINE_INTERVAL     10.0

/* Seconds before there is an estimate of the time left. */
#define ESTIMATE_AFTER 3.0

struct slot {
	struct process process;
	size_t index;
	bool used;
};

struct running {
	const struct pool *pool;
	struct slot *slots;
	size_t nr_started, nr_done, nr_used;
	struct timespec begin;
	double told; /* seconds after `begin` */
	struct lp_error *error;
};

static void keep_error(struct running *running, struct lp_error *error)
{
	if (running->error)
		lp_error_free(error);
	else
		running->error = error;
}

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin->tv_sec + (now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* Assumes that each remaining program takes as long as those that have ended. */
static void tell_progress(struct running *running)
{
	const struct pool *pool = running->pool;
	double passed = seconds_since(&running->begin);
	double left = passed / running->nr_done * (pool->count - running->nr_done);

	if (passed - running->told < (isatty(STDERR_FILENO) ? TERMINAL_INTERVAL : LINE_INTERVAL))
		return;
	running->told = passed;
	if (passed < ESTIMATE_AFTER)
		message_progress_within(pool->sink, "%s: %zu of %zu", pool->what, running->nr_done,
					pool->count);
	else if (left < 90)
		message_progress_within(pool->sink, "%s: %zu of %zu, about %.0f s left", pool->what,
					running->nr_done, pool->count, left);
	else
		message_progress_within(pool->sink, "%s: %zu of %zu, about %.0f min left",
					pool->what, running->nr_done, pool->count, left / 60);
}

/* Starts the next program in a free slot. */
static struct lp_error *start_next(struct running *running)
{
	const struct pool *pool = running->pool;
	struct slot *slot = running->slots;

	while (slot->used)
		slot++;
	*slot = (struct slot){.index = running->nr_started++};
	lp_try(pool->prepare(pool->context, slot->index, &slot->process));
	if (!slot->process.argv) {
		running->nr_done++;
		return NULL;
	}
	lp_try(process_start(&slot->process));
	slot->used = true;
	running->nr_used++;
	return NULL;
}

/* Waits for any of the programs. */
static struct lp_error *finish_one(struct running *running)
{
	const struct pool *pool = running->pool;
	siginfo_t ended = {0};
	struct slot *slot = running->slots;
	int status;

	while (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT)) {
		if (errno != EINTR)
			return lp_error_errno(errno, "can't wait for a process");
	}
	while (slot < running->slots + pool->jobs &&
	       !(slot->used && slot->process.pid == ended.si_pid))
		slot++;
	if (slot == running->slots + pool->jobs) {
		/* Not one of ours: only reap it. */
		waitpid(ended.si_pid, NULL, 0);
		return NULL;
	}
	slot->used = false;
	running->nr_used--;
	lp_try(process_wait(&slot->process, &status));
	running->nr_done++;
	lp_try(pool->done(pool->context, slot->index, status));
	if (!running->error)
		tell_progress(running);
	return NULL;
}

struct lp_error *pool_run(const struct pool *pool)
{
	_cleanup_free_ struct slot *slots = calloc(pool->jobs, sizeof(*slots));
	struct running running = {.pool = pool, .slots = slots};

	if (!slots)
		return lp_error_no_memory();
	clock_gettime(CLOCK_MONOTONIC, &running.begin);
	for (;;) {
		bool more = !running.error && running.nr_started < pool->count;
		struct lp_error *error = NULL;

		if (more && running.nr_used < pool->jobs)
			error = start_next(&running);
		else if (running.nr_used)
			error = finish_one(&running);
		else
			break;
		if (error)
			keep_error(&running, error);
	}
	return running.error;
}
