// SPDX-License-Identifier: GPL-2.0-or-later
/* The patched view: the source stays as it is, and lines keep their numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/base/source_path.h"
#include "create/target/view.h"

struct fixture {
	char directory[32];
	char source[64], work[64], log[64];
	struct message_sink sink;
	struct tree tree;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->directory, "/tmp/test-view-XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	snprintf(fixture->source, sizeof(fixture->source), "%s/source", fixture->directory);
	snprintf(fixture->work, sizeof(fixture->work), "%s/work", fixture->directory);
	snprintf(fixture->log, sizeof(fixture->log), "%s/log", fixture->directory);
	assert_null(directory_make(fixture->source));
	assert_null(directory_make(fixture->work));
	fixture->sink = (struct message_sink){.program = "test", .verbosity = -1};
	fixture->tree = (struct tree){.source = fixture->source,
				      .work = fixture->work,
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

static void write_source(struct fixture *fixture, const char *path, const char *text)
{
	_cleanup_free_ char *full = NULL;

	assert_null(text_format(&full, "%s/%s", fixture->source, path));
	assert_null(directory_make_above(full));
	assert_null(file_write(full, text, strlen(text)));
}

/* Makes the view for a diff against a/dir/x.c; the error, if any, is the caller's. */
static struct lp_error *make_view(struct fixture *fixture, const char *diff, char **view)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_text_list_ struct text_list files = {0};
	struct patch_set set;

	assert_null(text_format(&path, "%s/in.patch", fixture->directory));
	assert_null(file_write(path, diff, strlen(diff)));
	assert_null(text_list_add(&files, "%s", path));
	assert_null(patch_set_read(&files, &set));
	assert_null(patch_set_settle(&set, NULL));
	assert_null(patch_set_pass_over(&set, source_path_aside));
	struct lp_error *error = view_make(&fixture->tree, &set, 0, view);

	patch_set_clear(&set);
	return error;
}

static void assert_holds(const char *directory, const char *path, const char *text)
{
	_cleanup_free_ char *full = NULL;
	_cleanup_blob_ struct blob blob = {0};

	assert_null(text_format(&full, "%s/%s", directory, path));
	assert_null(file_read(full, 65536, &blob));
	assert_string_equal((char *)blob.data, text);
}

/* Each row: a source, a diff against it, and the text that the compiler must see. */
static const struct numbering {
	const char *sentence;
	const char *source;
	const char *hunk;
	const char *seen;
} numberings[] = {
	{"an added line moves nothing below it", "1\n2\n3\n4\n",
	 "@@ -1,3 +1,4 @@\n 1\n+new\n 2\n 3\n", "1\nnew\n#line 2\n2\n3\n4\n"},
	{"a removed line moves nothing below it", "1\n2\n3\n4\n", "@@ -1,3 +1,2 @@\n 1\n-2\n 3\n",
	 "1\n#line 3\n3\n4\n"},
	{"a replaced line needs no directive", "1\n2\n3\n4\n",
	 "@@ -1,3 +1,3 @@\n 1\n-2\n+new\n 3\n", "1\nnew\n3\n4\n"},
	{"no directive where a macro goes on", "#define X \\\n 2\n3\n4\n",
	 "@@ -1,3 +1,4 @@\n #define X \\\n+new \\\n  2\n 3\n",
	 "#define X \\\nnew \\\n 2\n#line 3\n3\n4\n"},
	{"no directive inside a comment", "/* 1\n * 2\n */\n4\n",
	 "@@ -1,3 +1,4 @@\n /* 1\n+ * new\n  * 2\n  */\n", "/* 1\n * new\n * 2\n */\n#line 4\n4\n"},
	{"a string that looks like a comment is none", "a(\"/*\");\n2\n3\n",
	 "@@ -1,3 +1,4 @@\n a(\"/*\");\n+new\n 2\n 3\n", "a(\"/*\");\nnew\n#line 2\n2\n3\n"},
};

static void lines_keep_their_numbers(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(numberings); i++) {
		_cleanup_free_ char *view = NULL, *diff = NULL, *original = NULL;

		print_message("%s\n", numberings[i].sentence);
		write_source(fixture, "dir/x.c", numberings[i].source);
		assert_null(
			text_format(&diff, "--- a/dir/x.c\n+++ b/dir/x.c\n%s", numberings[i].hunk));
		assert_null(make_view(fixture, diff, &view));
		assert_holds(view, "dir/x.c", numberings[i].seen);
		assert_holds(fixture->source, "dir/x.c", numberings[i].source);
		assert_null(directory_remove(view));
	}
}

