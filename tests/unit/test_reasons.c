// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why functions are part of an update: small sources and a diff of them, compiled when the
 * test runs, and the reason for each function of the output.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/reasons/reasons.h"
#include "create/target/view.h"
#include "tests/unit/scratch.h"

struct reason_case {
	const char *sentence;
	const char *header, *source;         /* lib/t.h and lib/t.c */
	const char *new_header, *new_source; /* NULL: unchanged */
	const char *said;  /* lines "NAME REASON [CAUSE]: WHY", in the order of the object */
	const char *flags; /* for the compiler, instead of -g */
	bool new_command;  /* the diff changes how the file is compiled */
};

#define BODY     "int work(int); void use(void *); extern int level;\n"
#define NOINLINE "__attribute__((noinline)) "

static const struct reason_case cases[] = {
	{
		.sentence = "a function with a line of the diff in it has changed",
		.source = BODY "int f(int a)\n{\n\treturn work(a);\n}\n"
			       "int g(int a)\n{\n\treturn work(a) + 1;\n}\n",
		.new_source = BODY "int f(int a)\n{\n\treturn work(a) * 3;\n}\n"
				   "int g(int a)\n{\n\treturn work(a) + 1;\n}\n",
		.said = "f changed: changed by the diff\n",
	},
	{
		.sentence =
			"lines that are added above don't count for those that have their numbers",
		.source = BODY "int f(int a)\n{\n\treturn work(a);\n}\n"
			       "static inline int i(int a) { return a + 1; }\n"
			       "int g(int a)\n{\n\treturn work(i(a));\n}\n",
		.new_source =
			BODY "int f(int a)\n{\n\ta++;\n\ta *= work(a);\n\tuse(&a);\n\tuse(&a);\n"
			     "\tuse(&a);\n\treturn work(a);\n}\n"
			     "static inline int i(int a) { return a + 2; }\n"
			     "int g(int a)\n{\n\treturn work(i(a));\n}\n",
		.said = "f changed: changed by the diff\ng inlines i: inlines i, which changed\n",
	},
	{
		.sentence = "a removed line counts where it was",
		.source = BODY "int f(int a)\n{\n\tuse(&a);\n\treturn work(a);\n}\n"
			       "int g(int a)\n{\n\treturn work(a) + 1;\n}\n",
		.new_source = BODY "int f(int a)\n{\n\treturn work(a);\n}\n"
				   "int g(int a)\n{\n\treturn work(a) + 1;\n}\n",
		.said = "f changed: changed by the diff\n",
	},
	{
		.sentence = "a new function is added, and its caller has changed",
		.source = BODY "int f(int a)\n{\n\treturn work(a);\n}\n",
		.new_source = BODY NOINLINE "int n(int a)\n{\n\treturn work(a) / 3;\n}\n"
					    "int f(int a)\n{\n\treturn n(a);\n}\n",
		.said = "n new: added by the diff\nf changed: changed by the diff\n",
	},
	{
		.sentence = "a function inlines one of a header that changed",
		.header = "static inline int i(int a) { return a + 1; }\n",
		.source = BODY "int f(int a)\n{\n\treturn work(i(a));\n}\n",
		.new_header = "static inline int i(int a) { return a + 2; }\n",
		.said = "f inlines i: inlines i, which changed\n",
	},
	{
		.sentence = "a function inlines it through others",
		.header = "static inline int i(int a) { return a + 1; }\n"
			  "static inline int j(int a) { return i(a) * 3; }\n",
		.source = BODY "static inline int k(int a)\n{\n\treturn j(a);\n}\n"
			       "int f(int a)\n{\n\treturn work(k(a));\n}\n",
		.new_header = "static inline int i(int a) { return a + 2; }\n"
			      "static inline int j(int a) { return i(a) * 3; }\n",
		.said = "f inlines i: inlines i, which changed, through k, j\n",
	},
	{
		.sentence = "code that comes first and is inlined from elsewhere is no reason",
		.header = "static inline int i(int a) { return a + 1; }\n",
		.source = BODY "int f(int a)\n{\n\tuse(&a);\n\treturn work(i(a));\n}\n",
		.new_source = BODY "int f(int a)\n{\n\tint b = i(a);\n\n\tuse(&b);\n"
				   "\treturn work(i(a) + b);\n}\n",
		.said = "f changed: changed by the diff\n",
	},
	{
		.sentence = "a function that is inlined no longer is the reason as well",
		.source = BODY "static int i(int a)\n{\n\treturn a + 1;\n}\n"
			       "int f(int a)\n{\n\treturn work(i(a));\n}\n"
			       "int g(int a)\n{\n\treturn i(a);\n}\n",
		.new_source = BODY NOINLINE "static int i(int a)\n{\n\treturn work(a) / 7;\n}\n"
					    "int f(int a)\n{\n\treturn work(i(a));\n}\n"
					    "int g(int a)\n{\n\treturn i(a);\n}\n",
		.said = "i changed: so far inlined wherever it is used: changed by the diff\n"
			"f inlines i: has so far inlined i, which changed\n"
			"g inlines i: has so far inlined i, which changed\n",
	},
	{
		.sentence = "an inline function that leaves no trace is inlined all the same",
		.header = "static inline int i(void) { return 1; }\n",
		.source = BODY "int f(int a)\n{\n\treturn work(a) + i();\n}\n",
		.new_header = "static inline int i(void) { return 2; }\n",
		.said = "f inlines i: inlines i, which changed\n",
	},
	{
		.sentence = "a function uses a macro that changed",
		.header = "#define STEP 1\n",
		.source = BODY "int f(int a)\n{\n\treturn work(a + STEP);\n}\n"
			       "int g(int a)\n{\n\treturn work(a + 1);\n}\n",
		.new_header = "#define STEP 2\n",
		.said = "f uses STEP: uses the macro STEP, which changed\n",
	},
	{
		.sentence = "a function uses it through a macro and an inline function",
		.header = "#define STEP 1\n#define NEXT(a) ((a) + STEP)\n"
			  "static inline int i(int a) { return NEXT(a); }\n",
		.source = BODY "int f(int a)\n{\n\treturn work(i(a));\n}\n",
		.new_header = "#define STEP 2\n#define NEXT(a) ((a) + STEP)\n"
			      "static inline int i(int a) { return NEXT(a); }\n",
		.said = "f uses STEP: uses the macro STEP, which changed, through i, NEXT\n",
	},
	{
		.sentence = "what is inlined into each other comes first on the way",
		.header = "#define STEP 1\n#define NEXT(a) ((a) + STEP)\n",
		.source = BODY "static inline int i(int a)\n{\n\treturn work(NEXT(a));\n}\n"
			       "static inline int j(int a)\n{\n\treturn work(i(a));\n}\n"
			       "int f(int a)\n{\n\treturn work(j(a));\n}\n",
		.new_header = "#define STEP 2\n#define NEXT(a) ((a) + STEP)\n",
		.said = "f uses STEP: uses the macro STEP, which changed, through j, i, NEXT\n",
	},
	{
		.sentence = "a member that is called like a changed constant is none",
		.header = "enum e { ONE, two, THREE };\nstruct s { int two; };\n",
		.source = BODY "int f(struct s *a)\n{\n\treturn work(a->two + ONE);\n}\n"
			       "int g(int a)\n{\n\treturn work(THREE);\n}\n",
		.new_header = "enum e { ONE, NEW, two, THREE };\nstruct s { int two; };\n",
		.said = "g uses THREE: uses the constant THREE, which changed\n",
	},
	{
		.sentence = "neither is a parameter or variable of a function",
		.header = "enum e { one, two, three };\n#define STEP 1\n",
		.source = BODY "int f(int two)\n{\n\tint three = work(two);\n\n"
			       "\treturn work(three / two) + STEP;\n}\n",
		.new_header = "enum e { zero, one, two, three };\n#define STEP 2\n",
		.said = "f uses STEP: uses the macro STEP, which changed\n",
	},
	{
		.sentence = "a function that a macro makes has changed by its line",
		.source = BODY "#define MAKE(name) int do_##name(int a)\n"
			       "MAKE(one)\n{\n\treturn work(a);\n}\n"
			       "MAKE(two)\n{\n\treturn work(a) + 1;\n}\n",
		.new_source =
			BODY "#define MAKE(name) int do_##name(int a)\n"
			     "MAKE(one)\n{\n\treturn work(a);\n}\n"
			     "MAKE(two)\n{\n\ta++;\n\ta++;\n\ta *= 7;\n\treturn work(a) + 1;\n}\n",
		.said = "do_two changed: changed by the diff\n",
	},
	{
		.sentence = "one that a changed macro makes uses that",
		.source = BODY "#define MAKE(name) int do_##name(int a) { return work(a); }\n"
			       "MAKE(one);\nint g(int a)\n{\n\treturn a;\n}\n",
		.new_source =
			BODY "#define MAKE(name) int do_##name(int a) { return work(a) + 1; }\n"
			     "MAKE(one);\nint g(int a)\n{\n\treturn a;\n}\n",
		.said = "do_one uses MAKE: uses the macro MAKE, which changed\n",
	},
	{
		.sentence = "of two branches that define one name, the one that is compiled counts",
		.source = BODY "#if 1\nint f(int a)\n{\n\treturn work(a) + STEP;\n}\n#else\n"
			       "int f(int a)\n{\n\treturn work(a);\n}\n#endif\n",
		.header = "#define STEP 1\n",
		.new_header = "#define STEP 2\n",
		.new_source = BODY "#if 1\nint f(int a)\n{\n\treturn work(a) + STEP;\n}\n#else\n"
				   "int f(int a)\n{\n\treturn 0;\n}\n#endif\n",
		.said = "f uses STEP: uses the macro STEP, which changed\n",
	},
	{
		.sentence = "a function follows a constant that moves",
		.source = BODY "static const int table[] = {1, 2, 3};\n"
			       "int f(int a)\n{\n\treturn table[a];\n}\n",
		.new_source = BODY "static const int table[] = {1, 2, 3, 4};\n"
				   "int f(int a)\n{\n\treturn table[a];\n}\n",
		.said = "f follows table: refers to table, which moves into the update\n",
	},
	{
		.sentence = "a function that the compiler compiles differently has that reason",
		.source = BODY NOINLINE
		"static int leaf(int a)\n{\n\treturn a * 3;\n}\n"
		"int f(int a, int b, int c)\n{\n\treturn leaf(a) + b * c;\n}\n",
		.new_source = BODY NOINLINE
		"static int leaf(int a)\n{\n\treturn work(a) * 3;\n}\n"
		"int f(int a, int b, int c)\n{\n\treturn leaf(a) + b * c;\n}\n",
		.said = "leaf changed: changed by the diff\n"
			"f differs leaf: no line of the diff is in it, but it calls leaf, which "
			"changed\n",
	},
	{
		.sentence = "so does one whose callers pass other arguments",
		.source =
			BODY NOINLINE "static int leaf(int a, int b)\n{\n\treturn work(a) * b;\n}\n"
				      "int f(int a)\n{\n\treturn leaf(a, 3);\n}\n",
		.new_source =
			BODY NOINLINE "static int leaf(int a, int b)\n{\n\treturn work(a) * b;\n}\n"
				      "int f(int a)\n{\n\treturn leaf(a, 5);\n}\n",
		.said = "leaf.constprop.0 differs f: no line of the diff is in it, but f, which "
			"calls "
			"it, changed\n",
	},
	{
		.sentence = "a function that gets code of its own is not new",
		.source = BODY "static int i(int a)\n{\n\treturn work(a) / 7;\n}\n"
			       "int f(int a)\n{\n\treturn i(a);\n}\n",
		.new_source = BODY "static int i(int a)\n{\n\treturn work(a) / 7;\n}\n"
				   "int f(int a)\n{\n\tuse(i);\n\treturn work(a);\n}\n",
		.said = "i differs: so far inlined wherever it is used: no line of the diff is in "
			"it; the compiler made a function of its own for it\nf changed: changed by "
			"the diff\n",
	},
	{
		.sentence = "a function uses a type that changed",
		.header = "struct s { int a, b; };\n",
		.source = BODY "int f(struct s *s)\n{\n\treturn work(s->b);\n}\n"
			       "int g(int s)\n{\n\treturn work(s + 1);\n}\n",
		.new_header = "struct s { int a; long more; int b; };\n",
		.said = "f uses s: uses the type s, which changed\n",
	},
	{
		.sentence = "a function refers to a constant that is known and changed",
		.source = BODY
		"static const int step = 1;\nint f(int a)\n{\n\treturn work(a + step);\n}\n",
		.new_source =
			BODY "static const int step = 2;\nint f(int a)\n{\n\treturn work(a + step);"
			     "\n}\n",
		.said = "f uses step: refers to step, which changed\n",
	},
	{
		.sentence = "a function uses one that is declared in another way",
		.header = "int given(int);\n",
		.source = BODY "int f(int a)\n{\n\treturn given(a) / 2;\n}\n",
		.new_header = "unsigned int given(int);\n",
		.said = "f uses given: uses given, whose declaration changed\n",
	},
	{
		.sentence = "a comment in a function is no change of it",
		.header = "#define STEP 1\n",
		.source = BODY "int f(int a)\n{\n\treturn work(a + STEP);\n}\n",
		.new_header = "#define STEP 2\n",
		.new_source = BODY "int f(int a)\n{\n\t/* a step\n\t * further */\n"
				   "\treturn work(a + STEP);\n}\n",
		.said = "f uses STEP: uses the macro STEP, which changed\n",
	},
	{
		.sentence = "of two functions that a macro makes in lines of one number, the right "
			    "one counts",
		.source = BODY "#define MAKE(name) int do_##name(int a)\n"
			       "MAKE(one)\n{\n\treturn work(a);\n}\n"
			       "MAKE(two)\n{\n\treturn work(a) + STEP;\n}\n",
		.header = "#define STEP 1\n",
		.new_header = "#define STEP 2\n",
		.new_source =
			BODY "#define MAKE(name) int do_##name(int a)\n"
			     "MAKE(one)\n{\n\tuse(&a);\n\tuse(&a);\n\tuse(&a);\n\tuse(&a);\n"
			     "\treturn work(a);\n}\nMAKE(two)\n{\n\treturn work(a) + STEP;\n}\n",
		.said = "do_one changed: changed by the diff\n"
			"do_two uses STEP: uses the macro STEP, which changed\n",
	},
	{
		.sentence = "a changed command is reported as one",
		.source = BODY "#ifndef STEP\n#define STEP 1\n#endif\n"
			       "int f(int a)\n{\n\treturn work(a) + 2;\n}\n",
		.new_command = true,
		.said = "f differs: the diff changes how its file is compiled; its code differs",
	},
	{
		.sentence = "without debugging information, own lines are known by the name",
		.header = "static inline int i(int a) { return a + 1; }\n#define STEP 1\n",
		.source = BODY "int f(int a)\n{\n\treturn work(a);\n}\n"
			       "int g(int a)\n{\n\treturn work(a) + STEP;\n}\n"
			       "int h(int a)\n{\n\treturn work(i(a));\n}\n",
		.new_header = "static inline int i(int a) { return a + 3; }\n#define STEP 2\n",
		.new_source = BODY "int f(int a)\n{\n\treturn work(a) * 3;\n}\n"
				   "int g(int a)\n{\n\treturn work(a) + STEP;\n}\n"
				   "int h(int a)\n{\n\treturn work(i(a));\n}\n",
		.said = "f changed: changed by the diff\n"
			"g uses STEP: uses the macro STEP, which changed\n"
			"h inlines i: inlines i, which changed\n",
		.flags = "-g0",
	},
};

