// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which series lpatch was tested on, and which functions of a kernel are not those that the core
 * was written for: against kernels made here. tests/cli/untried.sh has real ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/core/core_calls.h"
#include "create/core/tested.h"
#include "tests/unit/scratch.h"

static void a_series_is_the_first_two_numbers(void **state)
{
	_cleanup_free_ char *long_one = NULL, *short_one = NULL, *none = NULL, *names = NULL;

	(void)state;
	assert_null(tested_series_of("6.12.117+deb12-amd64", &long_one));
	assert_string_equal(long_one, "6.12");
	assert_null(tested_series_of("7.3", &short_one));
	assert_string_equal(short_one, "7.3");
	assert_null(tested_series_of("next", &none));
	assert_string_equal(none, "next");
	assert_non_null(tested_find("6.1.0-56-amd64"));
	assert_non_null(tested_find("6.12.117+deb12-amd64"));
	assert_null(tested_find("6.16.12+deb13-amd64"));
	assert_null(tested_find("6"));
	assert_null(tested_find(""));
	assert_null(tested_names(&names));
	assert_string_equal(names, "6.1, 6.12");
}

#define TYPES                                                                                   \
	"typedef unsigned int u32; struct task_struct { int pid; }; struct module { int used; " \
	"};\n"                                                                                  \
	"typedef void (*btf_trace_sched_switch)(void *, _Bool, struct task_struct *,\n"         \
	"	struct task_struct *, u32);\nbtf_trace_sched_switch probe;\n"

/* What differs in a kernel of that source and release, to be freed. */
static char *differing(const char *source, const char *release, size_t *compared)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_free_ char *object = NULL, *path = NULL;
	char directory[SCRATCH_PATH], *text;
	struct kernel_image *kernel;

	scratch_make(directory);
	object = scratch_compile(directory, "kernel", "-g -O1", source);
	assert_null(text_format(&path, "%s/vmlinux", directory));
	scratch_run("gcc -nostdlib -static -no-pie -Wl,-e,start -o %s %s && pahole -J %s", path,
		    object, path);
	assert_null(kernel_image_open(path, &kernel));
	assert_null(core_calls_types(kernel, release, &list, compared));
	assert_null(text_list_join(&list, "\n", &text));
	kernel_image_free(kernel);
	scratch_remove(directory);
	return text;
}

static void the_same_types_are_taken(void **state)
{
	size_t compared;
	_cleanup_free_ char *text = differing(
		TYPES
		"struct task_struct *idle_task(int cpu) { return (void *)(long)cpu; }\n"
		"const struct module *find_module(const char *name) { return (void *)name; }\n"
		"void start(void) {}\n",
		"6.1.0", &compared);

	(void)state;
	assert_string_equal(text, "");
	assert_int_equal(compared, 3);
}

static void all_that_differ_are_listed(void **state)
{
	size_t compared;
	_cleanup_free_ char *text =
		differing(TYPES "struct task_struct *idle_task(long cpu) { return (void *)cpu; }\n"
				"struct module *find_module(const char *name, int length)\n"
				"{ return (void *)(name + length); }\nvoid start(void) {}\n",
			  "6.1.0", &compared);

	(void)state;
	assert_int_equal(compared, 3);
	assert_string_equal(
		text, "find_module is struct module * (char *, int), and the core expects struct "
		      "module * (char *)\n"
		      "idle_task is struct task_struct * (long), and the core expects struct "
		      "task_struct * (int)");
}

/* The core has another probe for older kernels (core-module/switch_probe.h). */
static void the_version_says_which_type_is_expected(void **state)
{
	size_t compared;
	_cleanup_free_ char *text = differing(TYPES "void start(void) {}\n", "5.17.3", &compared);

	(void)state;
	assert_int_equal(compared, 1);
	assert_string_equal(
		text, "btf_trace_sched_switch is void (void *, bool, struct task_struct *, "
		      "struct task_struct *, unsigned int), and the core expects void (void *, "
		      "bool, struct task_struct *, struct task_struct *)");
}

static void exports_that_are_needed_must_be_there(void **state)
{
	_cleanup_text_list_ struct text_list all = {0}, with_cpus = {0};
	_cleanup_exports_ struct exports *exports = NULL;
	_cleanup_free_ char *path = NULL;
	char directory[SCRATCH_PATH];
	static const char symvers[] = "0x1\tvmap\tvmlinux\tEXPORT_SYMBOL\t\n";

	(void)state;
	scratch_make(directory);
	assert_null(text_format(&path, "%s/Module.symvers", directory));
	assert_null(file_write(path, symvers, strlen(symvers)));
	assert_null(exports_read(path, &exports));
	assert_null(core_calls_exports(exports, "CONFIG_SMP=y\n", &all));
	assert_false(text_list_contains(&all, "vmap"));
	assert_true(text_list_contains(&all, "vunmap"));
	assert_false(text_list_contains(&all, "idle_task"));
	assert_false(text_list_contains(&all, "cpus_read_lock"));
	assert_null(core_calls_exports(exports, "CONFIG_HOTPLUG_CPU=y\n", &with_cpus));
	assert_true(text_list_contains(&with_cpus, "cpus_read_lock"));
	scratch_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_series_is_the_first_two_numbers),
		cmocka_unit_test(the_same_types_are_taken),
		cmocka_unit_test(all_that_differ_are_listed),
		cmocka_unit_test(the_version_says_which_type_is_expected),
		cmocka_unit_test(exports_that_are_needed_must_be_there),
	};

	return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
