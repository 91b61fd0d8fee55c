// SPDX-License-Identifier: GPL-2.0-or-later
/* Headers as chunks: the kinds of chunks, and the names that a change concerns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/c_text/header_chunks.h"

/* Each row: a text that is one chunk. */
static const struct classified {
	const char *text;
	enum chunk_kind kind;
	const char *name;
} classified[] = {
	{"#define A 1\n", CHUNK_MACRO, "A"},
	{"# define A(b) \\\n\tb; /* # */\n", CHUNK_MACRO, "A"},
	{"static inline int f(int a)\n{\n\tif (a) { a++; }\n\treturn a;\n}\n", CHUNK_INLINE, "f"},
	{"static __always_inline struct s *f(void)\n{\n\tputs(\"}\");\n}\n", CHUNK_INLINE, "f"},
	{"extern int f(int a);\n", CHUNK_PROTOTYPE, "f"},
	{"void *f(struct s *s,\n\tint (*g)(int));\n", CHUNK_PROTOTYPE, "f"},
	/* What is no inline function, or more than one. */
	{"static int f(void)\n{\n}\n", CHUNK_OTHER, NULL},
	{"inline int f(void)\n{\n}\n", CHUNK_OTHER, NULL},
	{"static inline __attribute__((used)) int f(void)\n{\n}\n", CHUNK_OTHER, NULL},
	{"struct s {\n\tint a;\n};\n", CHUNK_OTHER, NULL},
	{"static struct s s = {\n\t.f = f(1),\n};\n", CHUNK_OTHER, NULL},
	{"extern int a;\n", CHUNK_OTHER, NULL},
	{"typedef int f(int);\n", CHUNK_OTHER, NULL},
	{"DECLARE_STATIC_CALL(f, g);\n", CHUNK_OTHER, NULL},
	{"#include <a.h>\n", CHUNK_OTHER, NULL},
	{"#ifdef A\n", CHUNK_OTHER, NULL},
};

static void chunks_are_what_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(classified); i++) {
		const struct classified *row = &classified[i];
		_cleanup_(chunk_list_clear) struct chunk_list list = {0};

		print_message("%s", row->text);
		assert_null(chunk_list_read(row->text, &list));
		assert_int_equal(list.count, 1);
		assert_int_equal(list.items[0].kind, row->kind);
		if (row->name)
			assert_string_equal(list.items[0].name, row->name);
		else
			assert_null(list.items[0].name);
	}
}

/* Each row: two versions of a header, and the names that the change is about; NULL: everything. */
static const struct compared {
	const char *before, *after, *names;
} compared[] = {
	{"#define A 1\n", "/* why */\n#define   A 1\n", ""},
	{"#define A 1\n", "#define A 2\n", "A"},
	{"int f(void);\n", "int f(void);\nint g(void);\n", "g"},
	{"static inline void f(void)\n{\n}\n", "static inline void f(void)\n{\n\tg();\n}\n", "f"},
	{"#define A 1\n#define B 2\n", "#define B 2\n#define C 3\n", "A C"},
	{"struct s { int a; };\n", "struct s { int a, b; };\n", NULL},
	{"#define A 1\n", "#ifdef B\n#define A 1\n#endif\n", NULL},
	{"#define A 1\n#define B 2\n", "#define B 2\n#define A 1\n", NULL},
	{"#ifdef A\nint f(void);\n#else\n#endif\n", "#ifdef A\n#else\nint f(void);\n#endif\n",
	 NULL},
};

static void names_of_a_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(compared); i++) {
		const struct compared *row = &compared[i];
		_cleanup_text_list_ struct text_list names = {0};
		_cleanup_free_ char *joined = NULL;
		bool all = false;

		print_message("%s", row->after);
		assert_null(chunk_changed_names(row->before, row->after, &names, &all));
		assert_int_equal(all, row->names == NULL);
		assert_null(text_list_join(&names, " ", &joined));
		if (row->names)
			assert_string_equal(joined, row->names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_are_what_they_are),
		cmocka_unit_test(names_of_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
