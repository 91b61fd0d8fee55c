// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of a module of the target, as it is installed: plain or compressed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/target/target.h"
#include "tests/unit/scratch.h"

#define CONTENT "what a module has"

struct fixture {
	char directory[SCRATCH_PATH];
	char *work;
	struct target target;
};

/* Modules of a kernel in each form, one that is cut off, and one that only the list has. */
static int make(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	scratch_make(fixture->directory);
	scratch_run("cd %s && mkdir work kernel && cd kernel && "
		    "for m in plain xz zst gz cut none; do "
		    "echo kernel/a-$m.ko >>../modules.order; printf '" CONTENT
		    "' >a-$m.ko; done && "
		    "xz a-xz.ko && zstd -q --rm a-zst.ko && gzip a-gz.ko && xz a-cut.ko && "
		    "truncate -s -8 a-cut.ko.xz && rm a-none.ko",
		    fixture->directory);
	assert_null(text_format(&fixture->target.modules, "%s", fixture->directory));
	assert_null(text_format(&fixture->target.release, "6.12.0-test"));
	assert_null(text_format(&fixture->work, "%s/work", fixture->directory));
	*state = fixture;
	return 0;
}

static int take_away(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	free(fixture->target.modules);
	free(fixture->target.release);
	free(fixture->work);
	free(fixture);
	return 0;
}

static void every_form_is_found(void **state)
{
	static const char *const modules[] = {"a_plain", "a_xz", "a_zst", "a_gz"};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		_cleanup_free_ char *path = NULL;
		_cleanup_blob_ struct blob blob = {0};

		assert_null(target_module(&fixture->target, modules[i], fixture->work, &path));
		assert_null(file_read(path, 4096, &blob));
		assert_int_equal(blob.size, strlen(CONTENT));
		assert_memory_equal(blob.data, CONTENT, blob.size);
		/* Nothing is written into the target's own folder. */
		assert_int_equal(strstr(path, "/work/") != NULL, i != 0);
	}
}

static void assert_error(struct fixture *fixture, const char *module, enum lp_status status,
			 const char *part)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_error_ struct lp_error *error =
		target_module(&fixture->target, module, fixture->work, &path);

	assert_non_null(error);
	assert_int_equal(error->status, status);
	assert_non_null(strstr(error->message, part));
	assert_null(path);
}

static void what_is_not_there_is_an_error(void **state)
{
	assert_error(*state, "a_cut", LP_USAGE, "a-cut.ko.xz can't be unpacked");
	assert_error(*state, "a_none", LP_USAGE, "a-none.ko: No such file");
	assert_error(*state, "b", LP_NOTHING_TO_PATCH, "no module b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_form_is_found, make, take_away),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_an_error, make, take_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
