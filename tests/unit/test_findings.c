// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings: lists of them, and how many of one kind lpatch-create says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "create/creation/findings.h"

static void add(struct finding_list *list, enum finding_kind kind, int count)
{
	for (int i = 0; i < count; i++)
		assert_null(finding_add(list, kind, "name", "a.c:1", "number %d", i));
}

/* Redirects standard error to a file; returns a descriptor of the previous one. */
static int catch_begin(FILE **file)
{
	int before = dup(STDERR_FILENO);

	*file = tmpfile();
	assert_non_null(*file);
	dup2(fileno(*file), STDERR_FILENO);
	return before;
}

/* What was written to it; to be freed. */
static char *catch_end(FILE *file, int before)
{
	char *text = calloc(1, 1 << 18);

	assert_non_null(text);
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(file);
	assert_true(fread(text, 1, (1 << 18) - 1, file) > 0);
	fclose(file);
	return text;
}

/* What findings_warn() writes to standard error; to be freed. */
static char *said(int verbosity, const struct finding_list *one, const struct finding_list *other)
{
	struct message_sink sink = {.program = "p", .verbosity = verbosity};
	const struct object_findings lists[] = {{"vmlinux", one}, {"m", other}};
	FILE *file;
	int before = catch_begin(&file);

	assert_null(findings_warn(&sink, lists, 2));
	return catch_end(file, before);
}

/* What message_warnings() writes; to be freed. */
static char *said_of_list(int verbosity, const struct text_list *warnings)
{
	struct message_sink sink = {.program = "p", .verbosity = verbosity};
	FILE *file;
	int before = catch_begin(&file);

	message_warnings(&sink, "files", warnings);
	return catch_end(file, before);
}

static int count_lines(const char *text)
{
	int lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

static void twenty_of_a_kind_are_said(void **state)
{
	(void)state;
	struct finding_list one = {0}, other = {0};

	add(&one, FINDING_NEW_STATE, 15);
	add(&other, FINDING_NEW_STATE, 10);
	add(&other, FINDING_NEVER_RUNS, 20);
	char *text = said(0, &one, &other);

	assert_int_equal(count_lines(text), 20 + 1 + 20);
	assert_non_null(strstr(text, "p: warning: vmlinux: new-state name (a.c:1): number 4\n"));
	assert_non_null(strstr(text, "p: warning: m: never-runs name (a.c:1): number 4\n"));
	assert_non_null(strstr(text, "variables that are new: 5 more; -v lists all\n"));
	free(text);
	text = said(1, &one, &other);
	assert_int_equal(count_lines(text), 45);
	free(text);
	finding_list_clear(&one);
	finding_list_clear(&other);
}

static void twenty_warnings_of_a_kind_are_said(void **state)
{
	(void)state;
	_cleanup_text_list_ struct text_list warnings = {0};
	_cleanup_free_ char *text = NULL, *all = NULL;

	for (int i = 0; i < 1794; i++)
		assert_null(text_list_add(&warnings, "f%d.c: 100%% gone", i));
	text = said_of_list(0, &warnings);
	assert_int_equal(count_lines(text), 21);
	assert_non_null(strstr(text, "p: warning: f19.c: 100% gone\n"));
	assert_non_null(strstr(text, "p: warning: files: 1774 more; -v lists all\n"));
	all = said_of_list(1, &warnings);
	assert_int_equal(count_lines(all), 1794);
}

static void copies_are_independent(void **state)
{
	(void)state;
	struct finding_list one = {0}, other = {0};

	add(&one, FINDING_OUTLIVES, 2);
	assert_null(finding_add(&one, FINDING_LOST_STATE, "x", NULL, "gone"));
	assert_null(finding_add_all(&other, &one));
	finding_list_clear(&one);
	assert_int_equal(one.count, 0);
	assert_int_equal(other.count, 3);
	assert_string_equal(other.items[1].text, "number 1");
	assert_string_equal(other.items[2].where, "");
	finding_list_clear(&other);
}

static void kinds_have_names(void **state)
{
	(void)state;
	enum finding_kind kind;

	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		assert_true(finding_kind_find(finding_kind_name(i), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(finding_kind_find("", &kind));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_of_a_kind_are_said),
		cmocka_unit_test(twenty_warnings_of_a_kind_are_said),
		cmocka_unit_test(copies_are_independent),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
