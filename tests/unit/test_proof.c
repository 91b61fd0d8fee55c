// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a function's code the running kernel may have rewritten, and that nothing else may
 * differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "create/proof/proof_internal.h"
#include "tests/unit/scratch.h"

#define FLAGS                                                                          \
	"-O2 -fno-PIE -mcmodel=kernel -fno-asynchronous-unwind-tables -ffreestanding " \
	"-fcf-protection=branch"
#define SOURCE(number)                                                       \
	"int value;\n"                                                       \
	"__attribute__((noinline)) int f(int a) { return a * 3 + value; }\n" \
	"int g(int a) { return f(a + " #number ") * 5; }\n"

#define ENDBR 4 /* bytes */

struct fixture {
	char directory[SCRATCH_PATH];
	char *exact;
	struct kernel_image *kernel;
	struct proof *proof;
};

/* An original, and a kernel that has `code`, and tables that objtool adds to a linked kernel. */
static void make(struct fixture *fixture, const char *code, const char *tables)
{
	_cleanup_free_ char *linked = NULL, *added = NULL, *image = NULL;

	scratch_make(fixture->directory);
	fixture->exact = scratch_compile(fixture->directory, "exact", FLAGS, SOURCE(1));
	linked = scratch_compile(fixture->directory, "linked", FLAGS, code);
	added = scratch_compile(fixture->directory, "added", FLAGS, tables);
	assert_null(text_format(&image, "%s/vmlinux", fixture->directory));
	scratch_run("ld --build-id=sha1 -Ttext=0xffffffff81000000 -e f -o %s %s %s && "
		    "objcopy --rename-section .note.gnu.build-id=.notes %s",
		    image, linked, added, image);
	assert_null(kernel_image_open(image, &fixture->kernel));
	assert_null(proof_make(fixture->kernel, "vmlinux", NULL, fixture->exact, "f.c",
			       &fixture->proof));
}

static void take_away(struct fixture *fixture)
{
	proof_free(fixture->proof);
	kernel_image_free(fixture->kernel);
	scratch_remove(fixture->directory);
	free(fixture->exact);
}

/* The bytes of a function's mask that are 0, from the first on; fails if others are. */
static uint32_t masked_at_start(const struct fixture *fixture, const char *name)
{
	struct proven_text text;
	uint32_t count = 0;

	assert_null(proof_mismatch(fixture->proof));
	assert_null(proof_text(fixture->proof, name, &text));
	assert_true(text.size > ENDBR);
	while (count < text.size && !text.mask[count])
		count++;
	for (uint32_t i = count; i < text.size; i++)
		assert_int_equal(text.mask[i], 0xff);
	proven_text_clear(&text);
	return count;
}

static void a_site_of_the_image_alone_is_masked(void **state)
{
	struct fixture fixture = {0};

	(void)state;
	make(&fixture, SOURCE(1), "asm(\".section .ibt_endbr_seal,\\\"a\\\"\\n.long f - .\\n\");");
	assert_int_equal(masked_at_start(&fixture, "f"), ENDBR);
	assert_int_equal(masked_at_start(&fixture, "g"), 0);
	take_away(&fixture);
}

static void nothing_is_masked_without_a_table(void **state)
{
	struct fixture fixture = {0};

	(void)state;
	make(&fixture, SOURCE(1), "");
	assert_int_equal(masked_at_start(&fixture, "f"), 0);
	assert_int_equal(masked_at_start(&fixture, "g"), 0);
	take_away(&fixture);
}

static void a_table_that_is_none_masks_nothing(void **state)
{
	static const char *const tables[] = {
		/* half an entry at its end */
		"asm(\".section .ibt_endbr_seal,\\\"a\\\"\\n.long f - .\\n.word 0\\n\");",
		/* a place that the kernel does not have */
		"asm(\".section .ibt_endbr_seal,\\\"a\\\"\\n.long f - .\\n.long 0x7fffff00\\n\");",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		struct fixture fixture = {0};

		make(&fixture, SOURCE(1), tables[i]);
		assert_int_equal(masked_at_start(&fixture, "f"), 0);
		take_away(&fixture);
	}
}

/* That the kernel rewrites it says nothing of what the image holds. */
static void other_code_is_refused(void **state)
{
	static const struct {
		const char *code, *function;
	} images[] = {
		{SOURCE(2), "g"},
		/* at the site itself: no endbr64, but four bytes of no-ops */
		{"int value;\n"
		 "__attribute__((noinline, nocf_check)) int f(int a) {\n"
		 "	asm volatile(\".byte 0x0f, 0x1f, 0x40, 0x00\");\n"
		 "	return a * 3 + value; }\n"
		 "int g(int a) { return f(a + 1) * 5; }\n",
		 "f"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		struct fixture fixture = {0};

		make(&fixture, images[i].code,
		     "asm(\".section .ibt_endbr_seal,\\\"a\\\"\\n.long f - .\\n\");");
		assert_non_null(proof_mismatch(fixture.proof));
		assert_string_equal(proof_mismatch(fixture.proof)->function, images[i].function);
		take_away(&fixture);
	}
}

/* A relocation of arm64 (adrp) fills some bits; the ends of the function are no trouble. */
static void bits_that_a_relocation_fills_are_masked(void **state)
{
	const struct arch_field field = {.size = 4, .mask = 0x60ffffe0};
	uint8_t mask[6];
	struct proven_text text = {.address = 0x1000, .size = sizeof(mask), .mask = mask};

	(void)state;
	memset(mask, 0xff, sizeof(mask));
	proof_mask_field(&text, 0x1001, &field);
	assert_memory_equal(mask, "\xff\x1f\0\0\x9f\xff", sizeof(mask));
	memset(mask, 0xff, sizeof(mask));
	proof_mask_field(&text, 0xffe, &field);
	assert_memory_equal(mask, "\0\x9f\xff\xff\xff\xff", sizeof(mask));
	memset(mask, 0xff, sizeof(mask));
	proof_mask_field(&text, 0x1004, &field);
	assert_memory_equal(mask, "\xff\xff\xff\xff\x1f\0", sizeof(mask));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_of_the_image_alone_is_masked),
		cmocka_unit_test(nothing_is_masked_without_a_table),
		cmocka_unit_test(bits_that_a_relocation_fills_are_masked),
		cmocka_unit_test(a_table_that_is_none_masks_nothing),
		cmocka_unit_test(other_code_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
