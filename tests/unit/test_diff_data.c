// SPDX-License-Identifier: GPL-2.0-or-later
/* What a diff may call its files, and have the compiler read, by the text alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/diff/diff_names.h"
#include "create/reach/diff_includes.h"

static bool is_refused(const char *path)
{
	char *items[] = {(char *)path};
	const struct patch_set set = {.touched = {.items = items, .count = 1}};
	struct lp_error *error = diff_names_check(&set);
	bool refused = error && error->status == LP_UNSAFE;

	lp_error_free(error);
	return refused;
}

static void names_are_plain(void **state)
{
	static const char *const plain[] = {
		"fs/proc/stat.c", "net/netfilter/xt_TCPMSS.c", "a/b-c,d+e_f.h",
		"Makefile",       "Documentation/$(id)", /* is never applied */
	};
	static const char *const hostile[] = {
		"a/$(id).c", "a/`id`.c", "a;b.c", "a b.c",  "a#b.c", "a:b.c",   "a%b.c",   "a'b.c",
		"a\"b.c",    "a\\b.c",   "a*b.c", "a?b.c",  "a[b.c", "a&b.c",   "a|b.c",   "a<b.c",
		"a>b.c",     "a(b.c",    "a{b.c", "a~b.c",  "a=b.c", "a@b.c",   "a!b.c",   "a\nb.c",
		"a,b.c",     "a\tb.c",   "-a.c",  "a/-b.c", "-I/b",  "a\x80.c", "a\x7f.c",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		assert_false(is_refused(plain[i]));
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++)
		assert_true(is_refused(hostile[i]));
}

/* Each row: a text of fs/proc/a.c, and the start of the first reason after the name; NULL: none. */
static const struct {
	const char *before, *after, *reason;
} texts[] = {
	{"", "#include <linux/fs.h>\n#include \"internal.h\"\n", NULL},
	{"", "#include \"../../x.h\"\n", NULL},
	{"", "int a;\n#include \"../../../x.h\"\n", ":2: it includes \"../../../x.h\""},
	{"", "#include \"../proc/../../../x.h\"\n", ":1: it includes"},
	{"", "#include \"/x.h\"\n", ":1: it includes \"/x.h\""},
	{"", "#  include\t</x.h>\n", ":1: it includes"},
	{"", "asm(\".incbin \\\"x\\\"\");\n", ":1: .incbin: "},
	{"", "\n\nasm(\".include \\\"x\\\"\");\n", ":3: .include: "},
	{"", "x.included = y.incbin_size;\n", NULL},
	{"asm(\".incbin x\");\n", "int a;\nasm(\".incbin x\");\n", NULL},
	{"asm(\".incbin x\");\n", "asm(\".incbin y\");\n", ":1: .incbin: "},
	{"", "_Pragma(\"GCC pch_preprocess\")\n", ":1: pch_preprocess: "},
};

static void includes_stay_in_the_source(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_text_list_ struct text_list reasons = {0};

		print_message("%s", texts[i].after);
		assert_null(diff_includes_check_text("fs/proc/a.c", texts[i].before, texts[i].after,
						     &reasons));
		assert_int_equal(reasons.count, texts[i].reason != NULL);
		if (texts[i].reason)
			assert_ptr_equal(strstr(reasons.items[0], texts[i].reason),
					 reasons.items[0] + strlen("fs/proc/a.c"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(includes_stay_in_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
