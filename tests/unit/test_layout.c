// SPDX-License-Identifier: GPL-2.0-or-later
/* Types whose layout changes: the messages, and the role of the kernel's BTF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/file.h"
#include "create/c_text/source_scan.h"
#include "create/layout/layout.h"
#include "tests/unit/scratch.h"

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
	char directory[SCRATCH_PATH];
	char *original, *patched;
	struct source_scan scan;
	struct text_list changed;
	struct kernel_image *kernel;
	struct layout_described described;
};

static char *compile(const struct fixture *fixture, const char *name, const char *text)
{
	return scratch_compile(fixture->directory, name, "-g -O1", text);
}

static int make_objects(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	scratch_make(fixture->directory);
	fixture->original = compile(fixture, "original", OLD USERS);
	fixture->patched = compile(fixture, "patched", NEW USERS);
	fixture->scan = (struct source_scan){.top = fixture->directory, .jobs = 2};
	assert_null(text_list_add(&fixture->scan.files, "original.c"));
	assert_null(text_list_add(&fixture->changed, "original.c"));
	*state = fixture;
	return 0;
}

static int remove_objects(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	kernel_image_free(fixture->kernel);
	layout_described_clear(&fixture->described);
	text_list_clear(&fixture->changed);
	source_scan_clear(&fixture->scan);
	free(fixture->original);
	free(fixture->patched);
	free(fixture);
	return 0;
}

/* A kernel whose types are those of the text; without BTF if `btf` is false. */
static void make_kernel(struct fixture *fixture, const char *text, bool btf)
{
	_cleanup_free_ char *object = compile(fixture, "kernel", text), *path = NULL;

	assert_true(asprintf(&path, "%s/vmlinux", fixture->directory) > 0);
	scratch_run("gcc -nostdlib -static -no-pie -Wl,-e,use -Wl,--unresolved-symbols=ignore-all "
		    "-o %s %s",
		    path, object);
	if (btf)
		scratch_run("pahole -J %s", path);
	assert_null(kernel_image_open(path, &fixture->kernel));
}

static void compare(struct fixture *fixture, const struct text_list *allowed,
		    struct layout_result *result)
{
	static const struct text_list nothing = {0};
	const struct layout_job job = {
		.original = fixture->original,
		.patched = fixture->patched,
		.scan = &fixture->scan,
		.changed = &fixture->changed,
		.kernel = fixture->kernel,
		.allowed = allowed ?: &nothing,
		.described = &fixture->described,
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
			     "  allocated in: original.c:8 (alloc)\n"
			     "  variables: original.c:4 (inner)\n"
			     "  on the stack: original.c:7 (local)\n"
			     "  member of: struct outer, original.c:2");
	assert_told(&result, "struct outer had 40 bytes and has 56:\n");
}

