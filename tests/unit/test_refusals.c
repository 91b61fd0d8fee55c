// SPDX-License-Identifier: GPL-2.0-or-later
/* What lpatch-create says when objects are refused, or a program fails: each thing once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "create/base/program_output.h"
#include "create/base/refusals.h"
#include "create/proof/mismatch.h"

static void keep(struct refusals *refusals, enum lp_status status, const char *message,
		 const char *hint)
{
	struct lp_error *error = lp_error_new(status, "%s", message);

	if (hint)
		lp_error_hint(error, "%s", hint);
	assert_null(refusals_keep(refusals, error));
}

static void nothing_kept_is_no_error(void **state)
{
	(void)state;
	_cleanup_(refusals_clear) struct refusals refusals = {0};

	assert_null(refusals_keep(&refusals, NULL));
	assert_null(refusals_error(&refusals));
}

static void one_is_told_as_it_is(void **state)
{
	(void)state;
	_cleanup_(refusals_clear) struct refusals refusals = {0};

	keep(&refusals, LP_UNSAFE, "a.c can't be changed", "Leave it.");
	_cleanup_error_ struct lp_error *error = refusals_error(&refusals);

	assert_int_equal(error->status, LP_UNSAFE);
	assert_string_equal(error->message, "a.c can't be changed");
	assert_string_equal(error->hint, "Leave it.");
}

static void of_very_many_twenty_are_told(void **state)
{
	(void)state;
	_cleanup_(refusals_clear) struct refusals refusals = {0};

	for (int i = 0; i < 1000; i++)
		keep(&refusals, LP_UNSAFE, i ? "other.c can't be changed" : "first.c can't be",
		     "Leave it.");
	_cleanup_error_ struct lp_error *error = refusals_error(&refusals);
	size_t lines = 1;

	for (const char *at = error->message; (at = strchr(at, '\n')); at++)
		lines++;
	/* How many, twenty of them, the hint of them all, how many more. */
	assert_int_equal(lines, 1 + 20 + 1 + 1);
	assert_non_null(strstr(error->message, "1000 objects are refused:\nfirst.c"));
	assert_non_null(strstr(error->message, "\n  Leave it.\nand 980 more"));
}

static void several_are_grouped_and_share_a_hint(void **state)
{
	(void)state;
	_cleanup_(refusals_clear) struct refusals refusals = {0};

	keep(&refusals, LP_UNSAFE, "a.c:\nx; y", NULL);
	keep(&refusals, LP_NOT_PROVEN, "b.o:\nf differs", "Take the other compiler.");
	keep(&refusals, LP_NOT_PROVEN, "c.o:\ng differs", "Take the other compiler.");
	_cleanup_error_ struct lp_error *error = refusals_error(&refusals);

	assert_int_equal(error->status, LP_NOT_PROVEN);
	assert_string_equal(error->message, "3 objects are refused:\na.c:\n  x; y\n"
					    "b.o:\n  f differs\nc.o:\n  g differs\n"
					    "  Take the other compiler.");
	assert_null(error->hint);
}

static void what_is_about_the_whole_run_ends_it(void **state)
{
	(void)state;
	_cleanup_(refusals_clear) struct refusals refusals = {0};
	struct lp_error *error = lp_error_new(LP_BUILD_FAILED, "no compiler");

	assert_ptr_equal(refusals_keep(&refusals, error), error);
	assert_int_equal(refusals.count, 0);
	lp_error_free(error);
}

/* The output of programs ------------------------------------------------------ */

static void assert_shown(const char *said, const char *expected)
{
	_cleanup_free_ char *shown = NULL;

	assert_null(program_output_shown(said, "/cache/source", &shown));
	assert_string_equal(shown, expected);
}

