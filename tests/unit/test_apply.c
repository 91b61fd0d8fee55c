// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the host commands, with a folder of the test instead of sysfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "apply/attempt.h"
#include "apply/conflicts.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/options.h"
#include "apply/source_lines.h"

#define BUSY "task my task pid 42 function do_nanosleep\n    schedule+0x5a/0xd0\n    ret+0x1/0x2\n"

/* A host whose sysfs folder has one update, "a". */
struct fixture {
	char root[32];
	char sysfs[64];
	char notes[64];
	char lock[64];
	struct host host;
};

static void put(const char *directory, const char *name, const void *data, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_null(file_write(path, data, size));
}

static void put_text(const struct fixture *fixture, const char *name, const char *text)
{
	put(fixture->sysfs, name, text, strlen(text));
}

static int make_host(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char update[96];

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	sprintf(fixture->sysfs, "%s/lpatch", fixture->root);
	sprintf(fixture->notes, "%s/notes", fixture->root);
	sprintf(fixture->lock, "%s/lock", fixture->root);
	sprintf(update, "%s/a", fixture->sysfs);
	assert_int_equal(mkdir(fixture->sysfs, 0755), 0);
	assert_int_equal(mkdir(update, 0755), 0);
	put_text(fixture, "abi", "1\n");
	put_text(fixture, "a/stage", "preparing\n");
	put_text(fixture, "a/abort_cause", "none\n");
	put_text(fixture, "a/conflicts", "");
	fixture->host = (struct host){
		.sysfs = fixture->sysfs,
		.lists = fixture->sysfs,
		.notes = fixture->notes,
		.modules = fixture->root,
		.lock = fixture->lock,
		.lock_seconds = 1,
		.attempt_seconds = 1,
	};
	*state = fixture;
	return 0;
}

static int remove_host(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

static void assert_error(struct lp_error *error, enum lp_status status, const char *message)
{
	assert_non_null(error);
	assert_int_equal(error->status, status);
	if (!strstr(error->message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error->message);
	lp_error_free(error);
}

/* From now on the core refuses every request for the update. */
static void refuse(const struct fixture *fixture, const char *cause, const char *conflicts)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/a/stage", fixture->sysfs);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/full", path), 0);
	put_text(fixture, "a/abort_cause", cause);
	put_text(fixture, "a/conflicts", conflicts);
}

/* The host -------------------------------------------------------------------- */

static void put_note(const struct fixture *fixture, uint32_t type, const char *name,
		     uint32_t name_size)
{
	const Elf64_Nhdr other = {.n_namesz = 6, .n_descsz = 2, .n_type = 1};
	const Elf64_Nhdr header = {.n_namesz = name_size, .n_descsz = 4, .n_type = type};
	char notes[64] = {};

	memcpy(notes, &other, 12);
	memcpy(notes + 12, "Linux\0\0\0xy\0\0", 12);
	memcpy(notes + 24, &header, 12);
	memcpy(notes + 36, name, 4);
	memcpy(notes + 40, "\x01\xab\x00\xff", 4);
	put(fixture->root, "notes", notes, 44);
}

static void the_build_id_is_found_among_the_notes(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *build_id = NULL;

	put_note(fixture, NT_GNU_BUILD_ID, "GNU", 4);
	assert_null(host_build_id(&fixture->host, &build_id));
	assert_string_equal(build_id, "01ab00ff");
}

static void notes_without_a_build_id_are_refused(void **state)
{
	struct fixture *fixture = *state;
	char *build_id = NULL;

	put_note(fixture, NT_GNU_ABI_TAG, "GNU", 4);
	assert_error(host_build_id(&fixture->host, &build_id), LP_WRONG_HOST, "shows no build id");
	put_note(fixture, NT_GNU_BUILD_ID, "GNU", 0xfffffff0);
	assert_error(host_build_id(&fixture->host, &build_id), LP_WRONG_HOST, "shows no build id");
	put(fixture->root, "notes", "", 0);
	assert_error(host_build_id(&fixture->host, &build_id), LP_WRONG_HOST, "shows no build id");
}

