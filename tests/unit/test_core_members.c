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

/* What is printed for a kernel of that source, to be freed. */
static char *print(const char *source, const char *encode)
{
	char directory[SCRATCH_PATH], *printed = NULL;
	_cleanup_free_ char *object = NULL, *path = NULL;
	struct kernel_image *kernel;
	size_t size;

	scratch_make(directory);
	object = scratch_compile(directory, "kernel", "-g -O1", source);
	assert_null(text_format(&path, "%s/vmlinux", directory));
	scratch_run("gcc -nostdlib -static -no-pie -Wl,-e,start -o %s %s && %s %s", path, object,
		    encode, path);
	assert_null(kernel_image_open(path, &kernel));
	FILE *out = open_memstream(&printed, &size);

	assert_non_null(out);
	assert_null(core_members_print(out, kernel));
	assert_int_equal(fclose(out), 0);
	kernel_image_free(kernel);
	scratch_remove(directory);
	return printed;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_have_offsets),
		cmocka_unit_test(a_member_of_another_type_is_none),
		cmocka_unit_test(a_kernel_without_btf_has_none),
	};

	return cmocka_run_group_tests_name("core_members", tests, NULL, NULL);
}
