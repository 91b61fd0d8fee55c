// SPDX-License-Identifier: GPL-2.0-or-later
/* In which namespace a patched object exports a name, as EXPORT_SYMBOL_NS() of each kernel leaves
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "create/symbols/symbols_internal.h"
#include "tests/unit/scratch.h"

/* include/linux/export.h: Linux 5.4 to 6.4 */
#define OLD(name, namespace)                                              \
	"asm(\".pushsection __ksymtab_strings,\\\"aMS\\\",%progbits,1\\n" \
	"__kstrtab_" name ": .asciz \\\"" name "\\\"\\n"                  \
	"__kstrtabns_" name ": .asciz \\\"" namespace "\\\"\\n.popsection\");\n"

/* Linux 6.5 on */
#define NEW(name, licence, namespace)                             \
	"asm(\".pushsection .export_symbol,\\\"a\\\"\\n"          \
	"__export_symbol_" name ": .asciz \\\"" licence "\\\"\\n" \
	".ascii \\\"" namespace "\\\\0\\\"\\n.balign 8\\n.quad 0\\n.popsection\");\n"

static void assert_namespace(const char *object, const char *name, const char *expected)
{
	struct unit unit = {.patched = (char *)object};
	struct symbols_unit units[] = {{.unit = &unit}};
	struct symbols_job job = {.units = units, .nr_units = 1};
	const struct symbols symbols = {.job = &job};
	_cleanup_free_ char *found = NULL;

	assert_null(symbols_namespace(&symbols, 0, name, &found));
	assert_string_equal(found, expected);
}

static void each_form_is_read(void **state)
{
	char directory[SCRATCH_PATH];

	(void)state;
	scratch_make(directory);
	_cleanup_free_ char *old =
		scratch_compile(directory, "old", "-O2", OLD("a", "CRYPTO") OLD("b", ""));
	_cleanup_free_ char *new =
		scratch_compile(directory, "new", "-O2",
				NEW("a", "GPL", "CRYPTO") NEW("b", "", "") NEW("c", "", "DMA_BUF")
					NEW("d", "GPL", ""));

	assert_namespace(old, "a", "CRYPTO");
	assert_namespace(old, "b", "");
	assert_namespace(new, "a", "CRYPTO");
	assert_namespace(new, "b", "");
	assert_namespace(new, "c", "DMA_BUF");
	assert_namespace(new, "d", "");
	assert_namespace(new, "e", "");
	scratch_remove(directory);
}

/* A note that is cut off before its second text says nothing. */
static void a_damaged_note_says_nothing(void **state)
{
	char directory[SCRATCH_PATH];

	(void)state;
	scratch_make(directory);
	_cleanup_free_ char *object =
		scratch_compile(directory, "cut", "-O2",
				"asm(\".pushsection .export_symbol,\\\"a\\\"\\n"
				"__export_symbol_a: .asciz \\\"GPL\\\"\\n.ascii "
				"\\\"CRYPTO\\\"\\n.popsection\");\n");

	assert_namespace(object, "a", "");
	scratch_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_is_read),
		cmocka_unit_test(a_damaged_note_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
