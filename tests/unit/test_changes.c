// SPDX-License-Identifier: GPL-2.0-or-later
/* The changes that a patch set consists of: messages, sets of hunks, choices of them, and CVEs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/changes.h"
#include "create/changes/message.h"
#include "tests/unit/scratch.h"

static void check(struct lp_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

/* Messages -------------------------------------------------------------------- */

#define HASH  "1234567890abcdef1234567890abcdef12345678"
#define OTHER "fedcba0987654321fedcba0987654321fedcba09"
#define DIFF  "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"

static const struct spoken {
	const char *text;
	bool is_patch;
	const char *subject, *commit, *upstream, *fixes, *cves;
} spoken[] = {
	{"From " HASH
	 " Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH 6.1 3/7] net: x: do\n"
	 " not\n\ncommit " OTHER " upstream.\n\nFixes: 0123456789ab (\"y\")\nCVE-2026-1234 and "
	 "CVE-2026-12345.\n---\n" DIFF,
	 false, "net: x: do not", HASH, OTHER, "0123456789ab", "CVE-2026-1234 CVE-2026-12345"},
	{"From: A <a@b>\nSubject: =?UTF-8?q?x:_gr=C3=BC=C3=9Fe?=\n\n[ Upstream commit " OTHER
	 " ]\n\n" DIFF,
	 false, "x: grüße", NULL, OTHER, "", ""},
	{"commit " HASH "\nAuthor: A <a@b>\nDate:   now\n\n    x: y\n\n    Fixes: 0123456789ab "
	 "(\"z\")\n    CVE-2026-0001\n\n" DIFF,
	 true, "x: y", HASH, NULL, "0123456789ab", "CVE-2026-0001"},
	{"Description: x: a Debian\n patch\nOrigin: upstream\n\n" DIFF, true, "x: a Debian patch",
	 NULL, NULL, "", ""},
	{"Fix x.\n\nMore.\n" DIFF, true, "Fix x.", NULL, NULL, "", ""},
	/* What says nothing of a change. */
	{DIFF, true, NULL, NULL, NULL, "", ""},
	{"Only in a/x: y\n" DIFF, true, NULL, NULL, NULL, "", ""},
	{"Fix x.\n" DIFF, false, NULL, NULL, NULL, "", ""},
	/* A commit that another message mentions. */
	{"commit " HASH "\nAuthor: A\n\n    Revert \"x\"\n\n    This reverts commit " OTHER ".\n"
	 "    commit " OTHER " is wrong.\n    XCVE-2026-1111 CVE-2026-12 are none.\n" DIFF,
	 true, "Revert \"x\"", HASH, NULL, "", ""},
	/* A diff that is quoted behind the first one is no message. */
	{"Subject: x\n\n---\n" DIFF "Fixes: 0123456789ab\nCVE-2026-9999\n", false, "x", NULL, NULL,
	 "", ""},
};

static void same(const char *what, const char *found, const char *wanted, const char *text)
{
	if (!found != !wanted || (found && strcmp(found, wanted) != 0))
		fail_msg("%s is %s, not %s, of:\n%s", what, found ?: "missing", wanted ?: "missing",
			 text);
}

static void messages_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(spoken); i++) {
		const struct spoken *want = &spoken[i];
		struct changes changes = {0};
		struct change *change;
		_cleanup_free_ char *fixes = NULL, *cves = NULL;

		check(changes_add(&changes, &change));
		check(message_read(want->text, want->is_patch, change));
		check(text_list_join(&change->fixes, " ", &fixes));
		check(text_list_join(&change->cves, " ", &cves));
		same("subject", change->subject, want->subject, want->text);
		same("commit", change->commit, want->commit, want->text);
		same("upstream", change->upstream, want->upstream, want->text);
		same("fixes", fixes, want->fixes, want->text);
		same("cves", cves, want->cves, want->text);
		changes_clear(&changes);
	}
}

/* Flat diffs ------------------------------------------------------------------ */