static void all_else_is_the_source_itself(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL, *link = NULL;
	struct stat status;

	write_source(fixture, "dir/x.c", "1\n2\n3\n");
	write_source(fixture, "dir/y.h", "y\n");
	write_source(fixture, "other/z.h", "z\n");
	assert_null(make_view(
		fixture, "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n", &view));
	assert_holds(view, "dir/y.h", "y\n");
	assert_holds(view, "other/z.h", "z\n");
	assert_null(text_format(&link, "%s/other", view));
	assert_int_equal(lstat(link, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
}

static void files_without_code_need_not_be_there(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;

	write_source(fixture, "dir/x.c", "1\n2\n");
	assert_null(make_view(fixture,
			      "--- a/Documentation/x.rst\n+++ b/Documentation/x.rst\n"
			      "@@ -1,2 +1,2 @@\n--- a/no.c\n+++ b/no.c\n x\n"
			      "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n"
			      "diff --git a/README b/README\n--- a/README\n+++ b/README\n"
			      "@@ -1 +1 @@\n-a\n+b\n",
			      &view));
	assert_holds(view, "dir/x.c", "one\n2\n");
}

static void untouched_files_find_the_patched_ones_above_them(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;
	_cleanup_text_list_ struct text_list files = {0};

	write_source(fixture, "dir/below/y.c", "#include \"../x.h\"\n");
	write_source(fixture, "dir/x.h", "1\n");
	assert_null(
		make_view(fixture, "--- a/dir/x.h\n+++ b/dir/x.h\n@@ -1 +1 @@\n-1\n+one\n", &view));
	assert_holds(view, "dir/below/../x.h", "1\n");
	assert_null(text_list_add(&files, "dir/below/y.c"));
	assert_null(view_make_real(&fixture->tree, view, &files));
	assert_holds(view, "dir/below/../x.h", "one\n");
	assert_holds(view, "dir/below/y.c", "#include \"../x.h\"\n");
}

static void new_and_moved_files_stay_out_of_the_source(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL, *added = NULL, *moved = NULL;

	write_source(fixture, "dir/x.h", "1\n");
	assert_null(make_view(fixture,
			      "--- /dev/null\n+++ b/dir/new.h\n@@ -0,0 +1 @@\n+new\n"
			      "diff --git a/dir/x.h b/dir/z.h\nrename from dir/x.h\n"
			      "rename to dir/z.h\n--- a/dir/x.h\n+++ b/dir/z.h\n"
			      "@@ -1 +1 @@\n-1\n+one\n",
			      &view));
	assert_holds(view, "dir/new.h", "new\n");
	/* __FILE__ keeps its value. */
	assert_holds(view, "dir/z.h", "#line 1 \"dir/x.h\"\none\n");
	assert_holds(fixture->source, "dir/x.h", "1\n");
	assert_null(text_format(&added, "%s/dir/new.h", fixture->source));
	assert_int_not_equal(access(added, F_OK), 0);
	assert_null(text_format(&moved, "%s/dir/x.h", view));
	assert_int_not_equal(access(moved, F_OK), 0);
}

static void the_users_numbering_can_be_had_again(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;

	write_source(fixture, "dir/x.c", "1\n2\n");
	assert_null(make_view(
		fixture, "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,2 +1,3 @@\n 1\n+new\n 2\n", &view));
	assert_holds(view, "dir/x.c", "1\nnew\n#line 2\n2\n");
	assert_null(view_show_numbers(&fixture->tree, view));
	assert_holds(view, "dir/x.c", "1\nnew\n2\n");
}

static void a_hunk_that_does_not_fit_is_named(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;

	write_source(fixture, "dir/x.c", "1\n2\n3\n");
	_cleanup_error_ struct lp_error *error = make_view(
		fixture, "--- a/dir/x.c\n+++ b/dir/x.c\n@@ -1,2 +1,2 @@\n other\n-2\n+two\n",
		&view);

	assert_non_null(error);
	assert_int_equal(error->status, LP_NOT_APPLYING);
	assert_non_null(strstr(error->message, "dir/x.c"));
	assert_non_null(strstr(error->message,
			       "hunk 1 does not fit: line 1 should be \"other\", and is \"1\""));
	assert_holds(fixture->source, "dir/x.c", "1\n2\n3\n");
}

static void a_file_that_leaves_a_folder_without_code_stays_in_the_source(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;

	write_source(fixture, "tools/x.c", "1\n");
	write_source(fixture, "dir/y.c", "1\n");
	assert_null(make_view(fixture,
			      "diff --git a/tools/x.c b/dir/x.c\nsimilarity index 50%\n"
			      "rename from tools/x.c\nrename to dir/x.c\nindex 12..34 100644\n"
			      "--- a/tools/x.c\n+++ b/dir/x.c\n@@ -1 +1 @@\n-1\n+one\n"
			      "diff --git a/dir/y.c b/dir/z.c\nsimilarity index 100%\n"
			      "copy from dir/y.c\ncopy to dir/z.c\n",
			      &view));
	assert_holds(view, "dir/x.c", "#line 1 \"tools/x.c\"\none\n");
	assert_holds(view, "dir/z.c", "1\n");
	assert_holds(fixture->tree.source, "tools/x.c", "1\n");
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *view = NULL;
	_cleanup_error_ struct lp_error *error = make_view(
		fixture, "--- a/dir/no.c\n+++ b/dir/no.c\n@@ -1 +1 @@\n-2\n+two\n", &view);

	assert_non_null(error);
	assert_int_equal(error->status, LP_NOT_APPLYING);
	assert_non_null(strstr(error->message, "dir/no.c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_keep_their_numbers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_else_is_the_source_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_without_code_need_not_be_there, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(untouched_files_find_the_patched_ones_above_them,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(new_and_moved_files_stay_out_of_the_source, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_users_numbering_can_be_had_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_hunk_that_does_not_fit_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_file_that_leaves_a_folder_without_code_stays_in_the_source, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_named, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
