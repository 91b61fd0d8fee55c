// SPDX-License-Identifier: GPL-2.0-or-later
/* The include graph: from #include lines to the files that a change reaches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/base/source_path.h"
#include "create/c_text/include_scan.h"
#include "create/reach/include_graph.h"
#include "create/target/tree_internal.h"

static void paths_lose_their_detours(void **state)
{
	static const char *const paths[][2] = {
		{"arch/x86/kvm/../../../virt/kvm/kvm_main.c", "virt/kvm/kvm_main.c"},
		{"./init/main.c", "init/main.c"},
		{"a//b/./c.h", "a/b/c.h"},
		{"../../x.h", "x.h"},
		{"a/../../x.h", "x.h"},
		{"x.h", "x.h"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char path[64];

		strcpy(path, paths[i][0]);
		source_path_normalise(path);
		assert_string_equal(path, paths[i][1]);
	}
}

/* Each row: a text, and the lines of it that count. */
static const struct scanned {
	const char *text;
	const char *names;
} scanned[] = {
	{"#include <linux/a.h>\n", "\t<linux/a.h\n"},
	{"  #  include\t\"b.h\" /* why */\n", "\t\"b.h\n"},
	{"#include_next <c.h>\n", "\t<c.h\n"},
	{"#define TRACE_INCLUDE_FILE \"d.h\"\n#include TRACE_INCLUDE_FILE\n", "\t\"d.h\n"},
	{"#define NAME \"no file\"\n#define OTHER 1\n", ""},
	{"int a; #include <no.h>\n", ""},
	{"#include <unfinished\nx>\n", ""},
	{"#include \"last.h\"", "\t\"last.h\n"},
	{"#", ""},
	{"", ""},
};

static void include_lines_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scanned); i++) {
		_cleanup_free_ char *names = NULL;
		size_t size;
		FILE *out = open_memstream(&names, &size);

		include_scan_text(scanned[i].text, strlen(scanned[i].text), out);
		fclose(out);
		assert_string_equal(names, scanned[i].names);
	}
}

static const char *const files[][2] = {
	{"source/include/linux/a.h", "#include <linux/b.h>\n"},
	{"source/include/linux/b.h", ""},
	{"source/net/core/a.h", ""},
	{"source/net/core/x.c", "#include \"a.h\"\n"},
	{"source/net/ipv4/y.c", "#include <linux/a.h>\n#include \"../core/a.h\"\n"},
	{"source/net/ipv4/z.c", "#include <asm/g.h>\n#include \"part.c\"\n"},
	{"source/net/ipv4/part.c", ""},
	{"source/arch/arm/w.c", "#include <linux/a.h>\n"},
	{"source/Documentation/v.c", "#include <linux/a.h>\n"},
	{"build/include/generated/empty.h", ""},
	{"build/arch/x86/include/generated/asm/g.h", "#include <asm-generic/g.h>\n"},
	{"source/include/asm-generic/g.h", ""},
	{"source/include/linux/kconfig.h", ""},
};

/* Each row: a changed file, and the .c files that it reaches. */
static const struct reached {
	const char *changed;
	const char *sources;
	const char *climbing;
} reached[] = {
	{"net/core/x.c", "net/core/x.c ", ""},
	{"include/linux/b.h", "net/ipv4/y.c ", "net/ipv4/y.c "},
	/* x.c means the a.h beside it, whatever else has that name. */
	{"include/linux/a.h", "net/ipv4/y.c ", "net/ipv4/y.c "},
	{"net/core/a.h", "net/core/x.c net/ipv4/y.c ", "net/ipv4/y.c "},
	{"net/ipv4/part.c", "net/ipv4/part.c net/ipv4/z.c ", ""},
	/* Through a generated header. */
	{"include/asm-generic/g.h", "net/ipv4/z.c ", ""},
	/* A file that only the patched source has hides another of its name. */
	{"arch/x86/include/linux/b.h", "net/ipv4/y.c ", "net/ipv4/y.c "},
	/* Every compile includes it. */
	{"include/linux/kconfig.h", "net/core/x.c net/ipv4/part.c net/ipv4/y.c net/ipv4/z.c ",
	 "net/ipv4/y.c "},
	{"include/linux/nobody.h", "", ""},
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

/* The names that end with .c, each followed by a blank. */
static void assert_sources(const struct text_list *list, const char *expected)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < list->count; i++) {
		if (text_ends_with(list->items[i], ".c"))
			fprintf(out, "%s ", list->items[i]);
	}
	fclose(out);
	assert_string_equal(text, expected);
}

