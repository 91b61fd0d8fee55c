// SPDX-License-Identifier: GPL-2.0-or-later
/* Updates that are kept for boots, and what becomes of them there, on a host made of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/boot.h"
#include "apply/persist.h"
#include "apply/record.h"

/* A host that keeps nothing, and what apply() is asked to do. */
struct fixture {
	struct text_list paths;
	char root[32];
	struct host host;
	struct output output;
	struct text_list applied; /* ids, in order */
	const char *bad;          /* the id that can't be applied, or NULL */
	enum lp_status status;    /* and why */
};

static const char *path(struct fixture *fixture, const char *name)
{
	assert_null(text_list_add(&fixture->paths, "%s/%s", fixture->root, name));
	return fixture->paths.items[fixture->paths.count - 1];
}

static void put(struct fixture *fixture, const char *name, const char *text)
{
	assert_null(file_write(path(fixture, name), text, strlen(text)));
}

static int make_host(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	fixture->host = (struct host){
		.sysfs = path(fixture, "nothing"),
		.lists = path(fixture, "nothing"),
		.proc = fixture->root,
		.store = path(fixture, "store"),
		.records = path(fixture, "records"),
	};
	put(fixture, "cmdline", "ro quiet\n");
	output_init(&fixture->output, "test");
	fixture->output.sink.verbosity = -1;
	*state = fixture;
	return 0;
}

static int remove_host(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	json_object_put(fixture->output.result);
	text_list_clear(&fixture->paths);
	text_list_clear(&fixture->applied);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

/* Keeps an update; `when` gives the order. */
static void keep(struct fixture *fixture, const char *id, time_t when)
{
	const struct blob file = {(unsigned char *)"bundle", 6};
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
	_cleanup_text_list_ struct text_list paths = {};
	char name[64];

	assert_null(persist_save(&fixture->host, id, &file));
	assert_null(persist_list(&fixture->host, &paths));
	snprintf(name, sizeof(name), "/lpatch-%s.tar.zst", id);
	for (size_t i = 0; i < paths.count; i++) {
		if (text_ends_with(paths.items[i], name))
			assert_int_equal(utimensat(AT_FDCWD, paths.items[i], times, 0), 0);
	}
}

static struct lp_error *apply(void *data, const char *bundle)
{
	struct fixture *fixture = data;
	_cleanup_free_ char *id = NULL;

	assert_null(persist_id(bundle, &id));
	if (fixture->bad && !strcmp(id, fixture->bad))
		return lp_error_new(fixture->status, "can't be applied");
	return text_list_add(&fixture->applied, "%s", id);
}

static struct lp_error *boot(struct fixture *fixture)
{
	return boot_apply(&fixture->host, &fixture->output, apply, fixture);
}

static bool marker_is_there(const struct fixture *fixture)
{
	_cleanup_free_ char *marker = NULL;

	assert_null(persist_marker(&fixture->host, &marker));
	return !access(marker, F_OK);
}

/* The state at the next boot: the records are removed. */
static void reboot(struct fixture *fixture)
{
	unlink(path(fixture, "records/last-boot.json"));
	text_list_clear(&fixture->applied);
}

static void what_is_kept_can_be_forgotten(void **state)
{
	struct fixture *fixture = *state;
	bool was_kept;

	assert_null(persist_forget(&fixture->host, "a", &was_kept));
	assert_false(was_kept);
	keep(fixture, "a", 1);
	assert_true(persist_is_kept(&fixture->host, "a"));
	assert_null(persist_forget(&fixture->host, "a", &was_kept));
	assert_true(was_kept);
	assert_false(persist_is_kept(&fixture->host, "a"));
}

static void a_boot_applies_all_in_order(void **state)
{
	struct fixture *fixture = *state;

	keep(fixture, "a", 3);
	keep(fixture, "b", 1);
	keep(fixture, "c", 2);
	assert_null(boot(fixture));
	assert_int_equal(fixture->applied.count, 3);
	assert_string_equal(fixture->applied.items[0], "b");
	assert_string_equal(fixture->applied.items[1], "c");
	assert_string_equal(fixture->applied.items[2], "a");
	assert_true(marker_is_there(fixture));
	assert_null(boot_done(&fixture->host));
	assert_false(marker_is_there(fixture));
}

static void a_failure_keeps_nothing_else(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_record_boot_ struct record_boot noted = {};

	keep(fixture, "a", 1);
	keep(fixture, "b", 2);
	fixture->bad = "a";
	fixture->status = LP_KERNEL_REFUSED;
	_cleanup_error_ struct lp_error *error = boot(fixture);

	assert_non_null(error);
	assert_string_equal(error->message, "lpatch-a.tar.zst: can't be applied");
	assert_int_equal(fixture->applied.count, 1);
	assert_null(record_read_boot(&fixture->host, &noted));
	assert_int_equal(noted.applied, 1);
	assert_int_equal(noted.failed, 1);
}

static void another_kernels_bundle_is_no_failure(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_record_boot_ struct record_boot noted = {};

	keep(fixture, "a", 1);
	fixture->bad = "a";
	fixture->status = LP_WRONG_HOST;
	assert_null(boot(fixture));
	assert_null(record_read_boot(&fixture->host, &noted));
	assert_int_equal(noted.skipped, 1);
	assert_int_equal(noted.failed, 0);
}

static void after_a_crash_nothing_is_applied(void **state)
{
	struct fixture *fixture = *state;

	keep(fixture, "a", 1);
	assert_null(boot(fixture));
	for (int i = 0; i < 2; i++) {
		reboot(fixture);
		_cleanup_error_ struct lp_error *error = boot(fixture);

		assert_non_null(error);
		assert_int_equal(error->status, LP_KERNEL_REFUSED);
		assert_non_null(strstr(error->message, "boot-not-finished"));
		assert_int_equal(fixture->applied.count, 0);
		/* The end of this boot says nothing about that one. */
		assert_null(boot_done(&fixture->host));
		assert_true(marker_is_there(fixture));
	}
	assert_null(persist_end_boot(&fixture->host));
	assert_null(boot(fixture));
	assert_int_equal(fixture->applied.count, 1);
	assert_false(marker_is_there(fixture));
}

static void later_in_the_same_boot_there_is_no_marker(void **state)
{
	struct fixture *fixture = *state;

	keep(fixture, "a", 1);
	assert_null(boot(fixture));
	assert_null(boot(fixture));
	assert_null(boot_done(&fixture->host));
	assert_null(boot(fixture));
	assert_false(marker_is_there(fixture));
}

static void the_command_line_turns_it_off(void **state)
{
	struct fixture *fixture = *state;

	keep(fixture, "a", 1);
	put(fixture, "cmdline", "ro lpatch.disabled lpatch.disable quiet\n");
	assert_null(boot(fixture));
	assert_int_equal(fixture->applied.count, 0);
	put(fixture, "cmdline", "ro lpatch.disabled nolpatch.disable\n");
	reboot(fixture);
	assert_null(boot(fixture));
	assert_int_equal(fixture->applied.count, 1);
}

static void nothing_kept_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	assert_null(boot(fixture));
	assert_null(boot_done(&fixture->host));
	assert_int_not_equal(access(fixture->host.store, F_OK), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_kept_can_be_forgotten),
		TEST(a_boot_applies_all_in_order),
		TEST(a_failure_keeps_nothing_else),
		TEST(another_kernels_bundle_is_no_failure),
		TEST(after_a_crash_nothing_is_applied),
		TEST(later_in_the_same_boot_there_is_no_marker),
		TEST(the_command_line_turns_it_off),
		TEST(nothing_kept_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