/* A source and its next release; the sets are those of the diff between them. */
static const struct release {
	const char *sentence;
	const char *make; /* shell: in the directory with old/ and new/, which are equal before */
	const char *sets; /* files of each set, sets in order, ";" between them */
} releases[] = {
	{"files that have nothing in common", "sed -i s/aaa/1/ new/a.c; sed -i s/bbb/2/ new/b.c",
	 "a.c; b.c"},
	{"a file of source is not cut", "sed -i 's/aaa/1/;s/last/9/' new/a.c", "a.c"},
	{"a new function of a header and its user",
	 "sed -i 's/bbb/fresh()/' new/b.c; echo 'int fresh(void);' >> new/h.h", "b.c h.h"},
	{"a member that is new, and its user",
	 "sed -i 's/int member;/&\\n\\tint added;/' new/h.h; sed -i 's/bbb/t->added/' new/b.c",
	 "b.c h.h"},
	{"a member that goes, and its user",
	 "sed -i '/int member;/d' new/h.h; sed -i 's/ + t->member//' new/b.c", "b.c h.h"},
	{"a member of a type that the file doesn't know",
	 "sed -i 's/int member;/&\\n\\tint added;/' new/h.h; sed -i 's/ccc/u->added/' new/c.c",
	 "c.c; h.h"},
	{"a macro that changes and a new user",
	 "sed -i 's/LIMIT 1/LIMIT 2/' new/h.h; sed -i 's/bbb/LIMIT/' new/b.c", "b.c h.h"},
	{"a header is cut by its definitions",
	 "sed -i 's/LIMIT 1/LIMIT 2\\n#define MORE 3/;s/int member;/&\\n\\tint added;/' new/h.h",
	 "h.h; h.h"},
	{"two hunks in one definition of a header",
	 "sed -i 's/int early;/long early;/;s/int member;/long member;/' new/h.h", "h.h"},
	{"a function that is declared in another way, and its callers",
	 "sed -i 's/int shared(void)/int shared(int x)/' new/a.c new/h.h; "
	 "sed -i 's/shared()/shared(1)/' new/c.c",
	 "a.c c.c h.h"},
	{"a function of which only the body changes",
	 "sed -i 's/aaa/1/' new/a.c; sed -i 's/shared()/shared() + 1/' new/c.c", "a.c; c.c"},
	{"static names are a file's own",
	 "sed -i 's/static int own(void)/static int own(int x)/' new/a.c new/b.c", "a.c; b.c"},
	{"a new file, what builds it and what includes it",
	 "echo 'int d;' > new/d.c; echo 'obj-y += d.o' >> new/Makefile; echo 'int e;' > new/e.h; "
	 "sed -i '1i#include \"e.h\"' new/b.c; sed -i s/aaa/1/ new/a.c",
	 "Makefile d.c; a.c; b.c e.h"},
	{"a name in a comment is no use",
	 "echo 'int fresh(void);' >> new/h.h; sed -i 's/aaa/1/;1i/* fresh */' new/a.c", "a.c; h.h"},
};

static const char *const old_source =
	"mkdir old && cd old && printf '%s\\n' "
	"'static int own(void)' '{' 'return 0;' '}' '' '' '' '' '' 'int shared(void)' '{' "
	"'return aaa;' '}' '' '' '' '' '' '' 'int last;' > a.c && printf '%s\\n' "
	"'int two(struct tag *t)' '{' 'return bbb + t->member;' '}' '' '' '' '' '' "
	"'static int own(void)' '{' 'return 0;' '}' > b.c && printf '%s\\n' 'int three(void)' '{' "
	"'return ccc + shared();' '}' > c.c && printf '%s\\n' '#define LIMIT 1' '' '' '' '' '' '' "
	"'struct tag {' 'int early;' 'int p1;' 'int p2;' 'int p3;' 'int p4;' 'int p5;' 'int p6;' "
	"'int p7;' 'int member;' '};' '' '' '' '' '' '' 'int shared(void);' > h.h && "
	"echo 'obj-y += a.o b.o c.o' > Makefile && cd .. && cp -r old new";

static struct lp_error *read_flat(const char *directory, struct patch_set *set,
				  struct changes *changes)
{
	_cleanup_free_ char *source = NULL;
	_cleanup_text_list_ struct text_list files = {0};

	lp_try(text_format(&source, "%s/old", directory));
	lp_try(text_list_add(&files, "%s/diff", directory));
	lp_try(patch_set_read(&files, set));
	lp_try(patch_set_settle(set, source));
	return changes_read(set, source, changes);
}

static void list_sets(const struct changes *changes, char **sets)
{
	size_t size;
	FILE *out = open_memstream(sets, &size);

	assert_non_null(out);
	for (size_t i = 0; i < changes->count; i++) {
		_cleanup_free_ char *files = NULL;

		check(text_list_join(&changes->items[i].files, " ", &files));
		fprintf(out, "%s%s", i ? "; " : "", files);
	}
	assert_int_equal(fclose(out), 0);
}

/* Applies a choice to a copy of the old source, some/: each hunk must fit where it says. */
static void check_choice(const char *directory, const struct changes *changes, const bool *chosen)
{
	_cleanup_free_ char *source = NULL, *text = NULL, *path = NULL;
	struct patch_set selection;

	check(text_format(&source, "%s/old", directory));
	check(text_format(&path, "%s/chosen", directory));
	check(changes_select(changes, chosen, &selection));
	check(patch_set_settle(&selection, source));
	check(patch_set_text(&selection, &text));
	check(file_write(path, text, strlen(text)));
	patch_set_clear(&selection);
	scratch_run(
		"cd %s && rm -rf some && cp -r old some && cd some && patch -p1 -F0 < ../chosen "
		"> ../said && ! grep -q -e offset -e fuzz ../said",
		directory);
}

