// SPDX-License-Identifier: GPL-2.0-or-later
/* Which changes can matter to an object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/reach.h"
#include "create/verdicts/relevant.h"
#include "tests/unit/scratch.h"

/* a.c includes a.h, and that includes deep.h. fresh.h, which nothing includes yet, includes
 * under.h. */
static const char *const make_source =
	"mkdir -p source build/include/config build/include/generated objects work "
	"build/arch/x86/include/generated && cd source && "
	"for f in deep under other alone; do seq 20 >$f.h; done && "
	"{ echo '#include \"deep.h\"'; seq 20; } >a.h && "
	"{ echo '#include \"under.h\"'; seq 20; } >fresh.h && "
	"{ echo '#include \"a.h\"'; seq 20; } >a.c && "
	"{ echo '#include \"other.h\"'; seq 20; } >b.c && echo 'obj-y += a.o b.o' >Makefile";

/* Each row: what each commit does, and whether it can matter to a.o. */
static const struct row {
	const char *sentence;
	const char *commits[4]; /* shell, in the source */
	const char *relevant;   /* "y" or "n" for each */
} rows[] = {
	{"its source and what it includes",
	 {"sed -i 5d a.c", "sed -i 5d a.h", "sed -i 5d deep.h"},
	 "yyy"},
	{"other files", {"sed -i 5d b.c", "sed -i 5d other.h", "sed -i 5d alone.h"}, "nnn"},
	{"a Makefile", {"echo 'obj-y += c.o' >>Makefile"}, "y"},
	{"a new file", {"echo 1 >new.h", "sed -i 5d b.c"}, "yn"},
	{"an earlier change of the same files, but not a later one",
	 {"sed -i 5d b.c", "sed -i 9d b.c a.c", "sed -i 12d b.c", "sed -i 5d other.h"},
	 "yynn"},
	{"what another change includes anew, and what that includes",
	 {"sed -i 5d under.h", "sed -i 5d fresh.h", "sed -i '5i#include \"fresh.h\"' a.c",
	  "sed -i 5d alone.h"},
	 "yyyn"},
	{"a name that is no file's, nor an include that goes",
	 {"sed -i '5i#include \"none.h\"' a.c", "sed -i 1d b.c", "sed -i 5d other.h"},
	 "ynn"},
};

static void check(struct lp_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

/* Writes the commits as a mailbox, "mails". */
static void make_commits(const char *top, const struct row *row)
{
	scratch_run("cd %s && %s && git init -q . && git add .", top, make_source);
	scratch_run("cd %s/source && git config user.name T && git config user.email t@t && "
		    "git commit -q -m first && git tag first",
		    top);
	for (size_t i = 0; i < ARRAY_SIZE(row->commits) && row->commits[i]; i++)
		scratch_run("cd %s/source && %s && git add . && git commit -q -m 'number %zu'", top,
			    row->commits[i], i);
	scratch_run("cd %s/source && git format-patch -q --stdout first.. >../mails && "
		    "git checkout -q first",
		    top);
}

static void assert_relevant(const char *top, const struct row *row)
{
	_cleanup_free_ char *source = NULL, *build = NULL, *objects = NULL, *work = NULL;
	_cleanup_text_list_ struct text_list mails = {0};
	struct message_sink sink = {.program = "test", .verbosity = -1};
	struct kbuild_object object = {.source = "a.c", .name = "a.o"};
	const struct kbuild_objects refused = {.items = &object, .count = 1};
	bool chosen[4] = {true, true, true, true}, relevant[4];
	struct verdicts verdicts = {.chosen = chosen};
	char found[5] = "";

	check(text_format(&source, "%s/source", top));
	check(text_format(&build, "%s/build", top));
	check(text_format(&objects, "%s/objects", top));
	check(text_format(&work, "%s/work", top));
	struct tree tree = {.source = source,
			    .build = build,
			    .objects = objects,
			    .work = work,
			    .jobs = 1,
			    .sink = &sink};
	const struct creation creation = {.tree = &tree};

	check(text_list_add(&mails, "%s/mails", top));
	check(patch_set_read(&mails, &verdicts.set));
	check(patch_set_settle(&verdicts.set, source));
	check(changes_read(&verdicts.set, source, &verdicts.changes));
	assert_int_equal(verdicts.changes.count, strlen(row->relevant));
	check(relevant_changes(&creation, &verdicts, &refused, relevant));
	for (size_t i = 0; i < verdicts.changes.count; i++)
		found[i] = relevant[i] ? 'y' : 'n';
	assert_string_equal(found, row->relevant);
	/* One that is not chosen is not relevant. */
	memset(chosen, false, sizeof(chosen));
	check(relevant_changes(&creation, &verdicts, &refused, relevant));
	for (size_t i = 0; i < verdicts.changes.count; i++)
		assert_false(relevant[i]);
	changes_clear(&verdicts.changes);
	patch_set_clear(&verdicts.set);
}

static void what_can_matter_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char top[SCRATCH_PATH];

		print_message("%s\n", rows[i].sentence);
		scratch_make(top);
		make_commits(top, &rows[i]);
		assert_relevant(top, &rows[i]);
		scratch_remove(top);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_matter_is_found),
	};

	return cmocka_run_group_tests_name("relevant", tests, NULL, NULL);
}
