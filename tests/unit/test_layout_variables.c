// SPDX-License-Identifier: GPL-2.0-or-later
/* Variables that have another type in the patched source, and renumbered values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/file.h"
#include "create/layout/layout_values.h"
#include "create/layout/layout_variables.h"
#include "diffobj/diffobj.h"

/* Names as in the kernel, and what changed functions do with a variable. */
#define TYPES                                                                             \
	"typedef unsigned int u32; typedef int s32; typedef unsigned long u64;\n"         \
	"typedef u64 jiffies_64; typedef long msecs_t; typedef u64 sector_t;\n"           \
	"typedef sector_t block_t; typedef u32 __be32; typedef _Bool bool;\n"             \
	"typedef unsigned char u8;\n"                                                     \
	"typedef struct { int counter; } atomic_t;\n"                                     \
	"struct foo { int a, b; }; struct bar { int a, b; }; struct baz { int b, a; };\n" \
	"enum tag { A, B }; enum other { C, D }; enum same { A2, B2 };\n"                 \
	"void use(void *); int work(int);\n"

struct row {
	const char *sentence;
	const char *old, *new; /* the declaration of v, and of types */
	const char *told;      /* what is said; NULL if nothing is */
	const char *allowed;   /* a name, or NULL */
};

static const struct row rows[] = {
	{"the same type is the same", "static int v;", "static int v;", NULL, NULL},
	{"a pointer that was an integer is told", "static u64 v;", "static void *v;",
	 "variable v was u64 and is void *", NULL},
	{"so is the other way round", "static struct foo *v;", "static u64 v;",
	 "variable v was struct foo * and is u64", NULL},
	{"the sign of an integer makes no difference", "static int v;", "static unsigned int v;",
	 NULL, NULL},
	{"const and volatile make none", "static int *v;", "static const int *volatile v;", NULL,
	 NULL},
	{"a name that only says how wide it is makes none", "static unsigned int v;",
	 "static u32 v;", NULL, NULL},
	{"a name that says more does", "static u64 v;", "static sector_t v;",
	 "variable v was u64 and is sector_t", NULL},
	{"another unit is told", "static jiffies_64 v;", "static msecs_t v;",
	 "variable v was jiffies_64 and is msecs_t", NULL},
	{"a unit that is made of the old one is the same", "static sector_t v;",
	 "static block_t v;", NULL, NULL},
	{"another order of bytes is told", "static __be32 v;", "static u32 v;",
	 "variable v was __be32 and is u32", NULL},
	{"an integer that becomes an atomic_t goes on", "static int v;", "static atomic_t v;", NULL,
	 NULL},
	{"a bool may become a byte", "static bool v;", "static u8 v;", NULL, NULL},
	{"but a byte is no bool", "static u8 v;", "static bool v;", "variable v was u8 and is bool",
	 NULL},
	{"void * and bytes may stand for each other", "static void *v;", "static char *v;", NULL,
	 NULL},
	{"a pointer to something else is told", "static struct foo *v;", "static struct baz *v;",
	 "variable v has the member b in place of a", NULL},
	{"a pointer to what is known by name only, too", "struct x; static struct x *v;",
	 "struct y; static struct y *v;", "variable v was struct x * and is struct y *", NULL},
	{"a struct of another tag with the same members is the same", "static struct foo v;",
	 "static struct bar v;", NULL, NULL},
	{"one with other names of members is told", "static struct foo v;", "static struct baz v;",
	 "variable v has the member b in place of a", NULL},
	{"also if it has no name", "static struct { int a; u32 b; } v;",
	 "static struct { int a; u32 c; } v;", "variable v has the member c in place of b", NULL},
	{"a member of another type is told with its place",
	 "static struct { int a; struct { u64 c; } b; } v;",
	 "static struct { int a; struct { void *c; } b; } v;",
	 "variable v.b.c was u64 and is void *", NULL},
	{"a struct that is local to a function is looked into",
	 "static int v; int g(void) { struct l { int a; u32 b; }; static struct l w; use(&w); "
	 "return work(1); }",
	 "static int v; int g(void) { struct l { int a; u32 c; }; static struct l w; use(&w); "
	 "return work(2); }",
	 "variable w has the member c in place of b", NULL},
	{"an enum of another tag with other values is told", "static enum tag v;",
	 "static enum other v;", "variable v no longer has the value A", NULL},
	{"an enum is no integer", "static u32 v;", "static enum tag v;",
	 "variable v was u32 and is enum tag", NULL},
	{"values of a typedef that were numbered anew are told",
	 "typedef enum { S_IDLE, S_BUSY } state_t; static state_t v;",
	 "typedef enum { S_NEW, S_IDLE, S_BUSY } state_t; static state_t v;",
	 "variable v has renumbered values: S_IDLE was 0 and is 1", NULL},
	{"one more value at the end is fine",
	 "typedef enum { S_IDLE, S_BUSY } state_t; static state_t v;",
	 "typedef enum { S_IDLE, S_BUSY, S_NEW } state_t; static state_t v;", NULL, NULL},
	{"an array of other elements is told", "static u64 v[4];", "static void *v[4];",
	 "variable v was u64[] and is void *[]", NULL},
	{"one of other dimensions, too", "static int v[4];", "static int v[2][2];",
	 "variable v has another number of elements", NULL},
	{"a function with other parameters is told", "static int (*v)(int);",
	 "static int (*v)(int, void *);", "variable v has another number of parameters", NULL},
	{"a type that points to itself comes to an end",
	 "struct one { struct one *l, *r; int a; }; static struct one *v;",
	 "struct two { struct two *l, *r; int a; }; static struct two *v;", NULL, NULL},
	{"a variable of another object is found by its name", "extern u64 v;", "extern void *v;",
	 "variable v was u64 and is void *", NULL},
	{"a length that is told in one of both is no difference", "extern int v[];",
	 "extern int v[8];", NULL, NULL},
	{"what is allowed is noted", "static u64 v;", "static void *v;", NULL, "v"},
	{"constants of an enum without a name that were numbered anew are told",
	 "enum { S_IDLE, S_BUSY, S_DONE }; static int v = S_BUSY + S_DONE;",
	 "enum { S_IDLE, S_NEW, S_BUSY, S_DONE }; static int v = S_BUSY + S_DONE;",
	 "enum with S_BUSY has renumbered values: S_BUSY was 1 and is 2", NULL},
	{"a single number is none", "enum { SIZE_A = 3, SIZE_B = 9 }; static int v = SIZE_A;",
	 "enum { SIZE_A = 4, SIZE_B = 9 }; static int v = SIZE_A;", NULL, NULL},
	{"nor is how many there are", "enum { S_IDLE, S_BUSY, NR_S }; static int v = NR_S;",
	 "enum { S_IDLE, S_BUSY, S_NEW, NR_S }; static int v = NR_S;", NULL, NULL},
	{"one whose number another has now is told",
	 "enum { S_IDLE, S_BUSY }; static int v = S_BUSY;",
	 "enum { S_IDLE, S_NEW, S_BUSY }; static int v = S_BUSY;",
	 "enum with S_BUSY has renumbered values", NULL},
};