/* Each set alone, and all together, which must be the new source. */
static void check_choices(const char *directory, const struct changes *changes)
{
	bool *chosen = calloc(changes->count + 1, sizeof(*chosen));

	assert_non_null(chosen);
	for (size_t i = 0; i < changes->count; i++) {
		memset(chosen, false, changes->count);
		chosen[i] = true;
		check_choice(directory, changes, chosen);
	}
	memset(chosen, true, changes->count);
	check_choice(directory, changes, chosen);
	scratch_run("cd %s && diff -r some new", directory);
	free(chosen);
}

static void flat_diffs_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		char directory[SCRATCH_PATH];
		_cleanup_free_ char *sets = NULL;
		struct patch_set set = {0};
		struct changes changes = {0};

		scratch_make(directory);
		scratch_run("cd %s; %s", directory, old_source);
		scratch_run("cd %s && { %s; } && ! diff -urN old new > diff", directory,
			    releases[i].make);
		check(read_flat(directory, &set, &changes));
		list_sets(&changes, &sets);
		if (strcmp(sets, releases[i].sets) != 0)
			fail_msg("%s: sets are %s, not %s", releases[i].sentence, sets,
				 releases[i].sets);
		check_choices(directory, &changes);
		changes_clear(&changes);
		patch_set_clear(&set);
		scratch_remove(directory);
	}
}

/* CVEs ------------------------------------------------------------------------ */

#define RECORD(id, versions, url)                                                            \
	"{\"cveMetadata\":{\"cveId\":\"" id "\"},\"containers\":{\"cna\":{\"affected\":[{"   \
	"\"versions\":[{\"version\":\"" OTHER "\",\"lessThan\":\"" versions                  \
	"\",\"versionType\":\"git\",\"status\":\"affected\"}]}],\"references\":[{\"url\":\"" \
	"https://git.kernel.org/stable/c/" url "\"}]}}}"
#define NONE     "0000000000000000000000000000000000000000"
#define UPSTREAM "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *sentence;
	const char *text;
	const char *cves; /* or the error's last words, if `status` isn't LP_DONE */
	enum lp_status status;
} beside[] = {
	{"the end of an affected range", RECORD("CVE-2026-0001", HASH, NONE), "CVE-2026-0001", 0},
	{"a reference to the upstream commit", RECORD("CVE-2026-0002", NONE, UPSTREAM),
	 "CVE-2026-0002", 0},
	{"several records",
	 "[" RECORD("CVE-2026-0001", HASH, NONE) "," RECORD("CVE-2026-0003", NONE, NONE) "]",
	 "CVE-2026-0001", 0},
	{"where the vulnerability begins is no fix", RECORD("CVE-2026-0004", OTHER, OTHER), "", 0},
	{"a changelog",
	 "linux (6.1.192-2) bookworm-security; urgency=high\n\n  * New upstream stable update:\n"
	 "    - [x86] net: x:\n      do not (CVE-2026-0005, CVE-2026-0006)\n    - net: x: do\n"
	 "      (CVE-2026-0007)\n\n -- A <a@b>  now\n",
	 "CVE-2026-0005 CVE-2026-0006", 0},
	{"a name that is none", RECORD("CVE-2026-0001 <b>", HASH, NONE), "changelog", LP_USAGE},
	{"JSON without a record", "{}", "changelog", LP_USAGE},
	{"JSON that ends early", "{\"cveMetadata\":", NULL, LP_USAGE},
	{"other text", "Hello.\n", "changelog", LP_USAGE},
};

static void cves_are_found_beside(void **state)
{
	char directory[SCRATCH_PATH];

	(void)state;
	scratch_make(directory);
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
		struct changes changes = {0};
		struct change *change;
		_cleanup_free_ char *path = NULL, *cves = NULL;

		check(changes_add(&changes, &change));
		check(message_read("commit " HASH
				   "\nAuthor: A\n\n    net: x: do not\n\n    commit " UPSTREAM
				   " upstream.\n",
				   true, change));
		check(text_format(&path, "%s/file", directory));
		check(file_write(path, beside[i].text, strlen(beside[i].text)));
		_cleanup_error_ struct lp_error *error = changes_read_cves(&changes, path);

		check(text_list_join(&change->cves, " ", &cves));
		if ((error ? error->status : LP_DONE) != beside[i].status)
			fail_msg("%s: %s", beside[i].sentence, error ? error->message : "no error");
		if (!error)
			same(beside[i].sentence, cves, beside[i].cves, beside[i].text);
		else if (beside[i].cves && !text_ends_with(error->message, beside[i].cves))
			fail_msg("%s: %s", beside[i].sentence, error->message);
		changes_clear(&changes);
	}
	scratch_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_read),
		cmocka_unit_test(flat_diffs_are_cut),
		cmocka_unit_test(cves_are_found_beside),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