static void only_the_running_kernel_is_the_target(void **state)
{
	struct fixture *fixture = *state;
	struct utsname running;

	put_note(fixture, NT_GNU_BUILD_ID, "GNU", 4);
	assert_int_equal(uname(&running), 0);
	struct manifest_target target = {running.release, running.machine, (char *)"01ab00ff"};

	assert_null(host_check_target(&fixture->host, &target));
	target.build_id = (char *)"01ab00fe";
	assert_error(host_check_target(&fixture->host, &target), LP_WRONG_HOST,
		     "its build id is 01ab00fe, the running kernel's is 01ab00ff");
	target.release = (char *)"1.2.3";
	assert_error(host_check_target(&fixture->host, &target), LP_WRONG_HOST,
		     "its release is 1.2.3, the running kernel's is ");
	target.architecture = (char *)"s390x";
	assert_error(host_check_target(&fixture->host, &target), LP_WRONG_HOST,
		     "its architecture is s390x, the running kernel's is ");
}

static void the_lock_is_taken_and_given_back(void **state)
{
	struct fixture *fixture = *state;
	struct message_sink sink = {.program = "test", .verbosity = -1};

	for (int i = 0; i < 2; i++) {
		int fd = -1;

		assert_null(host_lock(&fixture->host, &sink, 0, &fd));
		assert_true(fd >= 0);
		close(fd);
	}
}

static void the_lock_is_not_waited_for_without_end(void **state)
{
	struct fixture *fixture = *state;
	struct message_sink sink = {.program = "test", .verbosity = -1};
	int fd = -1, other = -1;

	assert_null(host_lock(&fixture->host, &sink, 0, &fd));
	assert_error(host_lock(&fixture->host, &sink, 0, &other), LP_INTERNAL,
		     "another lpatch command has run for 1 seconds");
	assert_error(host_lock(&fixture->host, &sink, 2, &other), LP_INTERNAL, "for 2 seconds");
	assert_int_equal(other, -1);
	close(fd);
	assert_null(host_lock(&fixture->host, &sink, 0, &other));
	close(other);
}

/* The core -------------------------------------------------------------------- */

static void updates_are_listed_by_name(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_text_list_ struct text_list ids = {};
	char path[96];

	snprintf(path, sizeof(path), "%s/0b", fixture->sysfs);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_null(control_list(&fixture->host, &ids));
	assert_int_equal(ids.count, 2);
	assert_string_equal(ids.items[0], "0b");
	assert_string_equal(ids.items[1], "a");
}

static void without_a_core_there_is_no_update(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_text_list_ struct text_list ids = {};

	strcat(fixture->sysfs, ".gone");
	assert_false(control_core_loaded(&fixture->host));
	assert_false(control_present(&fixture->host, "a"));
	assert_null(control_list(&fixture->host, &ids));
	assert_int_equal(ids.count, 0);
}

static void stage_and_abi_are_read(void **state)
{
	struct fixture *fixture = *state;
	enum lpatch_stage stage;
	unsigned int abi;

	assert_true(control_core_loaded(&fixture->host));
	assert_true(control_present(&fixture->host, "a"));
	assert_false(control_present(&fixture->host, "b"));
	assert_null(control_abi(&fixture->host, &abi));
	assert_int_equal(abi, 1);
	assert_null(control_stage(&fixture->host, "a", &stage));
	assert_int_equal(stage, LPATCH_STAGE_PREPARING);
	put_text(fixture, "a/stage", "floating\n");
	assert_error(control_stage(&fixture->host, "a", &stage), LP_INTERNAL,
		     "unknown stage \"floating\"");
	put_text(fixture, "abi", "one\n");
	assert_error(control_abi(&fixture->host, &abi), LP_INTERNAL, "\"one\" is not a number");
}

static void a_request_writes_the_stage(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_outcome_ struct control_outcome outcome = {};
	enum lpatch_stage stage;

	put_text(fixture, "a/stage", "");
	assert_null(control_request(&fixture->host, "a", LPATCH_STAGE_APPLIED, 0, 0, &outcome));
	assert_true(outcome.done);
	assert_null(control_stage(&fixture->host, "a", &stage));
	assert_int_equal(stage, LPATCH_STAGE_APPLIED);
}

static void a_request_has_its_limit_behind_the_stage(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_outcome_ struct control_outcome outcome = {};
	_cleanup_free_ char *words = NULL;

	put_text(fixture, "a/stage", "");
	assert_null(control_request(&fixture->host, "a", LPATCH_STAGE_APPLIED, CONTROL_REPLACE, 7,
				    &outcome));
	assert_null(control_read(&fixture->host, "a", "stage", &words));
	assert_string_equal(words, "applied replace max_stop=7");
}

