// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/git.h"

#include <errno.h>
#include <string.h>

#include "common/file.h"
#include "common/process.h"

/* The difference between two releases of the kernel is some 100 MB. */
#define OUTPUT_LIMIT (1u << 30)

/* How much of git's complaint an error shows, in bytes. */
#define SHOWN_OUTPUT 2048

/*
 * What must not depend on the user's configuration of git, nor on the repository: how
 * many digits tell its objects apart. The text becomes part of the update, and the same
 * revision is to give the same bytes.
 */
#define PLAIN_DIFF                                                                          \
	"--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--src-prefix=a/",  \
		"--dst-prefix=b/", "--full-index", "--unified=3", "--inter-hunk-context=0", \
		"--diff-algorithm=myers", "--indent-heuristic", "--no-relative",            \
		"--submodule=short", "-O/dev/null"
#define PLAIN_MESSAGE "--format=email", "--encoding=UTF-8", "--no-notes", "--no-mailmap"

static bool is_repository(const char *directory)
{
	_cleanup_free_ char *path = NULL;

	if (!directory || text_format(&path, "%s/.git", directory))
		return false;
	return !access(path, F_OK);
}

static struct lp_error *run_git(const char *directory, const char *revision, const char *output)
{
	const char *const range[] = {"git",    "diff", PLAIN_DIFF, "--end-of-options",
				     revision, "--",   NULL};
	const char *const single[] = {"git",         "show",     "--first-parent",   "-m",
				      PLAIN_MESSAGE, PLAIN_DIFF, "--end-of-options", revision,
				      "--",          NULL};
	struct process git = {
		.argv = strstr(revision, "..") ? range : single,
		.directory = is_repository(directory) ? directory : NULL,
		.output = output,
	};
	_cleanup_free_ char *said = NULL;
	int status;

	lp_try(process_run(&git, &status));
	if (!status)
		return NULL;
	said = process_output(output, SHOWN_OUTPUT);
	for (size_t length = said ? strlen(said) : 0; length && said[length - 1] == '\n';)
		said[--length] = '\0';
	return lp_error_hint(lp_error_new(LP_USAGE, "--git=%s: %s", revision, said ?: ""),
			     "git looks in KERNEL_SOURCE if that is a git tree, else in the "
			     "current directory.");
}

struct lp_error *git_read(const char *directory, const char *revision, struct patch_set *set)
{
	_cleanup_free_ char *output = NULL, *name = NULL;
	_cleanup_blob_ struct blob text = {0};
	const char *temporary = getenv("TMPDIR");
	size_t before = set->nr_hunks;

	lp_try(text_format(&output, "%s/lpatch-git-XXXXXX",
			   temporary && *temporary ? temporary : "/tmp"));
	_cleanup_close_ int fd = mkstemp(output);

	if (fd < 0)
		return lp_error_errno(errno, "can't make a file like %s", output);
	struct lp_error *error = run_git(directory, revision, output);

	if (!error)
		error = file_read(output, OUTPUT_LIMIT, &text);
	unlink(output);
	lp_try(error);
	lp_try(text_format(&name, "git revision %s", revision));
	lp_try(patch_set_add(set, name, (char *)text.data));
	if (set->nr_hunks == before)
		return lp_error_new(LP_NOTHING_TO_PATCH, "%s changes no line of any file", name);
	return NULL;
}
