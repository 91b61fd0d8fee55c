// SPDX-License-Identifier: GPL-2.0-or-later
/* The structure of diffs: reading, writing a diff that reads the same, damaged texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "create/diff/diff_level.h"
#include "create/diff/diff_parse.h"

#define X   "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@ int f(void)\n a\n-b\n+c\n"
#define Y   "--- a/y.c\n+++ b/y.c\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
#define NEW "--- /dev/null\n+++ b/new.c\n@@ -0,0 +1,2 @@\n+a\n+\n"

/* What a diff is in short: "M x.c -1,2+1,2", each diff in its own brackets. */
static const struct {
	const char *sentence, *text, *says;
} cases[] = {
	{"a hunk", X, "[M x.c 1,2>1,2]"},
	{"two files and a new one", X Y NEW, "[M x.c 1,2>1,2; M y.c 1,1>1,1; A new.c 0,0>1,2]"},
	{"a file that comes twice", X Y X, "[M x.c 1,2>1,2; M y.c 1,1>1,1][M x.c 1,2>1,2]"},
	{"one that is made and changed", NEW "--- a/new.c\n+++ b/new.c\n@@ -1 +1 @@\n-a\n+b\n",
	 "[A new.c 0,0>1,2][M new.c 1,1>1,1]"},
	{"a rename as it is",
	 "diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\n",
	 "[R a.c=b.c]"},
	{"a rename with a change and a mode",
	 "diff --git a/a.c b/b.c\nold mode 100644\nnew mode 100755\nsimilarity index 90%\n"
	 "rename from a.c\nrename to b.c\nindex 12..34\n--- a/a.c\n+++ b/b.c\n@@ -1 +1 "
	 "@@\n-a\n+b\n",
	 "[R a.c=b.c 100644>100755 1,1>1,1]"},
	{"a copy of a file that changes as well",
	 "diff --git a/a.c b/b.c\nsimilarity index 100%\ncopy from a.c\ncopy to b.c\n"
	 "diff --git a/a.c b/a.c\nindex 12..34 100644\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n",
	 "[C a.c=b.c; M a.c 1,1>1,1]"},
	{"a mode alone", "diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n",
	 "[M x.sh 100644>100755]"},
	{"an empty new file",
	 "diff --git a/x.c b/x.c\nnew file mode 100644\nindex 000000000000..e69de29bb2d1\n",
	 "[A x.c 0>100644]"},
	{"a symbolic link",
	 "diff --git a/x b/x\nnew file mode 120000\nindex 0000000..1269488\n--- /dev/null\n+++ "
	 "b/x\n"
	 "@@ -0,0 +1 @@\n+data\n\\ No newline at end of file\n",
	 "[A x 0>120000 0,0>1,1]"},
	{"binary files, and one behind them",
	 "diff --git a/x.png b/x.png\nindex 12..34 100644\nGIT binary patch\nliteral 4\n"
	 "Lc$}+--- \n\nliteral 0\nHcmV?d00001\n\n"
	 "diff --git a/y.png b/y.png\nindex 12..34 100644\nBinary files a/y.png and b/y.png "
	 "differ\n"
	 "Binary files a/z.png and /dev/null differ\n" X,
	 "[M x.png *; M y.png *; D z.png *; M x.c 1,2>1,2]"},
	{"quotes", "--- \"a/x\\056c\"\n+++ \"b/x\\056c\"\n@@ -1 +1 @@\n-a\n+b\n",
	 "[M x.c 1,1>1,1]"},
	{"git's words between two parts",
	 X
	 "-- \n2.39.2\n\nFrom 1 Mon Sep 17 00:00:00 2001\nSubject: more\n\n---\n y.c | 2 +-\n\n" Y,
	 "[M x.c 1,2>1,2; M y.c 1,1>1,1]"},
	{"a blank that an editor took", "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,3 @@\n\n+a\n b\n",
	 "[M x.c 1,2>1,3]"},
	{"words alone", "From: a\n\n--- and then\nsome\n", ""},
};

static void describe_file(const struct diff_file *file, FILE *out)
{
	fprintf(out, "%c ", "MADRC"[file->kind]);
	if (file->old_path)
		fprintf(out, "%s=", file->old_path);
	fputs(file->path, out);
	if (file->old_mode != file->new_mode)
		fprintf(out, " %o>%o", file->old_mode, file->new_mode);
	for (size_t i = 0; i < file->nr_hunks; i++) {
		const struct diff_hunk *hunk = &file->hunks[i];
		unsigned long old = 0, new = 0;

		for (size_t k = 0; k < hunk->nr_lines; k++) {
			assert_non_null(strchr(" +-", hunk->lines[k].sign));
			old += hunk->lines[k].sign != '+';
			new += hunk->lines[k].sign != '-';
		}
		assert_int_equal(old, hunk->old_count);
		assert_int_equal(new, hunk->new_count);
		fprintf(out, " %lu,%lu>%lu,%lu", hunk->old_start, hunk->old_count, hunk->new_start,
			hunk->new_count);
	}
	if (file->is_binary)
		fputs(" *", out);
}

