// SPDX-License-Identifier: GPL-2.0-or-later
/* Types whose layout changes: what is said, and what the kernel's BTF has to do with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/file.h"
#include "create/layout.h"

/* Uses every type, so that the debugging information has it. */
#define USERS                                                           \
	"struct outer { int first; struct inner member[2]; };\n"        \
	"struct outer outer;\n"                                         \
	"static struct inner inner[3];\n"                               \
	"void *alloc(unsigned long);\n"                                 \
	"void fill(struct inner *);\n"                                  \
	"void on_stack(void) { struct inner local; fill(&local); }\n"   \
	"void *on_heap(void) { return alloc(sizeof(struct inner)); }\n" \
	"void *use(void) { return inner; }\n"

#define OLD   "struct inner { int a; long b; };\n"
#define NEW   "struct inner { int a; long added; long b; };\n"
#define THIRD "struct inner { int a; long b; long c[7]; };\n"

/* A folder with the sources, the objects and the kernel that tests make. */
struct fixture {
	char directory[32];
	char *original, *patched, *source;
	struct kernel_image *kernel;
	struct text_list told;
};

static void run(const char *format, ...)
{
	_cleanup_free_ char *command = NULL;
	va_list arguments;

	va_start(arguments, format);
	assert_true(vasprintf(&command, format, arguments) > 0);
	va_end(arguments);
	assert_int_equal(system(command), 0);
}

/* Compiles the text to DIRECTORY/NAME.o, and returns that path, to be freed. */
static char *compile(const struct fixture *fixture, const char *name, const char *text)
{
	_cleanup_free_ char *source = NULL;
	char *object;

	assert_true(asprintf(&source, "%s/%s.c", fixture->directory, name) > 0);
	assert_true(asprintf(&object, "%s/%s.o", fixture->directory, name) > 0);
	assert_null(file_write(source, text, strlen(text)));
	run("gcc -g -O1 -c -o %s %s", object, source);
	return object;
}

static int make_objects(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->directory, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	fixture->original = compile(fixture, "original", OLD USERS);
	fixture->patched = compile(fixture, "patched", NEW USERS);
	assert_true(asprintf(&fixture->source, "%s/original.c", fixture->directory) > 0);
	*state = fixture;
	return 0;
}

static int remove_objects(void **state)
{
	struct fixture *fixture = *state;

	run("rm -rf %s", fixture->directory);
	kernel_image_free(fixture->kernel);
	text_list_clear(&fixture->told);
	free(fixture->original);
	free(fixture->patched);
	free(fixture->source);
	free(fixture);
	return 0;
}

/* A kernel whose types are those of the text; without BTF if `btf` is false. */
static void make_kernel(struct fixture *fixture, const char *text, bool btf)
{
	_cleanup_free_ char *object = compile(fixture, "kernel", text), *path = NULL;

	assert_true(asprintf(&path, "%s/vmlinux", fixture->directory) > 0);
	run("gcc -nostdlib -static -no-pie -Wl,-e,use -Wl,--unresolved-symbols=ignore-all "
	    "-o %s %s",
	    path, object);
	if (btf)
		run("pahole -J %s", path);
	assert_null(kernel_image_open(path, &fixture->kernel));
}

static void compare(struct fixture *fixture, const struct text_list *allowed,
		    struct layout_result *result)
{
	static const struct text_list nothing = {0};
	const struct layout_job job = {
		.original = fixture->original,
		.patched = fixture->patched,
		.source = fixture->source,
		.kernel = fixture->kernel,
		.allowed = allowed ?: &nothing,
		.told = &fixture->told,
	};

	assert_null(layout_compare(&job, result));
}

static void assert_told(const struct layout_result *result, const char *expected)
{
	for (size_t i = 0; i < result->differences.count; i++) {
		if (strstr(result->differences.items[i], expected))
			return;
	}
	fail_msg("no difference has \"%s\"; the first: %s", expected,
		 result->differences.count ? result->differences.items[0] : "");
}

