// SPDX-License-Identifier: GPL-2.0-or-later
/* Diffs that don't apply: the messages about a source that has the change, or other lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/diff/patch_set.h"

#define X_OLD "int a;\nint b;\nint c;\nint d;\nint e;\nint f;\n"
#define X_NEW "int a;\nint b;\nint c;\nint new;\nint d;\nint e;\nint f;\n"

#define X_ADDS                                                                                  \
	"--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,6 +1,7 @@\n int a;\n int b;\n int c;\n+int new;\n" \
	" int d;\n int e;\n int f;\n"
#define X_REMOVES                                                                               \
	"--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,7 +1,6 @@\n int a;\n int b;\n int c;\n-int new;\n" \
	" int d;\n int e;\n int f;\n"
#define Y_CHANGES "--- a/dir/y.c\n+++ b/dir/y.c\n@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n"
#define NEW_FILE  "--- /dev/null\n+++ b/dir/new.c\n@@ -0,0 +1 @@\n+int n;\n"

static const struct {
	const char *sentence;
	const char *x, *y, *new; /* the sources dir/x.c, dir/y.c and dir/new.c; NULL for none */
	const char *diff;
	enum lp_status status;
	const char *says[3];
} cases[] = {
	{"a line that is there",
	 X_NEW,
	 NULL,
	 NULL,
	 X_ADDS,
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/x.c)"}},
	{"a line that is there, further down",
	 "int z;\n" X_NEW,
	 NULL,
	 NULL,
	 X_ADDS,
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/x.c)"}},
	{"a line that is gone",
	 X_OLD,
	 NULL,
	 NULL,
	 X_REMOVES,
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/x.c)"}},
	{"what is around a removed line, elsewhere",
	 "int z;\n" X_OLD,
	 NULL,
	 NULL,
	 X_REMOVES,
	 LP_NOT_APPLYING,
	 {"dir/x.c: hunk 1 does not fit"}},
	{"two changes of one file, both there",
	 X_NEW "int g;\nint h;\n",
	 NULL,
	 NULL,
	 X_ADDS "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -8,3 +8,2 @@\n int g;\n-int gone;\n int h;\n",
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source"}},
	{"a file that is there",
	 NULL,
	 NULL,
	 "int n;\n",
	 NEW_FILE,
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/new.c)"}},
	{"another file of that name",
	 NULL,
	 NULL,
	 "int other;\n",
	 NEW_FILE,
	 LP_NOT_APPLYING,
	 {"dir/new.c: the diff makes this file, and the source has another"}},
	{"one of two files",
	 X_NEW,
	 "one\ntwo\n",
	 NULL,
	 X_ADDS Y_CHANGES,
	 LP_NOT_APPLYING,
	 {"dir/x.c: the source has this change already", "dir/y.c: it fits"}},
	{"both of two files",
	 X_NEW,
	 "one\nzwei\n",
	 NULL,
	 X_ADDS Y_CHANGES,
	 LP_NOTHING_TO_PATCH,
	 {"(dir/x.c and the other changed files)"}},
	{"one is there and one misfits",
	 X_NEW,
	 "one\nthree\n",
	 NULL,
	 X_ADDS Y_CHANGES,
	 LP_NOT_APPLYING,
	 {"dir/x.c: the source has this change already",
	  "dir/y.c: hunk 1 does not fit: line 2 should be \"two\", and is \"three\""}},
	{"another line, moved",
	 "int z;\nint a;\nint b;\nint see;\nint d;\nint e;\nint f;\n",
	 NULL,
	 NULL,
	 X_ADDS,
	 LP_NOT_APPLYING,
	 {"dir/x.c: hunk 1 does not fit: line 4 should be \"int c;\", and is \"int see;\""}},
	{"the second hunk",
	 X_OLD "1\n2\n3\n",
	 NULL,
	 NULL,
	 X_ADDS "@@ -8,2 +9,2 @@\n 2\n-4\n+5\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: hunk 2 does not fit: line 9 should be \"4\", and is \"3\""}},
	{"other blanks",
	 NULL,
	 "one\n\ttwo\n",
	 NULL,
	 "--- a/dir/y.c\n+++ b/dir/y.c\n@@ -1,2 +1,2 @@\n one\n-        two\n+zwei\n",
	 LP_NOT_APPLYING,
	 {"line 2, \"two\", has other blanks in the diff"}},
	{"too little context behind it",
	 "int z;\n" X_OLD,
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -2,3 +2,4 @@\n int b;\n int c;\n+int new;\n int d;\n",
	 LP_NOT_APPLYING,
	 {"its lines are at line 3, but it has fewer lines of context"}},
	{"a hunk that would fit everywhere",
	 X_OLD,
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -3,0 +4 @@\n+int new;\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: it has a hunk without context"}},
	{"lines of one function that another has already",
	 "int f(void)\n{\n\told;\n\tb;\n}\n\nint g(void)\n{\n\ta;\n\tnew;\n\tb;\n}\n",
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -3,2 +3,3 @@ int f(void)\n \ta;\n+\tnew;\n \tb;\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: hunk 1 does not fit"}},
	{"lines that are there in the function that is named, behind a label",
	 "int z;\nint f(void)\n{\nout:\n\ta;\n\tnew;\n\tb;\n}\n",
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -4,2 +4,3 @@ int f(void)\n \ta;\n+\tnew;\n \tb;\n",
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/x.c)"}},
	{"two hunks that are there at different distances",
	 "\tz;\n\ta;\n\tnew;\n\tb;\n\tc;\n\td;\n\tnew;\n\te;\n",
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,2 +1,3 @@\n \ta;\n+\tnew;\n \tb;\n"
	 "@@ -3,2 +4,3 @@\n \td;\n+\tnew;\n \te;\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: hunk 1 does not fit"}},
	{"a line that is removed without context",
	 "int z;\n" X_OLD,
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -3 +2,0 @@\n-int c;\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: it has a hunk without context"}},
	{"a line that is replaced without context, where it stands",
	 X_OLD,
	 NULL,
	 NULL,
	 "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1 +1 @@\n-int a;\n+int new;\n",
	 LP_NOT_APPLYING,
	 {"dir/x.c: it has a hunk without context"}},
	{"a file that is to go, and has more",
	 NULL,
	 "one\ntwo\nthree\n",
	 NULL,
	 "--- a/dir/y.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n",
	 LP_NOT_APPLYING,
	 {"dir/y.c: "}},
	{"a file that is to go, and has more in front",
	 NULL,
	 "zero\none\ntwo\n",
	 NULL,
	 "--- a/dir/y.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n",
	 LP_NOT_APPLYING,
	 {"dir/y.c: "}},
	{"a file that is replaced as a whole, and is so already",
	 NULL,
	 "eins\nzwei",
	 NULL,
	 "--- a/dir/y.c\n+++ b/dir/y.c\n@@ -1 +1,2 @@\n-one\n+eins\n+zwei\n"
	 "\\ No newline at end of file\n",
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/y.c)"}},
	{"a file that is renamed to one that is there",
	 X_OLD,
	 "one\n",
	 NULL,
	 "diff --git a/dir/x.c b/dir/y.c\nsimilarity index 100%\nrename from dir/x.c\n"
	 "rename to dir/y.c\n" X_ADDS,
	 LP_NOT_APPLYING,
	 {"dir/y.c: the diff makes this file, and the source has another"}},
	{"a rename that is there",
	 NULL,
	 "one\nzwei\n",
	 NULL,
	 "diff --git a/dir/x.c b/dir/y.c\nsimilarity index 80%\nrename from dir/x.c\n"
	 "rename to dir/y.c\n--- a/dir/x.c\n+++ b/dir/y.c\n@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n",
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source: nothing to do (dir/y.c)"}},
	{"two patches, of which the second changes what the first adds, both there",
	 "int a;\nint b;\nint c;\nint newer;\nint d;\nint e;\nint f;\n",
	 NULL,
	 NULL,
	 X_ADDS "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -3,3 +3,3 @@\n int c;\n-int new;\n+int newer;\n"
		" int d;\n",
	 LP_NOTHING_TO_PATCH,
	 {"already in the kernel source"}},
	{"what is there beside what is wanted",
	 "int a;\nint b;\nint see;\nint d;\nint e;\nint f;\n",
	 NULL,
	 NULL,
	 X_ADDS,
	 LP_NOT_APPLYING,
	 {"-    3  int c;", "+    3  int see;", "with --fuzz="}},
	{"a file that ends too early",
	 NULL,
	 "one\n",
	 NULL,
	 Y_CHANGES,
	 LP_NOT_APPLYING,
	 {"after the last line, 1, there should be \"two\""}},
};

static void write_file(const char *directory, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	if (!text)
		return;
	assert_null(text_format(&path, "%s/dir/%s", directory, name));
	assert_null(directory_make_above(path));
	assert_null(file_write(path, text, strlen(text)));
}

static void why_is_said(void **state)
{
	struct message_sink sink = {.program = "test"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char top[] = "/tmp/test-patch-trouble-XXXXXX";
		_cleanup_free_ char *source = NULL, *copies = NULL, *diff = strdup(cases[i].diff);
		struct patch_set set = {0};

		assert_non_null(mkdtemp(top));
		assert_null(text_format(&source, "%s/source", top));
		assert_null(text_format(&copies, "%s/copies", top));
		assert_null(directory_make(source));
		assert_null(directory_make(copies));
		for (int k = 0; k < 2; k++) {
			write_file(k ? source : copies, "x.c", cases[i].x);
			write_file(k ? source : copies, "y.c", cases[i].y);
			write_file(k ? source : copies, "new.c", cases[i].new);
		}
		assert_null(patch_set_add(&set, "fix.patch", diff, -1));
		assert_null(patch_set_settle(&set, source));
		const struct patch_way way = {.source = source, .scratch = top};
		_cleanup_error_ struct lp_error *error = patch_set_apply(&set, &way, copies, &sink);

		if (!error)
			fail_msg("%s: it applies", cases[i].sentence);
		if (error->status != cases[i].status)
			fail_msg("%s: status %d: %s", cases[i].sentence, error->status,
				 error->message);
		for (size_t k = 0; k < 3 && cases[i].says[k]; k++) {
			if (!strstr(error->message, cases[i].says[k]))
				fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].sentence,
					 error->message, cases[i].says[k]);
		}
		patch_set_clear(&set);
		assert_null(directory_remove(top));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(why_is_said),
	};

	return cmocka_run_group_tests_name("patch_trouble", tests, NULL, NULL);
}
