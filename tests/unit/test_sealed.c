// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a patch takes the address of a function that a kernel with IBT has sealed. */
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
#include "create/symbols/sealed.h"
#include "tests/unit/scratch.h"

/* As objtool writes the list: .long FUNCTION - . for each. */
#define KERNEL "void sealed(void) {}\nvoid other(void) {}\nvoid _start(void) {}\nint datum = 1;\n"
#define LIST                                                                  \
	"asm(\".pushsection .ibt_endbr_seal, \\\"a\\\"\\n.long sealed - .\\n" \
	".long _start - .\\n.popsection\");\n"

struct fixture {
	char directory[SCRATCH_PATH];
	struct kernel_image *kernel;
};

static char *compile(const struct fixture *fixture, const char *name, const char *text)
{
	char *object = scratch_compile(fixture->directory, name,
				       "-O2 -fno-PIE -mcmodel=kernel -mno-red-zone "
				       "-fno-asynchronous-unwind-tables -ffreestanding",
				       text);

	scratch_run("objcopy -R .note.gnu.property -R .comment %s", object);
	return object;
}

static void make_kernel(struct fixture *fixture, const char *text)
{
	_cleanup_free_ char *object = compile(fixture, "kernel", text), *path = NULL;

	assert_null(text_format(&path, "%s/vmlinux", fixture->directory));
	scratch_run("ld -static -Ttext=0xffffffff81000000 -o %s %s", path, object);
	assert_null(kernel_image_open(path, &fixture->kernel));
}

static int make_folder(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	scratch_make(fixture->directory);
	*state = fixture;
	return 0;
}

static int remove_folder(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	kernel_image_free(fixture->kernel);
	free(fixture);
	return 0;
}

static struct symbol_target target(const struct fixture *fixture, const char *name)
{
	const struct kernel_symbol *symbol =
		symbol_table_find_name(kernel_image_symbols(fixture->kernel), name);

	assert_non_null(symbol);
	return (struct symbol_target){
		.kind = TARGET_RUNNING,
		.name = name,
		.place = {.address = symbol->address, .object = "vmlinux", .name = name},
	};
}

/* Checks code that refers to the three of them. */
static struct lp_error *check(struct fixture *fixture, const char *text)
{
	_cleanup_free_ char *object = compile(fixture, "unit", text);
	struct diffobj_reference references[] = {
		{.symbol = "sealed"}, {.symbol = "other"}, {.symbol = "datum"}};
	const struct symbol_target targets[] = {target(fixture, "sealed"), target(fixture, "other"),
						target(fixture, "datum")};
	const struct diffobj_result result = {
		.references = references,
		.nr_references = 3,
	};
	const struct sealed_job job = {
		.source = "unit.c",
		.object = object,
		.result = &result,
		.targets = targets,
		.image = fixture->kernel,
		.kernel = fixture->kernel,
	};

	return sealed_check(&job);
}

static void assert_refused(void **state, const char *text, enum lp_status status,
			   const char *message)
{
	_cleanup_error_ struct lp_error *error = check(*state, text);

	assert_non_null(error);
	assert_int_equal(error->status, status);
	assert_string_equal(error->message, message);
}

#define SEALED(place)                                                                         \
	"unit.c: " place " takes the address of sealed, which can't be called by pointer in " \
	"the running kernel (IBT)"

static void what_is_in_the_list_is_known(void **state)
{
	struct sealed_list list = {0};
	struct fixture *fixture = *state;

	make_kernel(fixture, KERNEL LIST);
	assert_null(sealed_read(fixture->kernel, &list));
	assert_true(list.known);
	assert_int_equal(list.count, 2);
	assert_true(sealed_contains(&list, target(fixture, "sealed").place.address));
	assert_true(sealed_contains(&list, target(fixture, "_start").place.address));
	assert_false(sealed_contains(&list, target(fixture, "other").place.address));
	sealed_clear(&list);
}

static void direct_calls_and_jumps_are_taken(void **state)
{
	make_kernel(*state, KERNEL LIST);
	assert_null(check(*state, "extern void sealed(void);\nextern int datum;\n"
				  "int call(void) { sealed(); return 1; }\n"
				  "void jump(void) { sealed(); }\n"
				  "void sometimes(int x) { if (x) sealed(); }\n"
				  "asm(\"je sealed\");\n"
				  "int *get(void) { return &datum; }\n"));
}

static void another_function_may_be_stored(void **state)
{
	make_kernel(*state, KERNEL LIST);
	assert_null(check(*state, "extern void other(void);\nvoid (*stored)(void) = other;\n"
				  "void *get(void) { return other; }\n"));
}

static void a_stored_address_is_refused(void **state)
{
	make_kernel(*state, KERNEL LIST);
	assert_refused(state, "extern void sealed(void);\nvoid (*stored)(void) = sealed;\n",
		       LP_UNSAFE, SEALED("stored"));
}

static void an_address_in_code_is_refused(void **state)
{
	make_kernel(*state, KERNEL LIST);
	assert_refused(state, "extern void sealed(void);\nvoid *get(void) { return sealed; }\n",
		       LP_UNSAFE, SEALED("get"));
	assert_refused(state,
		       "extern void sealed(void);\nvoid *load(void) { void *p; "
		       "asm(\"lea sealed(%%rip), %0\" : \"=r\"(p)); return p; }\n",
		       LP_UNSAFE, SEALED("load"));
	/* The displacement in front of the immediate is the byte of a call. */
	assert_refused(state, "void store(void) { asm(\"movq $sealed, -0x18(%rsp)\"); }\n",
		       LP_UNSAFE, SEALED("store"));
}

static void a_kernel_without_list_does_not_tell(void **state)
{
	make_kernel(*state, KERNEL);
	assert_null(check(*state, "extern void sealed(void);\nextern int datum;\n"
				  "int call(void) { sealed(); return datum; }\n"));
	assert_refused(state, "extern void other(void);\nvoid (*stored)(void) = other;\n",
		       LP_NOT_PROVEN,
		       "unit.c: stored takes the address of other, and the kernel, with IBT, has "
		       "no list of the functions that may not be called by pointer");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_in_the_list_is_known),   TEST(direct_calls_and_jumps_are_taken),
		TEST(another_function_may_be_stored), TEST(a_stored_address_is_refused),
		TEST(an_address_in_code_is_refused),  TEST(a_kernel_without_list_does_not_tell),
	};

	return cmocka_run_group_tests_name("sealed", tests, NULL, NULL);
}