static void a_type_of_the_kernel_is_told_with_members_and_places(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	make_kernel(*state, OLD USERS, true);
	compare(*state, NULL, &result);
	assert_int_equal(result.differences.count, 2);
	assert_told(&result, "struct inner had 16 bytes and has 24:\n"
			     "  added is new, at byte 8\n"
			     "  b was at byte 8 and is at byte 16\n"
			     "  variables of that type: inner\n"
			     "  on the stack of: on_stack\n"
			     "  member of: struct outer\n"
			     "  allocated by its size, or measured, in line: 8");
	assert_told(&result, "struct outer had 40 bytes and has 56:\n");
}

static void what_was_told_is_not_told_again(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result first, second;

	make_kernel(*state, OLD USERS, true);
	compare(*state, NULL, &first);
	compare(*state, NULL, &second);
	assert_told(&second, "struct inner had 16 bytes and has 24, as above\n  variables");
}

static void a_type_that_the_kernel_does_not_have_may_change(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	make_kernel(*state, "int use(int x) { return x; }\n", true);
	compare(*state, NULL, &result);
	assert_int_equal(result.differences.count, 0);
	assert_int_equal(result.overridden.count, 0);
}

static void without_btf_it_may_not(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	make_kernel(*state, "int use(int x) { return x; }\n", false);
	compare(*state, NULL, &result);
	assert_int_equal(result.differences.count, 2);
}

static void a_third_layout_is_told(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	make_kernel(*state, THIRD USERS, true);
	compare(*state, NULL, &result);
	assert_told(&result, "the running kernel lays it out in a third way, in 72 bytes");
}

static void what_is_allowed_is_noted(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;
	char *items[] = {"inner", "struct outer"};
	const struct text_list allowed = {.items = items, .count = 2};

	make_kernel(*state, OLD USERS, true);
	compare(*state, &allowed, &result);
	assert_int_equal(result.differences.count, 0);
	assert_int_equal(result.overridden.count, 2);
	assert_string_equal(result.overridden.items[0], "struct inner");
	assert_string_equal(result.overridden.items[1], "struct outer");
}

/* Compares two versions of an enum of the kernel. */
static void compare_enums(struct fixture *fixture, const char *old, const char *new,
			  struct layout_result *result)
{
	static const char user[] = "enum state state; int use(int x) { return x; }\n";
	_cleanup_free_ char *before = NULL, *now = NULL;

	assert_true(asprintf(&before, "enum state { %s };\n%s", old, user) > 0);
	assert_true(asprintf(&now, "enum state { %s };\n%s", new, user) > 0);
	free(compile(fixture, "original", before));
	free(compile(fixture, "patched", now));
	make_kernel(fixture, before, true);
	compare(fixture, NULL, result);
}

static void values_that_were_numbered_anew_are_told(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	compare_enums(*state, "IDLE, BUSY", "IDLE, NEW, BUSY", &result);
	assert_int_equal(result.differences.count, 1);
	assert_told(&result, "enum state");
	assert_told(&result, "BUSY was at 1 and is at 2");
}

static void one_more_value_at_the_end_is_fine(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	compare_enums(*state, "IDLE, BUSY", "IDLE, BUSY, NEW", &result);
	assert_int_equal(result.differences.count, 0);
}

static void a_value_that_is_gone_is_told(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result result;

	compare_enums(*state, "IDLE, BUSY", "IDLE", &result);
	assert_told(&result, "BUSY is gone");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_objects, remove_objects)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_type_of_the_kernel_is_told_with_members_and_places),
		TEST(what_was_told_is_not_told_again),
		TEST(a_type_that_the_kernel_does_not_have_may_change),
		TEST(without_btf_it_may_not),
		TEST(a_third_layout_is_told),
		TEST(what_is_allowed_is_noted),
		TEST(values_that_were_numbered_anew_are_told),
		TEST(one_more_value_at_the_end_is_fine),
		TEST(a_value_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