static void what_was_told_is_not_told_again(void **state)
{
	_cleanup_(layout_result_clear) struct layout_result first, second;

	make_kernel(*state, OLD USERS, true);
	compare(*state, NULL, &first);
	compare(*state, NULL, &second);
	assert_told(&second, "struct inner had 16 bytes and has 24, as above");
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
	assert_told(&result, "the running kernel has a third layout, of 72 bytes");
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

/* Each row: members of struct t before and after, and the message. */
static const struct judged {
	const char *old, *new;
	const char *told;
	const char *option; /* what allows it, as it is proposed; NULL if only the type can be */
} judged[] = {
	/* Holes. */
	{"char a; int b;", "char a; char n; int b;",
	 "struct t of 8 bytes is laid out differently; no member moves:\n"
	 "  n is new, at byte 1, in a hole: bytes 1 to 3",
	 "t.n"},
	{"long a; char b;", "long a; char b; char n;",
	 "no member moves:\n  n is new, at byte 9, in a hole: bytes 9 to 15", "t.n"},
	{"unsigned a : 3, b : 2; int c;", "unsigned a : 3, b : 2, n : 1; int c;",
	 "no member moves:\n"
	 "  n is new, at bit 5 of byte 0, in a hole: bit 5 of byte 0 to bit 7 of byte 3",
	 "t.n"},
	{"struct { char a; int b; };", "struct { char a; char n; int b; };",
	 "no member moves:\n  n is new, at byte 1, in a hole: bytes 1 to 3", "t.n"},
	{"struct { char a; int b; } x; int c;", "struct { char a; char n; int b; } x; int c;",
	 "no member moves:\n  x.n is new, at byte 1, in a hole: bytes 1 to 3", "t.x.n"},
	{"struct { char a; int b; } x[3];", "struct { char a; short n; int b; } x[3];",
	 "no member moves:\n  x.n is new, at byte 2, in a hole: bytes 1 to 3", "t.x.n"},
	{"struct { short a; } x; int b;", "struct { short a; } x; struct { char n; } y; int b;",
	 "no member moves:\n  y.n is new, at byte 2, in a hole: bytes 2 to 3", "t.y.n"},
	{"char a[2]; int b;", "char a[4]; int b;",
	 "no member moves:\n  a was char[2] and is char[4]", "t.a"},
	/* The end. */
	{"long a;", "long a; long n;",
	 "struct t had 8 bytes and has 16; no member moves:\n  n is new, at byte 8, behind the end "
	 "of existing objects",
	 "t.n"},
	{"int a; int b[2];", "int a; int b[4];",
	 "had 12 bytes and has 20; no member moves:\n  b was int[2] and is int[4]", "t.b"},
	{"int a;", "int a; int n[];",
	 "no member moves:\n  n is new, at byte 4, behind the end of existing objects", "t.n"},
	{"int a; struct in { int i; } b;", "int a; struct in { int i, n; } b;",
	 "struct t had 8 bytes and has 12; no member moves:\n"
	 "  b, a struct in, had 4 bytes and has 8",
	 "t.b"},
	{"int a; struct in { int i; } b[2];", "int a; struct in { int i, n; } b[2];",
	 "struct t had 12 bytes and has 20:\n  b, a struct in[2], had 8 bytes and has 16", NULL},
	{"int a; struct in { int i; } b[2];", "int a; struct in { int i, n; } b[3];",
	 "struct t had 12 bytes and has 28:\n  b was struct in[2] and is struct in[3]", NULL},
	{"int a; struct in { char i; int k; } b;", "int a; struct in { char i, n; int k; } b;",
	 "struct in of 8 bytes is laid out differently; no member moves:\n"
	 "  n is new, at byte 1, in a hole",
	 "in.n"},
	/* Bytes of others. */
	{"union { int a; long b; };", "union { int a; long b; char n; };",
	 "no member moves:\n  n is new, at byte 0, in bytes that other members use as well", "t.n"},
	/* What moves. */
	{"int a; long b;", "int a; long n; long b;",
	 "struct t had 16 bytes and has 24:\n  n is new, at byte 8\n"
	 "  b was at byte 8 and is at byte 16",
	 NULL},
	{"int a; int f[];", "int a; int n; int f[];",
	 "had 4 bytes and has 8:\n  n is new, at byte 4, behind the end of existing objects\n  f "
	 "was at byte 4 and is at byte 8",
	 NULL},
	{"char a; int b; char c; char d;", "char a; char c; int b; char d;",
	 "of 12 bytes is laid out differently:\n  c was at byte 8 and is at byte 1\n"
	 "  d was at byte 9 and is at byte 8",
	 NULL},
	{"int a; int b;", "unsigned a; int b;",
	 "of 8 bytes is laid out differently:\n  a was int and is unsigned int", NULL},
	{"int a; int b;", "int a;", "had 8 bytes and has 4:\n  b is gone", NULL},
	{"int a; int b;", "int a; int n;",
	 "laid out differently:\n  n is new, at byte 4\n  b is gone", NULL},
	{"unsigned a : 3; int b;", "unsigned a : 4; int b;",
	 "laid out differently:\n  a had 3 bits and has 4", NULL},
	{"char a; int b;", "int a; int b;", "laid out differently:\n  a was char and is int", NULL},
	{"short a; short b;", "short a; short b; } __attribute__((aligned(8))); struct u {",
	 "struct t had 4 bytes and has 8:", NULL},
	{"enum e { A, B } a;", "enum e { A, C, B } a;",
	 "enum e of 4 bytes is laid out differently:\n  C is new, at 1\n"
	 "  B was at 1 and is at 2",
	 NULL},
};

static char *compile_members(const struct fixture *fixture, const char *name, const char *members)
{
	_cleanup_free_ char *text = NULL;

	assert_true(asprintf(&text, "struct t { %s };\nstruct t *use(struct t *t) { return t; }\n",
			     members) > 0);
	return compile(fixture, name, text);
}

static void assert_judged(struct fixture *fixture, const struct judged *row)
{
	_cleanup_(layout_result_clear) struct layout_result first, allowed, other, whole;
	char *option[] = {(char *)row->option ?: "t.n"}, *wrong[] = {"t.other"};
	char *types[] = {"t", "struct in", "e"};
	const struct text_list by_option = {.items = option, .count = 1};
	const struct text_list by_wrong = {.items = wrong, .count = 1};
	const struct text_list by_type = {.items = types, .count = 3};

	print_message("%s\n", row->new);
	free(fixture->original);
	free(fixture->patched);
	layout_described_clear(&fixture->described);
	fixture->described = (struct layout_described){0};
	fixture->original = compile_members(fixture, "original", row->old);
	fixture->patched = compile_members(fixture, "patched", row->new);
	compare(fixture, NULL, &first);
	assert_told(&first, row->told);
	/* Holes of structs; the type around one that is in it doesn't change. */
	assert_int_equal(first.filled.count == 1 && !first.others_differ,
			 strstr(row->told, "in a hole") != NULL);
	/* A type that only has the type in it is allowed by a name of its own. */
	if (row->option)
		assert_true(text_list_contains(&first.options, row->option));
	else
		assert_int_equal(first.options.count, 0);

	compare(fixture, &by_option, &allowed);
	assert_int_equal(allowed.differences.count, first.differences.count - !!row->option);
	assert_int_equal(allowed.overridden.count, !!row->option);
	compare(fixture, &by_wrong, &other);
	assert_int_equal(other.differences.count, first.differences.count);
	compare(fixture, &by_type, &whole);
	assert_int_equal(whole.differences.count, 0);
}

static void what_moves_others_is_told_apart(void **state)
{
	make_kernel(*state, OLD USERS, false);
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++)
		assert_judged(*state, &judged[i]);
}

