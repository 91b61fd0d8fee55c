// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of diffs: the sum of their changes, and the texts that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/diff/diff_names.h"
#include "create/diff/patch_set.h"

/* Reads `text` as a patch file; the error, if any, is the caller's. */
static struct lp_error *read_text(const char *text, struct patch_set *set)
{
	char path[] = "/tmp/test-patch-set-XXXXXX";
	int fd = mkstemp(path);
	_cleanup_text_list_ struct text_list files = {0};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	assert_null(text_list_add(&files, "%s", path));
	struct lp_error *error = patch_set_read(&files, set);

	if (!error)
		error = patch_set_check(set, &files);
	if (!error)
		error = patch_set_settle(set, NULL);
	unlink(path);
	return error;
}

static const struct accepted {
	const char *sentence;
	const char *text;
	enum change_kind kind;
	const char *path;
} accepted[] = {
	{"a hunk of git's",
	 "diff --git a/fs/x.c b/fs/x.c\n--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1 +1 @@\n-a\n+b\n",
	 CHANGE_MODIFIED, "fs/x.c"},
	{"names with times behind a tab",
	 "--- a/x.c\t2022-01-01\n+++ b/x.c\t2022-01-02\n@@ -1,2 +1 @@\n a\n-b\n", CHANGE_MODIFIED,
	 "x.c"},
	{"a new file", "--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+a\n", CHANGE_ADDED, "new.c"},
	{"a new file, by diff -N", "--- a/new.c\t1970-01-01\n+++ b/new.c\n@@ -0,0 +1 @@\n+a\n",
	 CHANGE_ADDED, "new.c"},
	{"a removed file, by diff -N", "--- a/old.c\n+++ b/old.c\n@@ -1 +0,0 @@\n-a\n",
	 CHANGE_REMOVED, "old.c"},
	{"a removed file", "--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", CHANGE_REMOVED,
	 "old.c"},
	{"a rename with a change",
	 "diff --git a/a.c b/b.c\nrename from a.c\nrename to b.c\n--- a/a.c\n+++ b/b.c\n@@ -1 +1 "
	 "@@\n-a\n+b\n",
	 CHANGE_RENAMED, "b.c"},
	{"a removed line that looks like a header",
	 "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n--- a/no.c\n+++ b/no.c\n b\n", CHANGE_MODIFIED,
	 "x.c"},
	{"Windows line ends", "--- a/x.c\r\n+++ b/x.c\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n",
	 CHANGE_MODIFIED, "x.c"},
	{"no newline at the end",
	 "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
	 CHANGE_MODIFIED, "x.c"},
	{"a mail around the diff",
	 "From: someone\nSubject: [PATCH] fix\n\ntext\n---\n x.c | 2 +-\n\n--- a/x.c\n+++ b/x.c\n"
	 "@@ -1 +1 @@ int f(void)\n-a\n+b\n-- \n2.39\n",
	 CHANGE_MODIFIED, "x.c"},
};

static void reads_what_diffs_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(accepted); i++) {
		struct patch_set set;
		struct lp_error *error = read_text(accepted[i].text, &set);

		if (error)
			fail_msg("%s: %s", accepted[i].sentence, error->message);
		assert_int_equal(set.nr_changes, 1);
		assert_int_equal(set.changes[0].kind, accepted[i].kind);
		assert_string_equal(set.changes[0].path, accepted[i].path);
		assert_null(strchr(set.texts.items[0], '\r'));
		patch_set_clear(&set);
	}
}

