// SPDX-License-Identifier: GPL-2.0-or-later
/* Many programs, some at a time: how many run, and what an error stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/base/pool.h"

#define NR_PROGRAMS 12

static const char *const succeed[] = {"true", NULL};
static const char *const fail[] = {"false", NULL};

struct seen {
	size_t running, most, started, ended;
	size_t failing; /* number of the program that fails */
	size_t skipped; /* number of the one that is skipped */
};

static struct lp_error *prepare(void *context, size_t index, struct process *process)
{
	struct seen *seen = context;

	if (index == seen->skipped)
		return NULL;
	process->argv = index == seen->failing ? fail : succeed;
	seen->started++;
	if (++seen->running > seen->most)
		seen->most = seen->running;
	return NULL;
}

static struct lp_error *done(void *context, size_t index, int status)
{
	struct seen *seen = context;

	assert_int_equal(status, index == seen->failing);
	seen->running--;
	seen->ended++;
	return status ? lp_error_new(LP_BUILD_FAILED, "number %zu", index) : NULL;
}

static struct lp_error *run(struct seen *seen, unsigned int jobs)
{
	struct message_sink sink = {.program = "test", .verbosity = -1};
	const struct pool pool = {
		.what = "testing",
		.jobs = jobs,
		.count = NR_PROGRAMS,
		.sink = &sink,
		.context = seen,
		.prepare = prepare,
		.done = done,
	};

	return pool_run(&pool);
}

static void all_run_but_no_more_than_allowed_at_a_time(void **state)
{
	(void)state;
	for (unsigned int jobs = 1; jobs <= 4; jobs++) {
		struct seen seen = {.failing = SIZE_MAX, .skipped = SIZE_MAX};

		assert_null(run(&seen, jobs));
		assert_int_equal(seen.ended, NR_PROGRAMS);
		assert_int_equal(seen.most, jobs);
	}
}

static void one_without_a_program_is_passed_over(void **state)
{
	struct seen seen = {.failing = SIZE_MAX, .skipped = NR_PROGRAMS - 1};

	(void)state;
	assert_null(run(&seen, 3));
	assert_int_equal(seen.ended, NR_PROGRAMS - 1);
}

static void after_an_error_only_those_that_run_end(void **state)
{
	struct seen seen = {.failing = 2, .skipped = SIZE_MAX};

	(void)state;
	_cleanup_error_ struct lp_error *error = run(&seen, 2);

	assert_non_null(error);
	assert_string_equal(error->message, "number 2");
	assert_int_equal(seen.running, 0);
	assert_int_equal(seen.started, seen.ended);
	assert_true(seen.started < NR_PROGRAMS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_run_but_no_more_than_allowed_at_a_time),
		cmocka_unit_test(one_without_a_program_is_passed_over),
		cmocka_unit_test(after_an_error_only_those_that_run_end),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
