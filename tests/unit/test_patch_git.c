// SPDX-License-Identifier: GPL-2.0-or-later
/* The result is the same as git's: histories of random changes, in all forms that git writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "create/base/directory.h"
#include "create/diff/git.h"
#include "create/diff/patch_set.h"

/* How many histories are made. */
#define HISTORIES 3

/*
 * A repository in ./repository with ten commits by the random numbers that follow from the seed $1:
 * files are changed, made, removed, renamed, copied, made executable, and lose their last newline.
 * first/ and last/ are the trees before and after.
 */
static const char make_history[] =
	"set -eu; cd \"$0\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"state=$1\n"
	"random() { state=$(((state * 1103515245 + 12345) % 2147483648));"
	" number=$(((state / 65536) % $1)); }\n"
	"git init -q -b main repository; cd repository\n"
	"git config user.name A; git config user.email a@example.org\n"
	"mkdir -p fs/sub kernel\n"
	"for f in fs/a.c fs/b.c fs/sub/c.c kernel/d.c kernel/e.c; do\n"
	"	i=0; while [ $i -lt 40 ]; do echo \"line $i of $f\"; i=$((i + 1)); done >$f\n"
	"done\n"
	"git add .; git commit -q -m first; git tag first\n"
	"n=0; while [ $n -lt 10 ]; do\n"
	"	n=$((n + 1)); steps=0\n"
	"	while [ $steps -lt 3 ]; do\n"
	"		steps=$((steps + 1))\n"
	"		count=$(git ls-files | wc -l); random $count\n"
	"		f=$(git ls-files | sed -n \"$((number + 1))p\"); random 12; what=$number\n"
	"		random 30; line=$((number + 3))\n"
	"		case $what in\n"
	"		0) mkdir -p fs; git mv $f fs/moved$n$steps.c; f=fs/moved$n$steps.c ;;\n"
	"		1) mkdir -p kernel; cp $f kernel/copy$n$steps.c; git add kernel ;;\n"
	"		2) [ $count -lt 4 ] || { git rm -q -f $f; continue; } ;;\n"
	"		3) mkdir -p new; sed 's/^/* /' $f >new/n$n$steps.c; git add new ;;\n"
	"		4) chmod 755 $f ;;\n"
	"		5) printf 'the end' >>$f ;;\n"
	"		esac\n"
	"		sed -i \"${line}s/.*/commit $n, step $steps/; $((line + 5))d\" $f; git add "
	"$f\n"
	"	done\n"
	"	git commit -q --allow-empty -m \"Change $n\"\n"
	"done\n"
	"git archive first --prefix=first/ | tar -x -C ..\n"
	"git archive main --prefix=last/ | tar -x -C ..\n";

/* Commands that write ../patch, and whether it is reversed. */
static const struct {
	const char *sentence, *command;
	bool is_reversed;
} forms[] = {
	{"mails", "git format-patch -q --stdout -M -C first..main", false},
	{"mails without detection", "git format-patch -q --stdout --no-renames first..main", false},
	{"mails, back", "git format-patch -q --stdout -M first..main", true},
	{"one diff", "git diff -M -C first main", false},
	{"one diff without leading directories", "git diff --no-prefix -M first main", false},
	{"one diff, back", "git diff -M first main", true},
	{"commits with their messages", "git log -p -M --reverse first..main", false},
	{"diff", "cd .. && ! diff -urN first last", false},
	{"mails by base64",
	 "git format-patch -q -o ../mails -M first..main && for f in ../mails/*; do head -n 1 $f; "
	 "printf 'Content-Transfer-Encoding: base64\\n\\n'; sed 1d $f | base64; done",
	 false},
};

static void run(const char *top, const char *script, const char *argument)
{
	_cleanup_free_ char *command = NULL;

	assert_int_equal(setenv("SCRIPT", script, 1), 0);
	assert_null(text_format(&command, "sh -c \"$SCRIPT\" %s %s", top, argument));
	if (system(command))
		fail_msg("%s fails", script);
}