static const struct refused {
	const char *text;
	enum lp_status status;
	const char *says;
} refused[] = {
	{"", LP_NOTHING_TO_PATCH, "changes no line"},
	{"\n \n", LP_NOTHING_TO_PATCH, "is empty"},
	{"diff --git a/x.c b/x.c\nold mode 100644\nnew mode 100755\n", LP_NOTHING_TO_PATCH,
	 "only modes or names"},
	{"diff --git a/x.c b/y.c\nsimilarity index 100%\nrename from x.c\nrename to y.c\n",
	 LP_NOTHING_TO_PATCH, "only modes or names"},
	{"just words\n", LP_NOT_APPLYING, "is no diff"},
	{"<!DOCTYPE html>\n<html><body>+++ b/x.c\n", LP_NOT_APPLYING, "is a web page"},
	{"<html><pre>\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n</pre>", LP_NOT_APPLYING,
	 "is a web page"},
	{"\n<html lang=\"en\">\n", LP_NOT_APPLYING, "is a web page"},
	{"*** a/x.c\n--- b/x.c\n***************\n*** 1,2 ****\n! a\n--- 1,2 ----\n! b\n",
	 LP_NOT_APPLYING, ":3: it is a context diff"},
	{"12c12\n< a\n---\n> b\n", LP_NOT_APPLYING, "is no unified diff"},
	{"diff --git a/x.c b/x.c\nindex 12..34 100644\n--- a/x.c\n+++ b/x.c\n", LP_NOT_APPLYING,
	 "has no hunk"},
	{"diff --git a/x.c b/x.c\nindex 12..34 100644\n", LP_NOT_APPLYING, "has no hunk"},
	{"commit 1\nMerge: 2 3\n\n    merged\n\ndiff --combined x.c\nindex 1,2..3\n--- a/x.c\n"
	 "+++ b/x.c\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n",
	 LP_NOT_APPLYING, ":6: it is a combined diff"},
	{"--- a/x.c\n+++ b/x.c\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n", LP_NOT_APPLYING,
	 ":3: it is a combined diff"},
	{"--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING,
	 "leads out of"},
	{"--- a/x.c\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING, "leads out of"},
	{"diff --git a/a.c b/b.c\nrename from a.c\nrename to ../b.c\n", LP_NOT_APPLYING,
	 "leads out of"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b", LP_NOT_APPLYING, ":5: the last line is cut"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n+c\n", LP_NOT_APPLYING,
	 ":6: the hunk has more"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n\n c\n", LP_NOT_APPLYING,
	 ":7: the hunk has more"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n--- a/y.c\n", LP_NOT_APPLYING,
	 ":6: the diff ends after the first name"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n--- a/y.c\n+++ b/y.c\n", LP_NOT_APPLYING,
	 ":6: the diff names a file to change, but has no hunk"},
	{"diff --git a/x.c b/y.c\nsimilarity index 90%\nrename from x.c\nrename to y.c\n"
	 "index 12..34 100644\n",
	 LP_NOT_APPLYING, "has no hunk"},
	{"diff --git a/x.c b/x.c\nnew file mode 100644\nindex 0000000..34cd\n", LP_NOT_APPLYING,
	 "has no hunk"},
	{"@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING, "without the names"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1,0 +1,0 @@\n", LP_NOT_APPLYING, "the hunk has no lines"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1,99999999999999999999 +1 @@\n-a\n", LP_NOT_APPLYING,
	 "no hunk header"},
	{"--- a/x$(id).c\n+++ b/x$(id).c\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING,
	 "characters that no name"},
	{"--- \"a/x\\ty.c\"\n+++ \"b/x\\ty.c\"\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING,
	 "characters that no name"},
	{"--- \"a/\\056\\056/y.c\"\n+++ b/y.c\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING,
	 "leads out"},
	{"diff --git a/x.c b/--output=y\n", LP_NOT_APPLYING, "looks like an option"},
	{"diff --git a/x y.c b/x y.c\nold mode 100644\nnew mode 100755\n", LP_NOT_APPLYING,
	 "blanks"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1,3 +1 @@\n-a\n+b\n", LP_NOT_APPLYING, "cut short"},
	{"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\nb\n", LP_NOT_APPLYING, ":5: the hunk"},
	{"--- a/x.c\n+++ b/x.c\n@@ -x +1 @@\n", LP_NOT_APPLYING, "no hunk header"},
	{"+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n", LP_NOT_APPLYING, "without a \"---\""},
	{"GIT binary patch\nliteral 1\n", LP_NOT_APPLYING, "binary"},
};

static void refuses_what_is_no_diff(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct patch_set set;
		_cleanup_error_ struct lp_error *error = read_text(refused[i].text, &set);

		assert_non_null(error);
		assert_int_equal(error->status, refused[i].status);
		if (!strstr(error->message, refused[i].says))
			fail_msg("\"%s\" does not say \"%s\"", error->message, refused[i].says);
		patch_set_clear(&set);
	}
}

static void words_may_stand_beside_a_diff(void **state)
{
	static const char letter[] = "Subject: [PATCH 0/1] what follows\n\n x.c | 2 +-\n";
	static const char diff[] = "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n";
	_cleanup_text_list_ struct text_list files = {0};
	struct patch_set set;

	(void)state;
	for (int i = 0; i < 2; i++) {
		char path[] = "/tmp/test-patch-set-XXXXXX";
		int fd = mkstemp(path);

		assert_true(fd >= 0);
		close(fd);
		assert_null(file_write(path, i ? diff : letter, strlen(i ? diff : letter)));
		assert_null(text_list_add(&files, "%s", path));
	}
	assert_null(patch_set_read(&files, &set));
	assert_null(patch_set_settle(&set, NULL));
	assert_int_equal(set.nr_changes, 1);
	patch_set_clear(&set);
	unlink(files.items[0]);
	unlink(files.items[1]);
}

static void a_hunk_says_nothing_of_other_files(void **state)
{
	struct patch_set set;

	(void)state;
	assert_null(read_text("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"
			      "--- a/y.c\n+++ b/y.c\n@@ -1 +1 @@\n-a\n+b\n"
			      "--- a/x.c\n+++ b/x.c\n@@ -0,0 +1 @@\n+c\n",
			      &set));
	assert_int_equal(set.nr_changes, 2);
	assert_int_equal(set.changes[0].kind, CHANGE_MODIFIED);
	assert_int_equal(set.changes[1].kind, CHANGE_MODIFIED);
	patch_set_clear(&set);
}

static void a_file_named_twice_is_one_change(void **state)
{
	struct patch_set set;

	(void)state;
	assert_null(read_text("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"
			      "--- a/x.c\n+++ b/x.c\n@@ -9 +9 @@\n-c\n+d\n",
			      &set));
	assert_int_equal(set.nr_changes, 1);
	patch_set_clear(&set);
}

#define MODIFY(file) "--- a/" file "\n+++ b/" file "\n@@ -1 +1 @@\n-a\n+b\n"
#define ADD(file)    "--- /dev/null\n+++ b/" file "\n@@ -0,0 +1 @@\n+a\n"
#define REMOVE(file) "--- a/" file "\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
#define RENAME(old, new)                                                               \
	"diff --git a/" old " b/" new "\nsimilarity index 100%\nrename from " old "\n" \
				      "rename to " new "\n"

/* Several changes of a file, and their sum: "M x.c", "R old=new". */
static const struct {
	const char *text, *sum;
} sums[] = {
	{MODIFY("x.c") MODIFY("x.c"), "M x.c;"},
	{ADD("x.c") MODIFY("x.c"), "A x.c;"},
	{ADD("x.c") REMOVE("x.c") MODIFY("y.c"), "M y.c;"},
	{REMOVE("x.c") ADD("x.c"), "M x.c;"},
	{MODIFY("x.c") REMOVE("x.c"), "D x.c;"},
	{MODIFY("x.c") RENAME("x.c", "y.c"), "R x.c=y.c;"},
	{RENAME("x.c", "y.c") MODIFY("y.c"), "R x.c=y.c;"},
	{RENAME("x.c", "y.c") RENAME("y.c", "z.c") MODIFY("z.c"), "R x.c=z.c;"},
	{RENAME("x.c", "y.c") RENAME("y.c", "x.c") MODIFY("z.c"), "M x.c;M z.c;"},
	{RENAME("x.c", "y.c") REMOVE("y.c"), "D x.c;"},
	{ADD("x.c") RENAME("x.c", "y.c"), "A y.c;"},
	{REMOVE("y.c") RENAME("x.c", "y.c"), "M y.c;D x.c;"},
};

static void several_changes_of_a_file_are_summed_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		struct patch_set set;
		char sum[200] = "";
		_cleanup_error_ struct lp_error *error = read_text(sums[i].text, &set);

		assert_null(error);
		for (size_t k = 0; k < set.nr_changes; k++) {
			const struct file_change *change = &set.changes[k];

			snprintf(sum + strlen(sum), sizeof(sum) - strlen(sum), "%c %s%s%s;",
				 "MADR"[change->kind], change -> old_path ?: "",
				 change->old_path ? "=" : "", change->path);
		}
		assert_string_equal(sum, sums[i].sum);
		patch_set_clear(&set);
	}
}