static void a_refused_request_says_why(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_outcome_ struct control_outcome outcome = {};

	refuse(fixture, "text_mismatch\n", "function f: \x1b[2J\xff\n");
	assert_null(control_request(&fixture->host, "a", LPATCH_STAGE_APPLIED, 0, 0, &outcome));
	assert_false(outcome.done);
	assert_int_equal(outcome.cause, LPATCH_CAUSE_TEXT_MISMATCH);
	assert_string_equal(outcome.conflicts, "function f: ?[2J?");
}

static void an_attempt_is_not_waited_for_without_end(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_outcome_ struct control_outcome outcome = {};

	put_text(fixture, "a/abort_cause", "pending\n");
	assert_error(control_request(&fixture->host, "a", LPATCH_STAGE_APPLIED, CONTROL_LATER, 0,
				     &outcome),
		     LP_INTERNAL, "the kernel has worked on the attempt for a for 1 seconds");
	assert_false(outcome.done);
	assert_true(control_pending(&fixture->host, "a"));
	put_text(fixture, "a/abort_cause", "none\n");
	assert_false(control_pending(&fixture->host, "a"));
	assert_false(control_pending(&fixture->host, "b"));
}

static void a_cause_that_is_not_known_is_unexpected(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_outcome_ struct control_outcome outcome = {};

	refuse(fixture, "no_such_cause\n", "");
	assert_null(control_request(&fixture->host, "a", LPATCH_STAGE_APPLIED, 0, 0, &outcome));
	assert_int_equal(outcome.cause, LPATCH_CAUSE_UNEXPECTED);
}

/* Attempts --------------------------------------------------------------------- */

static struct attempt try_within(const struct fixture *fixture, struct attempt_limits limits)
{
	struct output output = {.sink = {.program = "test", .verbosity = -1}};
	struct attempt attempt;

	assert_null(attempt_stage(&fixture->host, &output, "a", LPATCH_STAGE_APPLIED, 0, &limits,
				  &attempt));
	return attempt;
}

static struct attempt try_to_apply(const struct fixture *fixture, unsigned int retries)
{
	return try_within(fixture, (struct attempt_limits){.retries = retries});
}

static void a_busy_stack_is_tried_again_and_reported(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "stack_busy\n", BUSY);
	_cleanup_attempt_ struct attempt attempt = try_to_apply(fixture, 1);

	assert_int_equal(attempt.tries, 2);
	assert_error(attempt_error(&attempt, "a", LPATCH_STAGE_APPLIED), LP_KERNEL_REFUSED,
		     "a was not applied: a function to be replaced is in use by a task "
		     "(stack_busy), tried 2 times:\ntask my task pid 42 function do_nanosleep\n"
		     "    schedule+0x5a/0xd0");
}

static void other_causes_are_tried_once(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "conflict\n", "");
	_cleanup_attempt_ struct attempt attempt = try_to_apply(fixture, 5);

	assert_int_equal(attempt.tries, 1);
	assert_error(attempt_error(&attempt, "a", LPATCH_STAGE_REVERSED), LP_KERNEL_REFUSED,
		     "a was not undone: something else has changed");
}

/* Conflicts and options --------------------------------------------------------- */

static void conflicts_are_taken_apart(void **state)
{
	static const char text[] = BUSY "(3 more tasks)\nfunction f: a kprobe is there\n";
	struct json_object *json = conflicts_to_json(text);

	(void)state;
	assert_string_equal(json_object_to_json_string_ext(json, JSON_C_TO_STRING_NOSLASHESCAPE),
			    "[{\"task\":\"my task\",\"pid\":42,\"function\":\"do_nanosleep\","
			    "\"stack\":[\"schedule+0x5a/0xd0\",\"ret+0x1/0x2\"]},"
			    "\"(3 more tasks)\",\"function f: a kprobe is there\"]");
	json_object_put(json);
}

static void a_task_may_be_called_anything(void **state)
{
	struct conflict_task task;

	(void)state;
	assert_true(conflict_task_parse("task a pid 1 function b pid 23 function c\n", &task));
	assert_int_equal(task.pid, 23);
	assert_int_equal(task.name_length, strlen("a pid 1 function b"));
	assert_memory_equal(task.function, "c", task.function_length);
	assert_true(conflict_task_parse("task  pid 7 function f", &task));
	assert_int_equal(task.name_length, 0);
	assert_false(conflict_task_parse("task pid 1 function", &task));
	assert_false(conflict_task_parse("task", &task));
	assert_false(conflict_task_parse("", &task));
	assert_false(conflict_task_parse("task a\n pid 1 function b", &task));
}

