// SPDX-License-Identifier: GPL-2.0-or-later
/* Of what includes a header, which files use what changes in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/reach/mention.h"

#define INCLUDES "#include \"a.h\"\n#include \"b.h\"\n"

/* A small source; b.h does not include a.h, as is common. */
static const char *const files[][2] = {
	{"source/lib/a.h", "static inline int get_it(void)\n{\n\treturn 1;\n}\nint other(void);\n"},
	{"source/lib/b.h", "#define USES_IT get_it()\n"
			   "static inline int through_it(void)\n{\n\treturn USES_IT;\n}\n"
			   "#define CALL_GET(what) get_##what()\n"
			   "#define PASTE(one, two) one##two\n"
			   "struct other_things { int get; };\n"},
	{"source/lib/touched.h", "#include \"a.h\"\nint table[] = { sizeof(get_it()) };\n"},
	{"source/lib/direct.c", INCLUDES "int f(void) { return get_it(); }\n"},
	{"source/lib/macro.c", INCLUDES "int f(void) { return USES_IT; }\n"},
	{"source/lib/inline.c", INCLUDES "int f(void) { return through_it(); }\n"},
	{"source/lib/pasted.c", INCLUDES "int f(void) { return CALL_GET(it); }\n"},
	{"source/lib/parts.c", INCLUDES "int f(void) { return PASTE(get, _it)(); }\n"},
	{"source/lib/table.c", "#include \"touched.h\"\n"},
	{"source/lib/string.c", INCLUDES "int f(void) { asm(\"call get_it\"); return 0; }\n"},
	{"source/lib/part.c", INCLUDES "int f(void) { return 1; }\nint g(void) { get_it(); }\n"},
	{"source/lib/whole.c", "#include \"part.c\"\n"},
	{"source/lib/bare.c", "int f(void) { return get_it(); }\n"},
	{"source/lib/around.c", INCLUDES "#include \"bare.c\"\n"},
	{"source/lib/nothing.c", INCLUDES "int f(void) { return other() + get_it_not(); }\n"},
	{"source/lib/apart.c", "int get_it(void) { return 2; }\n"},
	{"source/lib/own.c", "#define CONFIG_OWN 1\n"},
	{"build/include/config/auto.conf", "CONFIG_SET=y\n"},
	{"build/include/generated/none.h", ""},
	{"build/arch/x86/include/generated/none.h", ""},
};

static void write_files(const char *directory)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = NULL;

		assert_null(text_format(&path, "%s/%s", directory, files[i][0]));
		assert_null(directory_make_above(path));
		assert_null(file_write(path, files[i][1], strlen(files[i][1])));
	}
}

/* Each row: what lib/a.h becomes, and the files that the change can matter to. */
static const struct filtered {
	const char *patched;
	const char *sources;
} filtered[] = {
	{"static inline int get_it(void)\n{\n\treturn 2;\n}\nint other(void);\n",
	 "lib/around.c lib/direct.c lib/inline.c lib/macro.c lib/part.c lib/parts.c lib/pasted.c "
	 "lib/string.c "
	 "lib/table.c lib/whole.c "},
	{"static inline int get_it(void)\n{\n\treturn 1;\n}\nlong other(void);\n",
	 "lib/nothing.c "},
	{"static inline int get_it(void)\n{\n\treturn 1;\n}\nint other(void);\nint more(void);\n",
	 ""},
	/* The config leaves it out, unless a file says otherwise for itself. */
	{"static inline int get_it(void)\n{\n\treturn 1;\n}\nint other(void);\n"
	 "#ifdef CONFIG_UNSET\nstruct s { int a; };\n#endif\n",
	 ""},
	{"static inline int get_it(void)\n{\n\treturn 1;\n}\nint other(void);\n"
	 "#ifdef CONFIG_OWN\nstruct s { int a; };\n#endif\n",
	 "lib/around.c lib/direct.c lib/inline.c lib/macro.c lib/nothing.c lib/part.c lib/parts.c "
	 "lib/pasted.c lib/string.c lib/table.c lib/whole.c "},
	/* A type may be used by no name of its own: everything counts. */
	{"static inline int get_it(void)\n{\n\treturn 1;\n}\nint other(void);\nstruct s { int a; "
	 "};\n",
	 "lib/around.c lib/direct.c lib/inline.c lib/macro.c lib/nothing.c lib/part.c lib/parts.c "
	 "lib/pasted.c "
	 "lib/string.c lib/table.c lib/whole.c "},
};

