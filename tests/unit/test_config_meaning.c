// SPDX-License-Identifier: GPL-2.0-or-later
/* What lpatch-create says of a config that comes back changed: against lines of real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "create/target/config_meaning.h"

/* The meaning of lines with blanks between them, to be freed; `changes` has them in their order. */
static char *meaning(const char *lines, struct text_list *changes)
{
	char *text;

	assert_null(text_list_add_words(changes, lines));
	assert_null(config_meaning(changes, "gcc-12", &text));
	return text;
}

/* Of Debian's 6.1.192 and 6.12.117 with rt, and their source without the patches. */
static void rt_patches_are_missing(void **state)
{
	_cleanup_text_list_ struct text_list old = {0}, new = {0};
	_cleanup_free_ char *of_old =
		meaning("+CONFIG_PREEMPT_BUILD=y -CONFIG_HAVE_ATOMIC_CONSOLE=y "
			"-CONFIG_PREEMPT_RT=y",
			&old);
	_cleanup_free_ char *of_new =
		meaning("-CONFIG_PREEMPT_BUILD=y -CONFIG_DRM_I915=m -CONFIG_PREEMPT_LAZY=y", &new);

	(void)state;
	assert_non_null(strstr(of_old, "CONFIG_PREEMPT_RT: the source lacks the rt patches"));
	assert_null(strchr(of_old, '\n'));
	assert_string_equal(old.items[0], "-CONFIG_PREEMPT_RT=y");
	assert_string_equal(old.items[2], "+CONFIG_PREEMPT_BUILD=y");
	assert_non_null(strstr(of_new, "CONFIG_PREEMPT_LAZY: the source lacks the rt patches"));
	assert_string_equal(new.items[0], "-CONFIG_PREEMPT_LAZY=y");
}

/* A source that has more than the kernel does not lack them. */
static void rt_that_is_gained_is_not_missing(void **state)
{
	_cleanup_text_list_ struct text_list changes = {0};
	_cleanup_free_ char *text = meaning("+CONFIG_ARCH_SUPPORTS_RT=y", &changes);

	(void)state;
	assert_null(strstr(text, "rt patches"));
	assert_non_null(strstr(text, "lacks patches of the kernel's vendor"));
}

static void each_cause_is_said_once(void **state)
{
	_cleanup_text_list_ struct text_list changes = {0};
	_cleanup_free_ char *text = meaning("-CONFIG_GCC_VERSION=120200 +CONFIG_GCC_VERSION=140200 "
					    "-CONFIG_RUST=y -CONFIG_DEBUG_INFO_BTF=y "
					    "-CONFIG_DEBUG_INFO_BTF_MODULES=y",
					    &changes);

	(void)state;
	assert_string_equal(
		text, "CONFIG_GCC_VERSION: the compiler or binutils are not those that the kernel "
		      "was built with (gcc-12).\n"
		      "CONFIG_DEBUG_INFO_BTF: pahole (package dwarves) is missing, or of another "
		      "version.\n"
		      "CONFIG_RUST: the kernel was built with Rust, and its compiler is missing "
		      "here, or of another version.");
}

static void other_lines_mean_another_source(void **state)
{
	_cleanup_text_list_ struct text_list changes = {0};
	_cleanup_free_ char *text = meaning("-CONFIG_VENDOR_DRIVER=m", &changes);

	(void)state;
	assert_string_equal(text,
			    "The source is not the one that the kernel was built from: it is of "
			    "another version, or lacks patches of the kernel's vendor.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rt_patches_are_missing),
		cmocka_unit_test(rt_that_is_gained_is_not_missing),
		cmocka_unit_test(each_cause_is_said_once),
		cmocka_unit_test(other_lines_mean_another_source),
	};

	return cmocka_run_group_tests_name("config_meaning", tests, NULL, NULL);
}