/* The directories of one row. */
struct fixture {
	char directory[32];
	char source[64], work[64], build[64], log[64];
	struct message_sink sink;
	struct tree tree;
	const struct reason_case *row;
};

static void put(const char *directory, const char *path, const char *text)
{
	_cleanup_free_ char *full = NULL;

	assert_null(text_format(&full, "%s/%s", directory, path));
	assert_null(directory_make_above(full));
	assert_null(file_write(full, text, strlen(text)));
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->row = *state;
	strcpy(fixture->directory, "/tmp/test-reasons-XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	snprintf(fixture->source, sizeof(fixture->source), "%s/source", fixture->directory);
	snprintf(fixture->work, sizeof(fixture->work), "%s/work", fixture->directory);
	snprintf(fixture->build, sizeof(fixture->build), "%s/build", fixture->directory);
	snprintf(fixture->log, sizeof(fixture->log), "%s/log", fixture->directory);
	assert_null(directory_make(fixture->source));
	assert_null(directory_make(fixture->work));
	assert_null(directory_make(fixture->build));
	fixture->sink = (struct message_sink){.program = "test", .verbosity = -1};
	fixture->tree = (struct tree){.source = fixture->source,
				      .work = fixture->work,
				      .build = fixture->build,
				      .log = fixture->log,
				      .sink = &fixture->sink};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	assert_null(directory_remove(fixture->directory));
	free(fixture);
	return 0;
}

/* The view of a diff between the row's versions; *set is the diff that was read. */
static void make_view(const struct fixture *fixture, struct patch_set *set, char **view)
{
	const struct reason_case *row = fixture->row;
	_cleanup_text_list_ struct text_list patches = {0};
	const char *header = row->header ?: "";

	put(fixture->source, "lib/t.h", header);
	put(fixture->source, "lib/t.c", row->source);
	put(fixture->directory, "a/lib/t.h", header);
	put(fixture->directory, "a/lib/t.c", row->source);
	put(fixture->directory, "b/lib/t.h", row->new_header ?: header);
	put(fixture->directory, "b/lib/t.c", row->new_source ?: row->source);
	scratch_run("cd %s && ! diff -urN a b > in.patch || { cp /dev/null in.patch; "
		    "printf -- '--- a/Makefile\\n+++ b/Makefile\\n@@ -1 +1,2 @@\\n \\n+x\\n' > "
		    "in.patch; "
		    "echo > source/Makefile; }",
		    fixture->directory);
	assert_null(text_list_add(&patches, "%s/in.patch", fixture->directory));
	assert_null(patch_set_read(&patches, set));
	assert_null(patch_set_settle(set, NULL));
	assert_null(view_make((struct tree *)&fixture->tree, set, 0, view));
}

static void compile(const struct fixture *fixture, const char *source, const char *flags,
		    const char *object)
{
	scratch_run(
		"gcc -std=gnu11 -O2 -w -ffreestanding -fno-pie -mcmodel=kernel -mno-red-zone "
		"-fno-common "
		"-fno-asynchronous-unwind-tables -fcf-protection=none -ffunction-sections "
		"-fdata-sections %s %s -include %s/lib/t.h -MMD -MF %s/%s.d -c -o %s/%s %s/lib/t.c",
		fixture->row->flags ?: "-g", flags, source, fixture->directory, object,
		fixture->directory, object, source);
}

/* "NAME REASON [CAUSE]: WHY" of all functions, to be freed. */
static char *describe(const struct diffobj_result *result, const struct reason_list *list)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(list->count, result->nr_functions);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s %s%s%s: %s\n", result->functions[i].name,
			manifest_reason_name(list->items[i].reason),
			list->items[i].cause ? " " : "", list->items[i].cause ?: "",
			list->items[i].why);
	fclose(out);
	return text;
}