/* As with --git= beside a patch that only makes a script executable, or beside words. */
static void what_comes_later_counts(void **state)
{
	static const char *const firsts[] = {
		"diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n", "words\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		char path[] = "/tmp/test-patch-set-XXXXXX", later[] = MODIFY("y.c");
		int fd = mkstemp(path);
		_cleanup_text_list_ struct text_list files = {0};
		struct patch_set set;

		assert_true(fd >= 0);
		close(fd);
		assert_null(file_write(path, firsts[i], strlen(firsts[i])));
		assert_null(text_list_add(&files, "%s", path));
		assert_null(patch_set_read(&files, &set));
		_cleanup_error_ struct lp_error *error = patch_set_check(&set, &files);

		assert_non_null(error);
		assert_null(patch_set_add(&set, "git revision HEAD", later, 1));
		assert_null(patch_set_check(&set, &files));
		patch_set_clear(&set);
		unlink(path);
	}
}

static const struct {
	const char *text;
	bool is_good;
} named[] = {
	{MODIFY("fs/x.c"), true},
	{MODIFY("include/dt-bindings/clock/qcom,gcc.h"), true},
	{MODIFY("Documentation/devicetree/bindings/qcom,gcc.yaml"), true},
	{ADD("fs/x,-MMD,y.c"), false},
	{MODIFY("fs/x,y/Makefile"), false},
	{MODIFY("fs/x,-MMD,dep/y.h"), false},
	{MODIFY("fs/x,y.S"), false},
};

static void commas_are_for_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		struct patch_set set;

		assert_null(read_text(named[i].text, &set));
		_cleanup_error_ struct lp_error *error = diff_names_check(&set);

		if (!error != named[i].is_good || (error && error->status != LP_UNSAFE))
			fail_msg("%s: %s", named[i].text, error ? error->message : "no error");
		patch_set_clear(&set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_diffs_say),
		cmocka_unit_test(refuses_what_is_no_diff),
		cmocka_unit_test(words_may_stand_beside_a_diff),
		cmocka_unit_test(a_hunk_says_nothing_of_other_files),
		cmocka_unit_test(a_file_named_twice_is_one_change),
		cmocka_unit_test(several_changes_of_a_file_are_summed_up),
		cmocka_unit_test(what_comes_later_counts),
		cmocka_unit_test(commas_are_for_headers),
	};

	return cmocka_run_group_tests_name("patch_set", tests, NULL, NULL);
}