static void apply(const char *top, bool is_reversed, const char *sentence, int seed)
{
	_cleanup_free_ char *patch = NULL, *source = NULL, *copy = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	struct message_sink sink = {.program = "test", .verbosity = -1};
	struct patch_set set;

	assert_null(text_format(&source, "%s/%s", top, is_reversed ? "last" : "first"));
	assert_null(text_format(&copy, "%s/copy", top));
	assert_null(text_list_add(&names, "%s/patch", top));
	_cleanup_error_ struct lp_error *error = patch_set_read(&names, &set);

	if (!error && is_reversed)
		error = patch_set_reverse(&set, 0);
	if (!error)
		error = patch_set_settle(&set, source);
	const struct patch_way way = {.source = source, .scratch = top};

	if (!error)
		error = patch_set_apply(&set, &way, copy, &sink);
	patch_set_clear(&set);
	if (error)
		fail_msg("%s, history %d: %s", sentence, seed, error->message);
}

static void what_git_says_comes_out(void **state)
{
	(void)state;
	for (int seed = 1; seed <= HISTORIES; seed++) {
		char top[] = "/tmp/test-patch-git-XXXXXX", number[16];

		assert_non_null(mkdtemp(top));
		snprintf(number, sizeof(number), "%d", seed * 7919);
		run(top, make_history, number);
		for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
			_cleanup_free_ char *script = NULL;
			bool back = forms[i].is_reversed;

			assert_null(text_format(&script,
						"set -e; cd \"$0/repository\"; rm -rf ../copy; cp "
						"-a ../%s ../copy; "
						"{ %s; } >\"$0/patch\"",
						back ? "last" : "first", forms[i].command));
			run(top, script, "");
			apply(top, back, forms[i].sentence, seed);
			free(take(script));
			/* A folder that has become empty may stay, and the mode of a file. */
			assert_null(text_format(&script,
						"cd \"$0\"; find copy first last -type d -empty "
						"-delete; diff -r copy %s",
						back ? "first" : "last"));
			run(top, script, "");
		}
		assert_null(directory_remove(top));
	}
}

/* A commit and a tag of it whose texts quote diffs, and lines that look like parts of one. */
static const char make_quotes[] =
	"set -eu; cd \"$0\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"git init -q -b main repository; cd repository\n"
	"git config user.name A; git config user.email a@example.org\n"
	"echo a >x.c; git add .; git commit -q -m first\n"
	"printf '%s\\n' 'Fix' '' 'diff --git a/y.c b/y.c' '--- a/y.c' '+++ b/y.c' '@@ -1 +1 @@'"
	" '-a' '+b' '' '+++ words' '@@ -1 words' 'diff --cc z.c' >../message\n"
	"echo b >x.c; git commit -q -a -F ../message; git tag -a -F ../message tagged\n";

static void a_message_is_words_only(void **state)
{
	static const char *const revisions[] = {"HEAD", "tagged", "HEAD~1..HEAD"};
	char top[] = "/tmp/test-patch-git-XXXXXX";
	_cleanup_free_ char *repository = NULL;

	(void)state;
	assert_non_null(mkdtemp(top));
	run(top, make_quotes, "");
	assert_null(text_format(&repository, "%s/repository", top));
	for (size_t i = 0; i < ARRAY_SIZE(revisions); i++) {
		struct patch_set set = {0};
		_cleanup_error_ struct lp_error *error = git_read(repository, revisions[i], &set);

		if (error)
			fail_msg("%s: %s", revisions[i], error->message);
		assert_int_equal(set.diffs.count, 1);
		assert_int_equal(set.diffs.items[0].nr_files, 1);
		assert_string_equal(set.diffs.items[0].files[0].new_name, "b/x.c");
		assert_null(strstr(set.texts.items[0], "\ndiff --git a/y.c"));
		patch_set_clear(&set);
	}
	assert_null(directory_remove(top));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_git_says_comes_out),
		cmocka_unit_test(a_message_is_words_only),
	};

	return cmocka_run_group_tests_name("patch_git", tests, NULL, NULL);
}