static void numbers_are_read_strictly(void **state)
{
	unsigned int number;

	(void)state;
	assert_null(options_number("--retries", "17", 0, 100, &number));
	assert_int_equal(number, 17);
	assert_error(options_number("--retries", "101", 0, 100, &number), LP_USAGE,
		     "--retries=101: not a number from 0 to 100");
	assert_error(options_number("--retries", "", 0, 100, &number), LP_USAGE, "not a number");
	assert_error(options_number("--retries", " 1", 0, 100, &number), LP_USAGE, "not a number");
	assert_error(options_number("--retries", "1x", 0, 100, &number), LP_USAGE, "not a number");
	assert_error(options_number("--retries", "99999999999999999999", 0, 100, &number), LP_USAGE,
		     "not a number");
}

static void a_timeout_decides_how_often_it_is_tried(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "stack_busy\n", BUSY);
	_cleanup_attempt_ struct attempt patient =
		try_within(fixture, (struct attempt_limits){.retries = 0, .timeout = 1});

	/* At 0, 0.1, 0.3, 0.7 and 1 s; a machine that is slow makes fewer. */
	assert_in_range(patient.tries, 2, 5);
	_cleanup_attempt_ struct attempt limited = try_within(
		fixture,
		(struct attempt_limits){.retries = 1, .timeout = 1000, .retries_given = true});

	assert_int_equal(limited.tries, 2);
}

/* Source lines ------------------------------------------------------------------- */

/* A function whose size and position in the source the test can find. */
__attribute__((noinline, used)) int source_lines_landmark(int number)
{
	return number * 3 + 1;
}

static const int landmark_line = __LINE__ - 4; /* where the body opens */

static void frames_get_their_source_lines(void **state)
{
	_cleanup_free_ char *command = NULL, *text = NULL, *result = NULL, *wanted = NULL;
	char size[32];

	(void)state;
	assert_null(text_format(&command,
				"readelf -sW /proc/%d/exe | "
				"awk '$8 == \"source_lines_landmark\" { print $3; exit }'",
				getpid()));
	FILE *readelf = popen(command, "r");

	assert_non_null(fgets(size, sizeof(size), readelf));
	pclose(readelf);
	assert_null(text_format(&text,
				"task a pid 1 function b\n"
				"    source_lines_landmark+0x2/0x%lx\n"
				"    source_lines_landmark+0x2/0x7777\n"
				"    nowhere+0x1/0x%lx\n    main+0x2/0x3 [module]",
				strtoul(size, NULL, 10), strtoul(size, NULL, 10)));
	assert_null(source_lines_add("/proc/self/exe", text, &result));
	assert_null(text_format(&wanted, "test_apply.c:%d)\n    source_lines_landmark+0x2/0x7777\n",
				landmark_line));
	if (!strstr(result, wanted))
		fail_msg("\"%s\" is not in \"%s\"", wanted, result);
	free(take(result));
	assert_null(source_lines_add("/dev/null", text, &result));
	assert_string_equal(result, text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_build_id_is_found_among_the_notes),
		TEST(notes_without_a_build_id_are_refused),
		TEST(only_the_running_kernel_is_the_target),
		TEST(the_lock_is_taken_and_given_back),
		TEST(the_lock_is_not_waited_for_without_end),
		TEST(updates_are_listed_by_name),
		TEST(without_a_core_there_is_no_update),
		TEST(stage_and_abi_are_read),
		TEST(a_request_writes_the_stage),
		TEST(a_request_has_its_limit_behind_the_stage),
		TEST(a_refused_request_says_why),
		TEST(an_attempt_is_not_waited_for_without_end),
		TEST(a_cause_that_is_not_known_is_unexpected),
		TEST(a_busy_stack_is_tried_again_and_reported),
		TEST(other_causes_are_tried_once),
		cmocka_unit_test(conflicts_are_taken_apart),
		cmocka_unit_test(a_task_may_be_called_anything),
		cmocka_unit_test(numbers_are_read_strictly),
		TEST(a_timeout_decides_how_often_it_is_tried),
		cmocka_unit_test(frames_get_their_source_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
