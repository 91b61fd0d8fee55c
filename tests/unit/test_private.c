// SPDX-License-Identifier: GPL-2.0-or-later
/* The owner of a directory, and whether files that are kept there are unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/text.h"
#include "create/base/private.h"
#include "create/base/seal.h"
#include "tests/unit/scratch.h"

#define SOMEBODY 65534

static int make_folder(void **state)
{
	*state = malloc(SCRATCH_PATH);
	scratch_make(*state);
	scratch_run("cd %s && mkdir -m 755 -p a/b/c && echo text >a/b/c/file", (char *)*state);
	return 0;
}

static int remove_folder(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

/* "FOLDER/NAME", valid until four more were asked for. */
static const char *path(void **state, const char *name)
{
	static char paths[4][128];
	static unsigned int next;
	char *result = paths[next++ % 4];

	snprintf(result, sizeof(paths[0]), "%s/%s", (char *)*state, name);
	return result;
}

static void assert_refused(struct lp_error *error, const char *message)
{
	assert_non_null(error);
	assert_int_equal(error->status, LP_INTERNAL);
	if (!strstr(error->message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error->message);
	assert_null(strchr(error->message, '\n'));
	lp_error_free(error);
}

static void give_away(const char *file)
{
	if (geteuid())
		skip();
	assert_int_equal(lchown(file, SOMEBODY, SOMEBODY), 0);
}

static void what_is_the_callers_alone_is_fine(void **state)
{
	assert_null(private_check(path(state, "a")));
	assert_null(private_check(path(state, "nowhere")));
	assert_null(private_check_above(path(state, "a/b/c/new/newer")));
	assert_null(private_check_below(path(state, "a")));
	assert_false(private_is_closed(path(state, "a")));
	assert_int_equal(chmod(path(state, "a"), 0700), 0);
	assert_true(private_is_closed(path(state, "a")));
	assert_int_equal(chmod(path(state, "a"), 0701), 0);
	assert_false(private_is_closed(path(state, "a")));
}

static void what_others_can_write_to_is_refused(void **state)
{
	static const mode_t modes[] = {0775, 0757, 0777, 01777, 0720, 0702};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		assert_int_equal(chmod(path(state, "a/b"), modes[i]), 0);
		assert_refused(private_check(path(state, "a/b")), "others can write to");
		assert_refused(private_check_below(path(state, "a")), "/a/b");
		if (modes[i] & S_ISVTX)
			assert_null(private_check_above(path(state, "a/b/c")));
		else
			assert_refused(private_check_above(path(state, "a/b/c")), "/a/b");
	}
	/* Only the directories above a/b are checked here. */
	assert_null(private_check_above(path(state, "a/b")));
	assert_int_equal(chmod(path(state, "a/b"), 0755), 0);
	assert_int_equal(chmod(path(state, "a/b/c/file"), 0664), 0);
	assert_refused(private_check_below(path(state, "a")), "/a/b/c/file");
}

static void what_belongs_to_somebody_else_is_refused(void **state)
{
	give_away(path(state, "a/b"));
	assert_refused(private_check(path(state, "a/b")), "belongs to another user (65534)");
	assert_refused(private_check_above(path(state, "a/b/c")), "/a/b belongs to another user");
	assert_refused(private_check_below(path(state, "a")), "/a/b belongs to another user");
	assert_null(private_check_above(path(state, "a/b")));
}

static void a_file_of_somebody_else_is_refused(void **state)
{
	give_away(path(state, "a/b/c/file"));
	assert_refused(private_check_below(path(state, "a")), "file belongs to another user");
}

static void a_link_is_no_directory(void **state)
{
	assert_int_equal(symlink("b", path(state, "a/link")), 0);
	assert_refused(private_check(path(state, "a/link")), "is not a directory");
	assert_refused(private_check(path(state, "a/b/c/file")), "is not a directory");
	assert_null(private_check_below(path(state, "a")));
}

static void a_link_on_the_way_is_looked_at_and_followed(void **state)
{
	assert_int_equal(symlink("a/b", path(state, "relative")), 0);
	assert_int_equal(symlink(path(state, "a/b/c"), path(state, "absolute")), 0);
	assert_null(private_check_above(path(state, "relative/c/x")));
	assert_null(private_check_above(path(state, "absolute/x")));
	assert_int_equal(chmod(path(state, "a"), 0777), 0);
	assert_refused(private_check_above(path(state, "relative/c/x")), "/a");
	assert_refused(private_check_above(path(state, "absolute/x")), "/a");
	assert_int_equal(chmod(path(state, "a"), 0755), 0);
	assert_int_equal(symlink("loop", path(state, "loop")), 0);
	assert_refused(private_check_above(path(state, "loop/x")), "levels of symbolic links");
	assert_null(private_check_above(path(state, "relative")));
	give_away(path(state, "relative"));
	assert_refused(private_check_above(path(state, "relative")),
		       "relative belongs to another user");
	assert_refused(private_check_above(path(state, "relative/c/x")),
		       "relative belongs to another user");
}

static bool is_whole(const char *file)
{
	bool whole;

	assert_null(seal_check(file, &whole));
	return whole;
}

static void what_was_sealed_is_whole(void **state)
{
	const char *file = path(state, "a/b/c/file");

	assert_false(is_whole(file));
	assert_null(seal_file(file, file));
	assert_true(is_whole(file));
	assert_null(seal_bytes("text\n", 5, file));
	assert_true(is_whole(file));
	assert_null(file_write(path(state, "a/empty"), "", 0));
	assert_null(seal_file(path(state, "a/empty"), path(state, "a/empty")));
	assert_true(is_whole(path(state, "a/empty")));
}

static void any_change_shows(void **state)
{
	static const char *const others[] = {"", "text", "text\n\n", "text\r", "uext\n"};
	const char *file = path(state, "a/b/c/file");
	const char *seal = path(state, "a/b/c/.file.sha256");

	assert_null(seal_file(file, file));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_null(file_write(file, others[i], strlen(others[i])));
		assert_false(is_whole(file));
	}
	assert_null(file_write(file, "text\n", 5));
	assert_true(is_whole(file));
	assert_int_equal(truncate(seal, 63), 0);
	assert_false(is_whole(file));
	assert_int_equal(truncate(seal, 0), 0);
	assert_false(is_whole(file));
	assert_null(seal_file(file, file));
	assert_int_equal(unlink(file), 0);
	assert_false(is_whole(file));
	/* An empty digest is not that of a file that is not there. */
	assert_int_equal(truncate(seal, 0), 0);
	assert_false(is_whole(file));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_the_callers_alone_is_fine),
		TEST(what_others_can_write_to_is_refused),
		TEST(what_belongs_to_somebody_else_is_refused),
		TEST(a_file_of_somebody_else_is_refused),
		TEST(a_link_is_no_directory),
		TEST(a_link_on_the_way_is_looked_at_and_followed),
		TEST(what_was_sealed_is_whole),
		TEST(any_change_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