struct fixture {
	char directory[32];
	const struct row *row;
};

static char *path_of(const struct fixture *fixture, const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", fixture->directory, name) > 0);
	return path;
}

/* Compiles the row's declaration and a function that uses v; `add` makes it another function. */
static void compile(const struct fixture *fixture, const char *name, const char *declaration,
		    int add)
{
	_cleanup_free_ char *source = path_of(fixture, name), *text = NULL, *command = NULL;

	assert_true(asprintf(&text,
			     TYPES "%s\nint f(int a) { use((void *)&v); return work(a) + %d; }\n",
			     *declaration ? declaration : "static int v;", add) > 0);
	assert_null(file_write(source, text, strlen(text)));
	assert_true(
		asprintf(&command,
			 "gcc -x c -g -O1 -w -fno-pie -mcmodel=kernel -ffreestanding -fno-common "
			 "-fno-asynchronous-unwind-tables -fcf-protection=none -pg -mfentry "
			 "-mrecord-mcount -ffunction-sections -fdata-sections -c -o %s.o %s",
			 source, source) > 0);
	assert_int_equal(system(command), 0);
}

static void check(const struct row *row, const struct layout_result *found)
{
	const char *first = found->differences.count ? found->differences.items[0] : NULL;

	if (row->told && (!first || !strstr(first, row->told)))
		fail_msg("\"%s\" is not told, but: %s", row->told, first ?: "nothing");
	if (!row->told && first)
		fail_msg("told: %s", first);
	assert_int_equal(found->overridden.count, row->allowed ? 1 : 0);
	if (row->allowed)
		assert_string_equal(found->overridden.items[0], "variable v");
}

static void run(void **state)
{
	const struct fixture *fixture = *state;
	const struct row *row = fixture->row;
	_cleanup_free_ char *original = path_of(fixture, "original.o");
	_cleanup_free_ char *patched = path_of(fixture, "patched.o");
	_cleanup_(layout_result_clear) struct layout_result found = {0};
	char *items[] = {(char *)row->allowed};
	const struct text_list allowed = {.items = items, .count = row->allowed ? 1 : 0};
	const struct layout_job job = {original, patched, .allowed = &allowed};
	const struct diffobj_options options = {0};
	struct diffobj_result *result;

	compile(fixture, "original", row->old, 0);
	compile(fixture, "patched", row->new, 1);
	/* An initial value that changed is diffobj's to refuse. */
	assert_null(diffobj_run(original, patched, NULL, &options, &result));
	assert_null(layout_compare_variables(&job, result->shared, result->nr_shared, &found));
	assert_null(layout_compare_values(&job, &found));
	check(row, &found);
	diffobj_result_free(result);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->row = *state;
	strcpy(fixture->directory, "/tmp/lpatch-test.XXXXXX");
	*state = fixture;
	return mkdtemp(fixture->directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *command = NULL;

	assert_true(asprintf(&command, "rm -rf %s", fixture->directory) > 0);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].sentence,
			.test_func = run,
			.setup_func = set_up,
			.teardown_func = tear_down,
			.initial_state = (void *)&rows[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