static void check(const struct fixture *fixture, struct patch_set *set, const char *view)
{
	const struct diffobj_options options = {.rewrite = true};
	const struct reason_case *row = fixture->row;
	_cleanup_(reason_list_clear) struct reason_list reasons = {0};
	_cleanup_free_ char *original = NULL, *patched = NULL, *said = NULL;
	struct source_files *files;
	struct diffobj_result *result;

	assert_null(text_format(&original, "%s/original.o", fixture->directory));
	assert_null(text_format(&patched, "%s/patched.o", fixture->directory));
	const struct unit unit = {
		.source = "lib/t.c",
		.object = "vmlinux",
		.original = original,
		.patched = patched,
		.patched_command = row->new_command ? "" : NULL,
	};

	compile(fixture, fixture->source, "", "original.o");
	compile(fixture, view, row->new_command ? "-Os -fno-builtin" : "", "patched.o");
	assert_null(diffobj_run(original, patched, NULL, &options, &result));
	assert_null(source_files_open(&fixture->tree, view, set, &files));
	assert_null(reason_list_find(files, &unit, result, &reasons));
	said = describe(result, &reasons);
	if (strncmp(said, row->said, strlen(row->said)) != 0)
		fail_msg("it says:\n%s", said);
	source_files_free(files);
	diffobj_result_free(result);
}

static void run_case(void **state)
{
	const struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;
	struct patch_set set;

	make_view(fixture, &set, &view);
	check(fixture, &set, view);
	patch_set_clear(&set);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){
			.name = cases[i].sentence,
			.test_func = run_case,
			.setup_func = set_up,
			.teardown_func = tear_down,
			.initial_state = (void *)&cases[i],
		};
	return _cmocka_run_group_tests("reasons", tests, ARRAY_SIZE(cases), NULL, NULL);
}