static void assert_filtered(struct tree *tree, const struct include_graph *graph,
			    const char *directory, const struct filtered *row)
{
	_cleanup_text_list_ struct text_list changed = {0}, found = {0}, climbing = {0};
	_cleanup_free_ char *patched = NULL, *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print_message("%s\n", row->patched);
	assert_null(text_format(&patched, "%s/patched.h", directory));
	assert_null(file_write(patched, row->patched, strlen(row->patched)));
	assert_null(text_list_add(&changed, "lib/a.h"));
	assert_null(include_graph_reach(graph, &changed, &found, &climbing));
	assert_null(mention_filter(tree, graph, "lib/a.h", patched, &found));
	for (size_t i = 0; i < found.count; i++) {
		if (text_ends_with(found.items[i], ".c"))
			fprintf(out, "%s ", found.items[i]);
	}
	fclose(out);
	assert_string_equal(text, row->sources);
}

/* What the rest of the change is known to do, and the files that then can tell. */
static void assert_known(struct tree *tree, const struct include_graph *graph,
			 const char *directory)
{
	static const char text[] = "static inline int get_it(void)\n{\n\treturn 1;\n}\n"
				   "int other(void);\nstruct s { int a; };\n";
	char *types[] = {"struct s"}, *names[] = {"through_it"}, *touched[] = {"lib/nothing.c"};
	char *pasted[] = {"get_it"};
	const struct text_list type_list = {types, 1}, name_list = {names, 1};
	const struct text_list touched_list = {touched, 1}, pasted_list = {pasted, 1};
	const struct mention_known known = {&type_list, &name_list, &touched_list, &pasted_list};
	_cleanup_text_list_ struct text_list changed = {0}, found = {0}, climbing = {0};
	_cleanup_free_ char *patched = NULL, *line = NULL;
	bool is_narrowed;

	assert_null(text_format(&patched, "%s/patched.h", directory));
	assert_null(file_write(patched, text, strlen(text)));
	assert_null(text_list_add(&changed, "lib/a.h"));
	assert_null(include_graph_reach(graph, &changed, &found, &climbing));
	assert_null(mention_filter_known(tree, graph, "lib/a.h", patched, &known, &found,
					 &is_narrowed));
	assert_true(is_narrowed);
	assert_null(text_list_join(&found, " ", &line));
	assert_string_equal(line, "lib/inline.c lib/nothing.c lib/parts.c lib/pasted.c");
}

static void only_users_count(void **state)
{
	char directory[] = "/tmp/test-mention-XXXXXX", source[64], build[64], objects[64];
	struct message_sink sink = {.program = "test", .verbosity = -1};
	struct tree tree = {.source = source, .build = build, .objects = objects, .sink = &sink};
	struct include_graph *graph;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(source, sizeof(source), "%s/source", directory);
	snprintf(build, sizeof(build), "%s/build", directory);
	snprintf(objects, sizeof(objects), "%s/objects", directory);
	write_files(directory);
	assert_null(include_graph_read(&tree, &graph));
	for (size_t i = 0; i < ARRAY_SIZE(filtered); i++)
		assert_filtered(&tree, graph, directory, &filtered[i]);
	assert_known(&tree, graph, directory);
	include_graph_free(graph);
	assert_null(directory_remove(directory));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_users_count),
	};

	return cmocka_run_group_tests_name("mention", tests, NULL, NULL);
}
