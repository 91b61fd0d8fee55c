// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/git.h"

#include <string.h>

#include "common/file.h"
#include "common/process.h"
#include "create/diff/git_repository.h"

/* The difference between two releases of the kernel is some 100 MB. */
#define OUTPUT_LIMIT (1u << 30)

/* How much of git's complaint an error shows, in bytes. */
#define SHOWN_OUTPUT 2048

/*
 * Given explicitly, although git reads no configuration (create/diff/git_repository.h). The text
 * becomes part of the update, and the same revision must give the same bytes. --full-index: the
 * length of abbreviated object names depends on the rest of the repository.
 */
#define PLAIN_DIFF                                                                          \
	"--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--src-prefix=a/",  \
		"--dst-prefix=b/", "--full-index", "--unified=3", "--inter-hunk-context=0", \
		"--diff-algorithm=myers", "--indent-heuristic", "--no-relative",            \
		"--submodule=short", "--ignore-submodules=none", "-O/dev/null"
/*
 * This format has four blanks before each line of a message, which may quote a diff: no line of it
 * can be taken for one (git-log(1), "PRETTY FORMATS"). --no-abbrev is for the parents of a merge.
 */
#define PLAIN_MESSAGE                                                                \
	"--format=medium", "--encoding=UTF-8", "--date=default", "--no-abbrev",      \
		"--no-abbrev-commit", "--no-decorate", "--no-notes", "--no-mailmap", \
		"--no-show-signature"

static bool is_repository(const char *directory)
{
	_cleanup_free_ char *path = NULL;

	if (!directory || text_format(&path, "%s/.git", directory))
		return false;
	return !access(path, F_OK);
}

/* git's message, in the error for a revision that it can't show. */
static struct lp_error *refused(const char *revision, const char *errors)
{
	_cleanup_free_ char *said = process_output(errors, SHOWN_OUTPUT);

	for (size_t length = said ? strlen(said) : 0; length && said[length - 1] == '\n';)
		said[--length] = '\0';
	return lp_error_hint(lp_error_new(LP_USAGE, "--git=%s: %s", revision, said ?: ""),
			     "git looks in KERNEL_SOURCE if that is a git tree, else in the "
			     "current directory, and without any configuration.");
}

/* What git is asked for. */
enum request {
	DIFFERENCE, /* between the ends of a range */
	ONE_COMMIT,
	ALL_COMMITS, /* of a range */
};

/* Sets *text to git's output for the revision, without its warnings. */
static struct lp_error *run_git(const struct git_repository *repository, enum request request,
				const char *revision, struct blob *text)
{
	/* Not `git show`, which has the text of a tag before the commit, as it is. */
	const char *const commands[][40] = {
		[DIFFERENCE] = {"git", "diff", PLAIN_DIFF, "--end-of-options", revision, "--",
				NULL},
		[ONE_COMMIT] = {"git", "log", "--no-walk", "--patch", "--first-parent", "-m",
				PLAIN_MESSAGE, PLAIN_DIFF, "--end-of-options", revision, "--",
				NULL},
		[ALL_COMMITS] = {"git", "log", "--reverse", "--patch", "--first-parent", "-m",
				 PLAIN_MESSAGE, PLAIN_DIFF, "--end-of-options", revision, "--",
				 NULL},
	};
	_cleanup_free_ char *output = NULL, *errors = NULL;
	int status;

	lp_try(text_format(&output, "%s/output", repository->plain));
	lp_try(text_format(&errors, "%s/errors", repository->plain));
	struct process git = {
		.argv = commands[request],
		.directory = repository->plain,
		.environment = (const char *const *)repository->environment.items,
		.output = output,
		.errors = errors,
	};

	lp_try(process_run(&git, &status));
	return status ? refused(revision, errors) : file_read(output, OUTPUT_LIMIT, text);
}

static struct lp_error *open_and_run(const char *directory, enum request request,
				     const char *revision, struct blob *text)
{
	_cleanup_(git_repository_close) struct git_repository repository = {0};

	lp_try(lp_error_context(
		git_repository_open(is_repository(directory) ? directory : NULL, &repository),
		"--git=%s", revision));
	return run_git(&repository, request, revision, text);
}

struct lp_error *git_read(const char *directory, const char *revision, struct patch_set *set)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_blob_ struct blob text = {0};
	size_t before = set->diffs.count;

	lp_try(open_and_run(directory, strstr(revision, "..") ? DIFFERENCE : ONE_COMMIT, revision,
			    &text));
	lp_try(text_format(&name, "git revision %s", revision));
	lp_try(patch_set_add(set, name, (char *)text.data, 1));
	if (set->diffs.count == before)
		return lp_error_new(LP_NOTHING_TO_PATCH, "%s changes no line of any file", name);
	return NULL;
}

/*
 * "commit HASH" at the start of a line begins a commit: no line of a message or a diff of text does
 * (see PLAIN_MESSAGE).
 */
static char *next_commit(char *text)
{
	char *line = strstr(text, "\ncommit ");

	return line ? line + 1 : text + strlen(text);
}

/* Adds the commit's diff, if it has one. */
static struct lp_error *add_commit(const char *revision, char *text, struct patch_set *set)
{
	_cleanup_free_ char *name = NULL;

	lp_try(text_format(&name, "git revision %s, %.*s", revision, (int)strcspn(text, "\n"),
			   text));
	return patch_set_add(set, name, text, 1);
}

struct lp_error *git_read_commits(const char *directory, const char *revision,
				  struct patch_set *set)
{
	_cleanup_blob_ struct blob text = {0};
	size_t before = set->diffs.count;
	char *end;

	if (!strstr(revision, ".."))
		return git_read(directory, revision, set);
	lp_try(open_and_run(directory, ALL_COMMITS, revision, &text));
	for (char *at = (char *)text.data; *at; at = end) {
		_cleanup_free_ char *commit = NULL;

		end = next_commit(at);
		commit = strndup(at, (size_t)(end - at));
		if (!commit)
			return lp_error_no_memory();
		lp_try(add_commit(revision, commit, set));
	}
	if (set->diffs.count == before)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "git revision %s changes no line of any file", revision);
	return NULL;
}