static void a_member_that_is_allowed_is_noted(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(layout_result_clear) struct layout_result result;
	char *items[] = {"struct t.n"};
	const struct text_list allowed = {.items = items, .count = 1};

	make_kernel(fixture, OLD USERS, false);
	free(fixture->original);
	free(fixture->patched);
	fixture->original = compile_members(fixture, "original", "char a; int b;");
	fixture->patched = compile_members(fixture, "patched", "char a, n; int b;");
	compare(fixture, &allowed, &result);
	assert_int_equal(result.differences.count, 0);
	assert_int_equal(result.overridden.count, 1);
	assert_string_equal(result.overridden.items[0], "struct t.n");
}

/* Each row: a source with struct t, whose hole is filled, and the message. */
static const struct held {
	const char *source;
	const char *told;
} held[] = {
	{"struct t *f(void) { return kzalloc(sizeof(struct t), 0); }\n",
	 "a hole is zero in existing objects"},
	{"struct t *f(void) { return kmalloc(sizeof(struct t), 0); }\n",
	 "the content of a hole in existing objects is not known: original.c:2 (kmalloc)"},
	{"static struct t t;\n", "a hole is zero in existing objects"},
	{"int f(void) { return 0; }\n", "is not known: no allocation of it was found"},
};

static void what_a_hole_holds_is_told(void **state)
{
	struct fixture *fixture = *state;

	make_kernel(fixture, OLD USERS, false);
	for (size_t i = 0; i < ARRAY_SIZE(held); i++) {
		_cleanup_(layout_result_clear) struct layout_result result;
		_cleanup_free_ char *path = NULL, *text = NULL;

		free(fixture->original);
		free(fixture->patched);
		layout_described_clear(&fixture->described);
		fixture->described = (struct layout_described){0};
		fixture->original = compile_members(fixture, "original", "char a; int b;");
		fixture->patched = compile_members(fixture, "patched", "char a, n; int b;");
		assert_true(asprintf(&path, "%s/original.c", fixture->directory) > 0);
		assert_true(asprintf(&text, "struct t { char a; int b; };\n%s", held[i].source) >
			    0);
		assert_null(file_write(path, text, strlen(text)));
		compare(fixture, NULL, &result);
		assert_told(&result, held[i].told);
	}
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
		TEST(what_moves_others_is_told_apart),
		TEST(a_member_that_is_allowed_is_noted),
		TEST(what_a_hole_holds_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