static void of_make_the_failing_command_is_shown(void **state)
{
	(void)state;
	assert_shown("  CALL    /cache/source/scripts/checksyscalls.sh\n"
		     "  CC [M]  fs/a.o\n"
		     "/cache/source/fs/a.c:1:2: error: what\n"
		     "    1 | oops\n"
		     "make[2]: *** [/cache/source/scripts/Makefile.build:255: fs/a.o] Error 1\n"
		     "make[2]: *** Waiting for unfinished jobs....\n"
		     "  CC      fs/b.o\n"
		     "/cache/source/fs/b.c:7:1: warning: later\n"
		     "make: *** [Makefile:250: __sub-make] Error 2\n",
		     "fs/a.c:1:2: error: what\n    1 | oops");
}

static void of_other_programs_all_is_shown(void **state)
{
	(void)state;
	assert_shown("tar: no such file\ntar: giving up\n", "tar: no such file\ntar: giving up");
	assert_shown("", "");
}

static void what_make_alone_says_is_shown(void **state)
{
	(void)state;
	assert_shown("make: *** [Makefile:1: all] Error 127\n",
		     "make: *** [Makefile:1: all] Error 127");
}

/* Likely causes ---------------------------------------------------------------- */

#define COMPILER "(Debian 12.2.0-14+deb12u1) 12.2.0"
#define BANNER                                                                         \
	"Linux version 6.1.0-56-amd64 (who@where) (gcc-12 " COMPILER ", GNU ld 2.40) " \
	"#1 SMP Debian 6.1.192-2 (2026-07-01)"
#define CONFIG   "CONFIG_X=y\nCONFIG_CC_VERSION_TEXT=\"gcc-12 " COMPILER "\"\n"
#define MAKEFILE "# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n"

static void assert_cause(const char *compiler, const char *config, const char *makefile,
			 const char *expected)
{
	_cleanup_free_ char *cause = NULL;

	assert_null(mismatch_cause(BANNER, compiler, config, makefile, &cause));
	if (!strstr(cause, expected))
		fail_msg("\"%s\" is not in \"%s\"", expected, cause);
}

static void another_compiler_is_named(void **state)
{
	(void)state;
	assert_cause("GCC: (Debian 13.1.0-1) 13.1.0", CONFIG, MAKEFILE,
		     "here it is (Debian 13.1.0-1) 13.1.0, and the kernel was built with "
		     "gcc-12 " COMPILER);
}

static void source_of_another_version_is_named(void **state)
{
	(void)state;
	assert_cause("GCC: " COMPILER, CONFIG, "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\n",
		     "it is 6.1.176, and the kernel is 6.1.192");
	assert_cause("GCC: " COMPILER, CONFIG, "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n",
		     "it is 6.12.3, and the kernel says \"Linux version 6.1.0");
}

static void a_config_of_another_build_is_named(void **state)
{
	(void)state;
	assert_cause("GCC: " COMPILER, "A=y\nCONFIG_CC_VERSION_TEXT=\"gcc-11 (X) 11.1\"\n",
		     MAKEFILE, "it was made for gcc-11 (X) 11.1");
}

static void where_all_agree_patches_are_left(void **state)
{
	(void)state;
	assert_cause("GCC: " COMPILER, CONFIG, MAKEFILE, "are those that the kernel names");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_kept_is_no_error),
		cmocka_unit_test(one_is_told_as_it_is),
		cmocka_unit_test(of_very_many_twenty_are_told),
		cmocka_unit_test(several_are_grouped_and_share_a_hint),
		cmocka_unit_test(what_is_about_the_whole_run_ends_it),
		cmocka_unit_test(of_make_the_failing_command_is_shown),
		cmocka_unit_test(of_other_programs_all_is_shown),
		cmocka_unit_test(what_make_alone_says_is_shown),
		cmocka_unit_test(another_compiler_is_named),
		cmocka_unit_test(source_of_another_version_is_named),
		cmocka_unit_test(a_config_of_another_build_is_named),
		cmocka_unit_test(where_all_agree_patches_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
