// SPDX-License-Identifier: GPL-2.0-or-later
/* Removing directories with all that is below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "create/base/directory.h"
#include "tests/unit/scratch.h"

static char folder[SCRATCH_PATH];

static int make_folder(void **state)
{
	(void)state;
	scratch_make(folder);
	scratch_run("cd %s && mkdir outside && echo text >outside/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

static char *below(const char *name)
{
	char *path;

	assert_null(text_format(&path, "%s/%s", folder, name));
	return path;
}

static void assert_outside_is_whole(void)
{
	_cleanup_free_ char *file = below("outside/file");

	assert_int_equal(access(file, F_OK), 0);
}

static void everything_below_is_removed(void **state)
{
	_cleanup_free_ char *top = below("top");

	(void)state;
	scratch_run("cd %s && mkdir -p top/a/b/c && touch top/a/b/c/x top/.hidden && "
		    "mkfifo top/fifo && chmod 500 top/a/b/c && chmod 0 top/a/b",
		    folder);
	assert_null(directory_remove(top));
	assert_int_equal(access(top, F_OK), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(directory_remove(top));
}

static void links_are_removed_and_not_followed(void **state)
{
	_cleanup_free_ char *top = below("top");

	(void)state;
	scratch_run("cd %s && mkdir top && ln -s ../outside top/link && ln -s nothing top/nowhere",
		    folder);
	assert_null(directory_remove(top));
	assert_outside_is_whole();
	scratch_run("cd %s && ln -s outside top", folder);
	assert_null(directory_remove(top));
	assert_outside_is_whole();
}

static void there_are_no_endless_levels(void **state)
{
	_cleanup_free_ char *top = below("top");

	(void)state;
	scratch_run(
		"cd %s && mkdir top && cd top && for i in $(seq 300); do mkdir d && cd -P d; done",
		folder);
	struct lp_error *error = directory_remove(top);

	assert_non_null(error);
	assert_non_null(strstr(error->message, "can't remove"));
	lp_error_free(error);
	scratch_run("rm -r %s/top", folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_below_is_removed),
		cmocka_unit_test(links_are_removed_and_not_followed),
		cmocka_unit_test(there_are_no_endless_levels),
	};

	return cmocka_run_group_tests_name("directories", tests, make_folder, remove_folder);
}
