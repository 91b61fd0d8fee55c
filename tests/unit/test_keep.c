// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether an update may be unloaded when it is undone, on a host made of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/keep.h"
#include "common/file.h"
#include "common/text.h"

#define TIMER "vmlinux\ttick\tkernel/a.c:7\ttimer: f() gives its address to mod_timer()\n"
#define TEXT  "m\t\"my irq\"\t-\tinterrupt handler: g() gives its address to request_irq()\n"

struct fixture {
	char root[32];
	struct host host;
	struct json_object *json;
};

static void put(const struct fixture *fixture, const char *file, const char *text)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/a/%s", fixture->root, file));
	assert_null(file_write(path, text, strlen(text)));
}

static void assert_holds(const struct fixture *fixture, const char *file, const char *text)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob blob = {};

	assert_null(text_format(&path, "%s/a/%s", fixture->root, file));
	assert_null(file_read(path, 1000, &blob));
	/* A write to a file of sysfs replaces its content; here it only replaces the start. */
	assert_memory_equal(blob.data, text, strlen(text));
}

static void put_update(const struct fixture *fixture, const char *stage, const char *keep,
		       const char *outlives)
{
	put(fixture, "stage", stage);
	put(fixture, "keep_code", keep);
	put(fixture, "outlives", outlives);
}

static int make_host(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	_cleanup_free_ char *folder = NULL;

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	fixture->host.sysfs = fixture->root;
	fixture->host.lists = fixture->root;
	fixture->json = json_object_new_object();
	assert_null(text_format(&folder, "%s/a", fixture->root));
	assert_int_equal(mkdir(folder, 0755), 0);
	*state = fixture;
	return 0;
}

static int remove_host(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	json_object_put(fixture->json);
	free(fixture);
	return 0;
}

/* Prepares an undo that is refused, and looks for a part of the reason. */
static void assert_refused(struct fixture *fixture, const char *reason, const char *hint)
{
	_cleanup_error_ struct lp_error *error =
		keep_prepare(&fixture->host, "a", KEEP_ASK, fixture->json);

	assert_non_null(error);
	assert_int_equal(error->status, LP_UNSAFE);
	assert_non_null(strstr(error->message, reason));
	assert_non_null(strstr(error->hint, hint));
}

static void what_may_be_used_is_not_unloaded(void **state)
{
	struct fixture *fixture = *state;
	struct json_object *outlives;

	put_update(fixture, "applied\n", "yes\n", TIMER TEXT);
	assert_refused(fixture,
		       "vmlinux: outlives tick (kernel/a.c:7): timer: f() gives its address to "
		       "mod_timer()\n"
		       "m: outlives \"my irq\": interrupt handler",
		       "--keep-code");
	assert_holds(fixture, "keep_code", "yes\n");
	assert_true(json_object_object_get_ex(fixture->json, "outlives", &outlives));
	assert_int_equal(json_object_array_length(outlives), 2);
}

static void of_very_many_some_are_told(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_text_list_ struct text_list lines = {};
	_cleanup_free_ char *text = NULL;

	for (int i = 0; i < 23; i++)
		assert_null(text_list_add(&lines, TIMER));
	assert_null(text_list_join(&lines, "", &text));
	put_update(fixture, "applied\n", "yes\n", text);
	assert_refused(fixture, "\n(3 more)", "--force-undo");
}

static void a_wish_is_told_to_the_core(void **state)
{
	struct fixture *fixture = *state;

	put_update(fixture, "applied\n", "no\n", TIMER);
	assert_null(keep_prepare(&fixture->host, "a", KEEP_CODE, fixture->json));
	assert_holds(fixture, "keep_code", "yes");
	put_update(fixture, "applied\n", "yes\n", TIMER);
	assert_null(keep_prepare(&fixture->host, "a", KEEP_UNLOAD, fixture->json));
	assert_holds(fixture, "keep_code", "no");
}

static void what_was_kept_goes_by_force_only(void **state)
{
	struct fixture *fixture = *state;

	put_update(fixture, "reversed\n", "kept\n", "");
	assert_true(keep_is_now(&fixture->host, "a"));
	assert_refused(fixture, "its code was kept", "--force-undo a");
	assert_null(keep_prepare(&fixture->host, "a", KEEP_UNLOAD, fixture->json));
	assert_holds(fixture, "keep_code", "no");
}

static void what_was_never_in_force_has_given_nothing_away(void **state)
{
	struct fixture *fixture = *state;

	put_update(fixture, "preparing\n", "yes\n", TIMER);
	assert_null(keep_prepare(&fixture->host, "a", KEEP_ASK, fixture->json));
}

static void the_mark_of_the_author_is_no_obstacle(void **state)
{
	struct fixture *fixture = *state;

	put_update(fixture, "applied\n", "yes\n", "");
	assert_null(keep_prepare(&fixture->host, "a", KEEP_ASK, fixture->json));
	assert_holds(fixture, "keep_code", "yes\n");
	put_update(fixture, "applied\n", "no\n", "");
	assert_null(keep_prepare(&fixture->host, "a", KEEP_ASK, fixture->json));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, make_host, remove_host)
	const struct CMUnitTest tests[] = {
		TEST(what_may_be_used_is_not_unloaded),
		TEST(of_very_many_some_are_told),
		TEST(a_wish_is_told_to_the_core),
		TEST(what_was_kept_goes_by_force_only),
		TEST(what_was_never_in_force_has_given_nothing_away),
		TEST(the_mark_of_the_author_is_no_obstacle),
	};

	return cmocka_run_group_tests_name("undo and what may be used still", tests, NULL, NULL);
}