static void assert_reaches(const struct include_graph *graph, const struct reached *row)
{
	_cleanup_text_list_ struct text_list changed = {0}, found = {0}, climbing = {0};

	assert_null(text_list_add(&changed, "%s", row->changed));
	assert_null(include_graph_reach(graph, &changed, &found, &climbing));
	assert_sources(&found, row->sources);
	assert_sources(&climbing, row->climbing);
}

/* A tree in a scratch directory. */
struct scratch {
	char directory[40], source[64], build[64], objects[64];
	struct message_sink sink;
	struct target target;
	struct tree tree;
};

static void make_scratch(struct scratch *scratch)
{
	*scratch = (struct scratch){
		.directory = "/tmp/test-include-graph-XXXXXX",
		.sink = {.program = "test", .verbosity = -1},
	};
	assert_non_null(mkdtemp(scratch->directory));
	snprintf(scratch->source, sizeof(scratch->source), "%s/source", scratch->directory);
	snprintf(scratch->build, sizeof(scratch->build), "%s/build", scratch->directory);
	snprintf(scratch->objects, sizeof(scratch->objects), "%s/objects", scratch->directory);
	scratch->tree = (struct tree){
		.target = &scratch->target,
		.source = scratch->source,
		.build = scratch->build,
		.objects = scratch->objects,
		.sink = &scratch->sink,
		.jobs = 2,
	};
	write_files(scratch->directory);
}

static void assert_graph(struct tree *tree)
{
	struct include_graph *graph;

	assert_null(include_graph_read(tree, &graph));
	for (size_t i = 0; i < ARRAY_SIZE(reached); i++) {
		print_message("%s\n", reached[i].changed);
		assert_reaches(graph, &reached[i]);
	}
	include_graph_free(graph);
}

static void changes_reach_those_that_include(void **state)
{
	struct scratch scratch;

	(void)state;
	make_scratch(&scratch);
	assert_graph(&scratch.tree);
	assert_null(directory_remove(scratch.source));
	/* The second time it is read from where the first has put it. */
	assert_graph(&scratch.tree);
	assert_null(directory_remove(scratch.directory));
}

/* Lets the thread read the source that comes from `from`. */
static void read_includes(struct scratch *scratch, char *from)
{
	struct tree_includes includes;

	scratch->target.source = from;
	tree_includes_begin(&includes, &scratch->tree);
	tree_includes_end(&includes);
}

static void source_from_a_tarball_is_read_by_a_thread(void **state)
{
	struct scratch scratch;
	char tarball[64];

	(void)state;
	make_scratch(&scratch);
	snprintf(tarball, sizeof(tarball), "%s/tarball", scratch.directory);
	assert_null(file_write(tarball, "", 0));
	read_includes(&scratch, tarball);
	assert_null(directory_remove(scratch.source));
	assert_graph(&scratch.tree);
	free(scratch.tree.includes);
	assert_null(directory_remove(scratch.directory));
}

/* A directory may change; with one job there is one program at a time; errors come up later. */
static void other_source_is_not(void **state)
{
	struct scratch scratch;
	char tarball[64];

	(void)state;
	make_scratch(&scratch);
	read_includes(&scratch, scratch.directory);
	assert_null(scratch.tree.includes);
	snprintf(tarball, sizeof(tarball), "%s/tarball", scratch.directory);
	assert_null(file_write(tarball, "", 0));
	scratch.tree.jobs = 1;
	read_includes(&scratch, tarball);
	assert_null(scratch.tree.includes);
	scratch.tree.jobs = 2;
	assert_null(directory_remove(scratch.source));
	read_includes(&scratch, tarball);
	assert_null(scratch.tree.includes);
	assert_null(directory_remove(scratch.directory));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_lose_their_detours),
		cmocka_unit_test(include_lines_are_found),
		cmocka_unit_test(changes_reach_those_that_include),
		cmocka_unit_test(source_from_a_tarball_is_read_by_a_thread),
		cmocka_unit_test(other_source_is_not),
	};

	return cmocka_run_group_tests_name("include graph", tests, NULL, NULL);
}
