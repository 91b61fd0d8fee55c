// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the core is told of the members of structs that no header of the kernel declares: against
 * kernels made here.
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
#include "create/core/core_members.h"
#include "tests/unit/scratch.h"

#define LINUX_6_9                                                      \
	"struct list_head { struct list_head *next, *prev; };\n"       \
	"typedef struct raw_spinlock { int value; } raw_spinlock_t;\n" \
	"struct task_struct { long state; struct list_head rcu_tasks_exit_list; } task;\n"

#define LISTED                                                                \
	"struct rcu_tasks_percpu { long callbacks[5]; raw_spinlock_t lock;\n" \
	"	struct list_head rtp_exit_list; };\n"                               \
	"struct rcu_tasks { long state; struct task_struct *kthread_ptr;\n"   \
	"	struct rcu_tasks_percpu *rtpcpu; } rcu_tasks;\n"

/* Makes a kernel of that source. */
static struct kernel_image *make_kernel(const char *source, const char *encode)
{
	char directory[SCRATCH_PATH];
	_cleanup_free_ char *object = NULL, *path = NULL;
	struct kernel_image *kernel;

	scratch_make(directory);
	object = scratch_compile(directory, "kernel", "-g -O1", source);
	assert_null(text_format(&path, "%s/vmlinux", directory));
	scratch_run("gcc -nostdlib -static -no-pie -Wl,-e,start -o %s %s && %s %s", path, object,
		    encode, path);
	assert_null(kernel_image_open(path, &kernel));
	scratch_remove(directory);
	return kernel;
}

/* What is printed for it, to be freed. */
static char *print(const char *source, const char *encode)
{
	struct kernel_image *kernel = make_kernel(source, encode);
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	assert_non_null(out);
	assert_null(core_members_print(out, kernel));
	assert_int_equal(fclose(out), 0);
	kernel_image_free(kernel);
	return printed;
}

/* What a kernel of that source lacks, to be freed. */
static char *missing(const char *source, const char *encode, const char *config)
{
	_cleanup_text_list_ struct text_list list = {0};
	struct kernel_image *kernel = make_kernel(source, encode);
	char *text;

	assert_null(core_members_missing(kernel, config, &list));
	assert_null(text_list_join(&list, "\n", &text));
	kernel_image_free(kernel);
	return text;
}

static void members_have_offsets(void **state)
{
	_cleanup_free_ char *printed = print(LINUX_6_9 LISTED "void start(void) {}\n", "pahole -J");

	(void)state;
	assert_string_equal(printed, "#define LPATCH_HAVE_rcu_tasks__rtpcpu 1\n"
				     "#define LPATCH_OFFSET_rcu_tasks__rtpcpu 16\n"
				     "#define LPATCH_HAVE_rcu_tasks__kthread_ptr 1\n"
				     "#define LPATCH_OFFSET_rcu_tasks__kthread_ptr 8\n"
				     "#define LPATCH_HAVE_rcu_tasks_percpu__lock 1\n"
				     "#define LPATCH_OFFSET_rcu_tasks_percpu__lock 40\n"
				     "#define LPATCH_HAVE_rcu_tasks_percpu__rtp_exit_list 1\n"
				     "#define LPATCH_OFFSET_rcu_tasks_percpu__rtp_exit_list 48\n"
				     "#define LPATCH_HAVE_task_struct__rcu_tasks_exit_list 1\n"
				     "#define LPATCH_OFFSET_task_struct__rcu_tasks_exit_list 8\n");
}

/* As in Linux 6.1, and with another type of lock. */
static void a_member_of_another_type_is_none(void **state)
{
	_cleanup_free_ char *printed =
		print(LINUX_6_9 "struct rcu_tasks_percpu { struct list_head lock; };\n"
				"struct rcu_tasks { struct task_struct **kthread_ptr;\n"
				"	struct rcu_tasks_percpu rtpcpu; } rcu_tasks;\n"
				"void start(void) {}\n",
		      "pahole -J");

	(void)state;
	assert_string_equal(printed, "#define LPATCH_HAVE_rcu_tasks__rtpcpu 0\n"
				     "#define LPATCH_HAVE_rcu_tasks__kthread_ptr 0\n"
				     "#define LPATCH_HAVE_rcu_tasks_percpu__lock 0\n"
				     "#define LPATCH_HAVE_rcu_tasks_percpu__rtp_exit_list 0\n"
				     "#define LPATCH_HAVE_task_struct__rcu_tasks_exit_list 1\n"
				     "#define LPATCH_OFFSET_task_struct__rcu_tasks_exit_list 8\n");
}

static void a_kernel_without_btf_has_none(void **state)
{
	_cleanup_free_ char *printed = print(LINUX_6_9 LISTED "void start(void) {}\n", "test -e");

	(void)state;
	assert_null(strstr(printed, " 1\n"));
	assert_null(strstr(printed, "OFFSET"));
}

#define TASKS_RCU "CONFIG_TASKS_RCU=y\n"

static void a_kernel_that_lists_tasks_needs_all(void **state)
{
	_cleanup_free_ char *none =
		missing(LINUX_6_9 LISTED "void start(void) {}\n", "pahole -J", TASKS_RCU);
	_cleanup_free_ char *two = missing(
		LINUX_6_9
		"struct rcu_tasks_percpu { long callbacks[5]; raw_spinlock_t lock;\n"
		"	struct task_struct *rtp_exit_list; };\n"
		"struct rcu_tasks { struct task_struct *kthread_ptr;\n"
		"	struct rcu_tasks_percpu *percpu; } rcu_tasks;\nvoid start(void) {}\n",
		"pahole -J", TASKS_RCU);

	(void)state;
	assert_string_equal(none, "");
	assert_string_equal(two, "rcu_tasks.rtpcpu of the type struct rcu_tasks_percpu *\n"
				 "rcu_tasks_percpu.rtp_exit_list of the type struct list_head");
}

static void without_btf_they_are_not_known(void **state)
{
	_cleanup_free_ char *text =
		missing(LINUX_6_9 LISTED "void start(void) {}\n", "test -e", TASKS_RCU);

	(void)state;
	assert_non_null(strstr(text, "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)"));
}

/* Linux 6.1; and a kernel that neither lists nor counts, which the core itself refuses. */
static void others_need_none(void **state)
{
	_cleanup_free_ char *counts = missing(LINUX_6_9 "int tasks_rcu_exit_srcu = 1;\n"
							"void start(void) {}\n",
					      "test -e", TASKS_RCU);
	_cleanup_free_ char *neither =
		missing(LINUX_6_9 "void start(void) {}\n", "test -e", "CONFIG_SMP=y\n");

	(void)state;
	assert_string_equal(counts, "");
	assert_string_equal(neither, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_have_offsets),
		cmocka_unit_test(a_member_of_another_type_is_none),
		cmocka_unit_test(a_kernel_without_btf_has_none),
		cmocka_unit_test(a_kernel_that_lists_tasks_needs_all),
		cmocka_unit_test(without_btf_they_are_not_known),
		cmocka_unit_test(others_need_none),
	};

	return cmocka_run_group_tests_name("core_members", tests, NULL, NULL);
}
