// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the core's prototypes of kernel functions match the kernel's BTF: with a
 * kernel made here, and with a real one that LPATCH_TEST_KERNEL=FILE names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/core/prototypes.h"
#include "tests/unit/scratch.h"

#define TYPES "struct task; struct other; typedef unsigned long word; enum kind { A, B };\n"

/* The kernel made here. */
#define KERNEL                                                                                   \
	TYPES "int save(struct task *t, word *store, unsigned int size) { return t && store && " \
	      "size; }\n"                                                                        \
	      "_Bool call(int (*look)(struct task *, void *), enum kind k, const char *name)\n"  \
	      "{ return look(0, 0) && k && *name; }\n"                                           \
	      "void nothing(void) {}\n"                                                          \
	      "typedef void (*btf_trace_switch)(void *, _Bool, struct task *);\n"                \
	      "btf_trace_switch use_it;\n"

struct fixture {
	char directory[SCRATCH_PATH];
	char *object;
	struct kernel_image *kernel;
};

static char *compile(const struct fixture *fixture, const char *name, const char *text)
{
	return scratch_compile(fixture->directory, name, "-g -O1", text);
}

static int make_kernel(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	_cleanup_free_ char *object = NULL, *path = NULL;

	scratch_make(fixture->directory);
	object = compile(fixture, "kernel", KERNEL);
	assert_null(text_format(&path, "%s/vmlinux", fixture->directory));
	scratch_run("gcc -nostdlib -static -no-pie -Wl,-e,nothing -o %s %s && pahole -J %s", path,
		    object, path);
	assert_null(kernel_image_open(path, &fixture->kernel));
	*state = fixture;
	return 0;
}

static int remove_kernel(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	kernel_image_free(fixture->kernel);
	free(fixture->object);
	free(fixture);
	return 0;
}

static struct lp_error *check(struct fixture *fixture, const char *text, size_t *compared)
{
	free(fixture->object);
	fixture->object = compile(fixture, "core", text);
	return prototypes_check(fixture->object, fixture->kernel, compared);
}

static void assert_refused(void **state, const char *text, const char *message)
{
	size_t compared;
	_cleanup_error_ struct lp_error *error = check(*state, text, &compared);

	assert_non_null(error);
	assert_int_equal(error->status, LP_UNSAFE);
	assert_string_equal(error->message, message);
}

static void the_same_is_taken(void **state)
{
	size_t compared;

	assert_null(check(*state,
			  TYPES "int (*lpatch_prototype_save)(struct task *, word *, unsigned);\n"
				"typedef int look(struct task *, void *);\n"
				"_Bool (*lpatch_prototype_call)(look *, enum kind, char *);\n"
				"void (*lpatch_prototype_nothing)(void);\n"
				"void (*lpatch_prototype_btf_trace_switch)(void *, _Bool, "
				"struct task *);\n",
			  &compared));
	assert_int_equal(compared, 4);
}

static void what_the_kernel_does_not_tell_is_not_compared(void **state)
{
	size_t compared;

	assert_null(check(*state, "int (*lpatch_prototype_missing)(int);\nint (*other)(long);\n",
			  &compared));
	assert_int_equal(compared, 0);
}

static void another_number_of_arguments_is_refused(void **state)
{
	assert_refused(state, TYPES "int (*lpatch_prototype_save)(struct task *, word *);\n",
		       "lpatch's core declares save as int (struct task *, unsigned long *), and "
		       "in the kernel it is int (struct task *, unsigned long *, unsigned int)");
}

static void another_size_is_refused(void **state)
{
	assert_refused(
		state, TYPES "int (*lpatch_prototype_save)(struct task *, word *, long);\n",
		"lpatch's core declares save as int (struct task *, unsigned long *, long), and in "
		"the kernel it is int (struct task *, unsigned long *, unsigned int)");
}

static void a_pointer_to_another_struct_is_refused(void **state)
{
	assert_refused(state,
		       TYPES "_Bool (*lpatch_prototype_call)(int (*)(struct other *, void *), "
			     "enum kind, char *);\n",
		       "lpatch's core declares call as bool (int (*)(struct other *, void *), enum "
		       "kind, char *), and in the kernel it is bool (int (*)(struct task *, void "
		       "*), enum kind, char *)");
}

static void another_value_is_refused(void **state)
{
	assert_refused(state, "int (*lpatch_prototype_nothing)(void);\n",
		       "lpatch's core declares nothing as int (void), and in the kernel it is void "
		       "(void)");
}

static void another_probe_is_refused(void **state)
{
	assert_refused(state, TYPES "void (*lpatch_prototype_btf_trace_switch)(void *, _Bool);\n",
		       "lpatch's core declares btf_trace_switch as void (void *, bool), and in the "
		       "kernel it is void (void *, bool, struct task *)");
}

/* Linux 6.1. */
static void a_real_kernel_tells(void **state)
{
	struct fixture *fixture = *state;
	const char *path = getenv("LPATCH_TEST_KERNEL");
	size_t compared;

	if (!path)
		skip();
	kernel_image_free(fixture->kernel);
	assert_null(kernel_image_open(path, &fixture->kernel));
	assert_null(
		check(fixture,
		      "struct task_struct; struct module; struct pt_regs;\n"
		      "struct task_struct *(*lpatch_prototype_idle_task)(int);\n"
		      "struct module *(*lpatch_prototype_find_module)(const char *);\n"
		      "long (*lpatch_prototype___x64_sys_init_module)(const struct pt_regs *);\n"
		      "void (*lpatch_prototype_btf_trace_sched_switch)(void *, _Bool, struct "
		      "task_struct *, struct task_struct *, unsigned int);\n",
		      &compared));
	assert_int_equal(compared, 4);
	assert_refused(state,
		       "struct task_struct; void (*lpatch_prototype_btf_trace_sched_switch)(void "
		       "*, _Bool, struct task_struct *);\n",
		       "lpatch's core declares btf_trace_sched_switch as void (void *, bool, "
		       "struct task_struct *), and in the kernel it is void (void *, bool, struct "
		       "task_struct *, struct task_struct *, unsigned int)");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_kernel, remove_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_taken),
		TEST(what_the_kernel_does_not_tell_is_not_compared),
		TEST(another_number_of_arguments_is_refused),
		TEST(another_size_is_refused),
		TEST(a_pointer_to_another_struct_is_refused),
		TEST(another_value_is_refused),
		TEST(another_probe_is_refused),
		TEST(a_real_kernel_tells),
	};

	return cmocka_run_group_tests_name("prototypes", tests, NULL, NULL);
}