/* Reads the text; *said, to be freed, is the diff in short, NULL if it is refused. */
static void read_short(const char *text, char **said)
{
	struct diff_list list = {0};
	size_t size;
	FILE *out = open_memstream(said, &size);
	bool known = true;
	_cleanup_error_ struct lp_error *error = diff_parse("test.patch", text, &list);

	for (size_t i = 0; i < list.count && !error; i++) {
		error = diff_settle_paths(&list.items[i], NULL, NULL, &known);
		if (error || !known)
			break;
		fputc('[', out);
		for (size_t k = 0; k < list.items[i].nr_files; k++) {
			fputs(k ? "; " : "", out);
			describe_file(&list.items[i].files[k], out);
		}
		fputc(']', out);
	}
	fclose(out);
	diff_list_clear(&list);
	if (!error && known)
		return;
	free(*said);
	*said = NULL;
}

static void reads_diffs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *said = NULL;

		read_short(cases[i].text, &said);
		if (!said || strcmp(said, cases[i].says) != 0)
			fail_msg("%s: %s", cases[i].sentence, said ?: "refused");
	}
}

/* Writes it all as git does; with `twice`, after it was turned round as often. */
static void write_again(const char *text, int turns, char **written)
{
	struct diff_list list = {0};
	size_t size;
	FILE *out = open_memstream(written, &size);
	bool known;

	assert_null(diff_parse("test.patch", text, &list));
	for (size_t i = 0; i < list.count; i++) {
		assert_null(diff_settle_paths(&list.items[i], NULL, NULL, &known));
		for (int turn = 0; turn < turns; turn++)
			assert_null(diff_reverse(&list.items[i]));
		for (size_t k = 0; k < list.items[i].nr_files; k++)
			diff_write_file_git(&list.items[i].files[k], out);
	}
	fclose(out);
	diff_list_clear(&list);
}

static void writes_what_it_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *written = NULL, *said = NULL, *again = NULL;

		write_again(cases[i].text, 0, &written);
		read_short(written, &said);
		if (!said || strcmp(said, cases[i].says) != 0)
			fail_msg("%s: %s", cases[i].sentence, said ?: written);
		if (strchr(cases[i].says, 'C'))
			continue;
		write_again(cases[i].text, 2, &again);
		assert_string_equal(written, again);
	}
}

static void turns_a_diff_round(void **state)
{
	_cleanup_free_ char *written = NULL;

	(void)state;
	write_again("--- a/x.c\n+++ b/x.c\n@@ -1,3 +7,4 @@\n a\n-b\n+c\n+d\n e\n"
		    "--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n",
		    1, &written);
	assert_string_equal(
		written, "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -7,4 +1,3 @@\n a\n-c\n"
			 "-d\n+b\n e\ndiff --git a/n.c b/n.c\n"
			 "--- a/n.c\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n"
			 "\\ No newline at end of file\n");
}

/* True if one is a prefix of the other, except for what follows the last whole part. */
static bool is_begin_of(const char *one, const char *whole)
{
	size_t length = strlen(one);

	while (length && one[length - 1] == ']')
		length--;
	return !strncmp(one, whole, length);
}

static void a_text_that_is_cut_is_refused_or_has_whole_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t length = 0; length < strlen(cases[i].text); length++) {
			_cleanup_free_ char *cut = strndup(cases[i].text, length), *said = NULL;

			read_short(cut, &said);
			if (said && !is_begin_of(said, cases[i].says))
				fail_msg("%s, cut behind %zu bytes: %s", cases[i].sentence, length,
					 said);
		}
	}
}

static void damaged_texts_do_no_harm(void **state)
{
	static const char letters[] = "\n +-@\\,0189a/.\"\t\x80";
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		_cleanup_free_ char *text = strdup(cases[round % ARRAY_SIZE(cases)].text);
		_cleanup_free_ char *said = NULL, *written = NULL, *again = NULL;

		for (int hit = 0; hit < 1 + round % 3; hit++) {
			random = random * 1664525 + 1013904223;
			text[(random >> 8) % strlen(text)] =
				letters[(random >> 4) % (sizeof(letters) - 1)];
		}
		read_short(text, &said);
		if (!said)
			continue;
		/* What is understood is written so that it is understood the same way. */
		write_again(text, 0, &written);
		read_short(written, &again);
		if (!again || strcmp(said, again) != 0)
			fail_msg("%s\nis %s, but what is written is %s:\n%s", text, said,
				 again ?: "refused", written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_diffs),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(turns_a_diff_round),
		cmocka_unit_test(a_text_that_is_cut_is_refused_or_has_whole_parts),
		cmocka_unit_test(damaged_texts_do_no_harm),
	};

	return cmocka_run_group_tests_name("diff_parse", tests, NULL, NULL);
}
