// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/patch_trouble.h"

#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/diff/file_moves.h"
#include "create/diff/hunk_misfit.h"
#include "create/diff/hunk_place.h"
#include "create/diff/patch_run.h"

/* Source files are below 1 MB, but for generated register lists. */
#define SOURCE_LIMIT (64u << 20)

/* Diffs have this many lines of context, so more fuzz has no effect. */
#define MOST_FUZZ 3

/*
 * How many lines further up or down a change counts as there already. Lines like those of the diff
 * are elsewhere in the same file, too, and in a function of the same name if need be.
 */
#define MOST_SHIFT 100

/* Copies of the files that the set names, as the source has them, below a directory of their own.
 */
static struct lp_error *make_copies(const struct patch_attempt *attempt, char **directory)
{
	const struct text_list *touched = &attempt->set->touched;

	lp_try(text_format(directory, "%s/not-applying", attempt->way->scratch));
	lp_try(directory_remove(*directory));
	lp_try(directory_make(*directory));
	for (size_t i = 0; i < touched->count; i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;
		struct stat status;

		lp_try(text_format(&from, "%s/%s", attempt->way->source, touched->items[i]));
		lp_try(text_format(&to, "%s/%s", *directory, touched->items[i]));
		if (stat(from, &status) || !S_ISREG(status.st_mode))
			continue;
		lp_try(directory_make_above(to));
		lp_try(directory_copy_file(from, to));
	}
	return NULL;
}

/* True if a hunk of the part only removes lines. */
static bool only_removes(const struct diff_file *file)
{
	for (size_t i = 0; i < file->nr_hunks; i++) {
		const struct diff_hunk *hunk = &file->hunks[i];
		size_t k = 0;

		while (k < hunk->nr_lines && hunk->lines[k].sign != '+')
			k++;
		if (k == hunk->nr_lines)
			return true;
	}
	return false;
}

/* Applies the part's hunks to the file of that path, or tests whether they apply. */
static struct lp_error *run_on(const struct patch_attempt *attempt, const char *directory,
			       const struct diff_file *file, unsigned int fuzz, bool is_dry,
			       bool *applies, char **said)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	diff_write_file(file, out);
	if (fclose(out))
		return lp_error_no_memory();
	return patch_run(directory, attempt->way->scratch, fuzz, is_dry, text, applies, said);
}

/*
 * Whether all that the part, turned round, expects of the file is there, at one distance from where
 * it says. Of a hunk that only removes lines nothing but context is looked for then, which has to
 * stand where the hunk says: elsewhere the same few lines mean nothing.
 */
static struct lp_error *find_place(const char *directory, const struct diff_file *file,
				   struct diff_file *reversed, bool *found)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {0};

	*found = true;
	/* It makes a file, or only moves one. */
	if (reversed->kind == DIFF_ADDED || !reversed->nr_hunks)
		return NULL;
	lp_try(text_format(&path, "%s/%s", directory, reversed->old_path ?: reversed->path));
	lp_try(file_read(path, SOURCE_LIMIT, &text));
	*found = hunk_place_all(reversed, (const char *)text.data,
				only_removes(file) ? 0 : MOST_SHIFT);
	return NULL;
}

/* Takes the part, turned round, out of the file, or says whether it could. */
static struct lp_error *undo(const struct patch_attempt *attempt, const char *directory,
			     const struct diff_file *file, struct diff_file *reversed, bool is_dry,
			     bool *there)
{
	_cleanup_free_ char *said = NULL, *trouble = NULL, *path = NULL;

	*there = false;
	lp_try(file_moves_check(reversed, directory, &trouble));
	if (trouble)
		return NULL;
	lp_try(find_place(directory, file, reversed, there));
	if (!*there)
		return NULL;
	/* It still has the name that it is to lose. */
	path = take(reversed->path);
	lp_try(text_format(&reversed->path, "%s", reversed->old_path ?: path));
	lp_try(run_on(attempt, directory, reversed, 0, is_dry, there, &said));
	free(reversed->path);
	reversed->path = take(path);
	/* Not where it was found. */
	if (*there && strstr(said, "(offset "))
		*there = false;
	return *there && !is_dry ? file_moves_make(reversed, 1, directory) : NULL;
}

/* Whether the part is in the source already, because it can be undone there. */
static struct lp_error *is_there(const struct patch_attempt *attempt, const char *directory,
				 const struct diff *diff, const struct diff_file *file, bool is_dry,
				 bool *there)
{
	_cleanup_(diff_file_clear) struct diff_file reversed = {0};

	*there = false;
	/*
	 * It can't be known whether a file is a copy that was changed later, or what is in a
	 * binary.
	 */
	if (file->kind == DIFF_COPIED || file->is_binary)
		return NULL;
	lp_try(diff_file_reversed(diff, file, &reversed));
	return undo(attempt, directory, file, &reversed, is_dry, there);
}

/* Whether everything that the set does is in the source: undone from its end, it all fits. */
static struct lp_error *is_all_there(const struct patch_attempt *attempt, bool *there)
{
	const struct diff_list *diffs = &attempt->set->diffs;
	_cleanup_free_ char *directory = NULL;
	size_t nr_parts = 0;

	*there = true;
	lp_try(make_copies(attempt, &directory));
	for (size_t i = diffs->count; i-- && *there;) {
		for (size_t k = diffs->items[i].nr_files; k-- && *there;) {
			const struct diff_file *file = &diffs->items[i].files[k];

			if (file->is_passed_over)
				continue;
			lp_try(is_there(attempt, directory, &diffs->items[i], file, false, there));
			nr_parts += file->nr_hunks > 0;
		}
	}
	*there = *there && nr_parts;
	return NULL;
}

/* The results for the parts of the diffs. */
struct verdicts {
	char *directory;        /* of the copies */
	struct text_list lines; /* "FILE: the problem" */
	struct text_list fits;  /* files whose parts all fit so far */
	size_t nr_there;        /* parts that the source has */
};

/* " With --fuzz=2 it fits.", or "" if it doesn't. */
static struct lp_error *try_fuzz(const struct patch_attempt *attempt, const char *directory,
				 const struct diff_file *file, char **sentence)
{
	for (unsigned int fuzz = attempt->way->fuzz + 1; fuzz <= MOST_FUZZ; fuzz++) {
		_cleanup_free_ char *said = NULL;
		bool applies;

		lp_try(run_on(attempt, directory, file, fuzz, true, &applies, &said));
		if (applies)
			return text_format(
				sentence,
				"\n  with --fuzz=%u it fits, but that place may be the wrong one",
				fuzz);
	}
	return text_format(sentence, "%s", "");
}

/* The number of the first hunk that failed by patch(1)'s output; 0 if none did. */
static size_t first_failed(const char *said)
{
	const char *failed = strstr(said, "FAILED at");
	size_t number = 0;

	for (const char *line = strstr(said, "Hunk #"); failed && line && line < failed;
	     line = strstr(line + 1, "Hunk #"))
		sscanf(line, "Hunk #%zu", &number);
	return number;
}

static struct lp_error *add_misfit(const struct patch_attempt *attempt, struct verdicts *verdicts,
				   const struct diff_file *file, const char *said)
{
	_cleanup_free_ char *path = NULL, *sentence = NULL, *fuzz = NULL;
	_cleanup_blob_ struct blob text = {0};
	size_t number = first_failed(said);

	lp_try(text_format(&path, "%s/%s", verdicts->directory, file->path));
	lp_try(file_read(path, SOURCE_LIMIT, &text));
	lp_try(hunk_misfit(file, number, (const char *)text.data, &sentence));
	lp_try(try_fuzz(attempt, verdicts->directory, file, &fuzz));
	if (!sentence)
		return text_list_add(&verdicts->lines, "%s: it does not fit%s", file->path, fuzz);
	return text_list_add(&verdicts->lines, "%s: %s%s", file->path, sentence, fuzz);
}

/* Applies the part to the copies if it fits, and else says what the problem is. */
static struct lp_error *judge(const struct patch_attempt *attempt, const struct diff *diff,
			      const struct diff_file *file, struct verdicts *verdicts)
{
	_cleanup_free_ char *said = NULL, *said_then = NULL, *trouble = NULL;
	const char *directory = verdicts->directory;
	bool applies = false, there;

	lp_try(file_moves_check(file, directory, &trouble));
	if (!trouble) {
		lp_try(file_moves_make(file, 1, directory));
		lp_try(run_on(attempt, directory, file, attempt->way->fuzz, true, &applies, &said));
	}
	if (applies) {
		if (!text_list_contains(&verdicts->fits, file->path))
			lp_try(text_list_add(&verdicts->fits, "%s", file->path));
		return run_on(attempt, directory, file, attempt->way->fuzz, false, &applies,
			      &said_then);
	}
	lp_try(is_there(attempt, directory, diff, file, true, &there));
	if (there) {
		verdicts->nr_there++;
		return text_list_add(&verdicts->lines, "%s: the source has this change already",
				     file->path);
	}
	if (trouble)
		return text_list_add(&verdicts->lines, "%s: %s", file->path, trouble);
	return add_misfit(attempt, verdicts, file, said);
}

static struct lp_error *judge_all(const struct patch_attempt *attempt, struct verdicts *verdicts)
{
	lp_try(make_copies(attempt, &verdicts->directory));
	for (size_t i = 0; i <= attempt->failed; i++) {
		const struct diff *diff = &attempt->set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++) {
			if (!diff->files[k].is_passed_over)
				lp_try(judge(attempt, diff, &diff->files[k], verdicts));
		}
	}
	for (size_t i = 0; verdicts->nr_there && i < verdicts->fits.count; i++)
		lp_try(text_list_add(&verdicts->lines, "%s: it fits", verdicts->fits.items[i]));
	return NULL;
}

static void verdicts_clear(struct verdicts *verdicts)
{
	free(verdicts->directory);
	text_list_clear(&verdicts->lines);
	text_list_clear(&verdicts->fits);
}

static struct lp_error *not_applying(const struct patch_attempt *attempt, const char *said)
{
	_cleanup_(verdicts_clear) struct verdicts verdicts = {0};
	_cleanup_free_ char *lines = NULL;
	const char *name = attempt->set->diffs.items[attempt->failed].name;

	lp_try(judge_all(attempt, &verdicts));
	/* No part alone has the problem that all together have: show patch(1)'s own words. */
	if (!verdicts.lines.count)
		lp_try(text_list_add(&verdicts.lines, "%s", said));
	lp_try(text_list_join_first(&verdicts.lines, MESSAGE_OF_A_KIND, "\n", &lines));
	return lp_error_hint(
		lp_error_new(LP_NOT_APPLYING, "%s does not apply to the kernel source:\n%s", name,
			     lines),
		verdicts.nr_there ? "Leave what the source has already out of the diff."
				  : "Rebase the diff onto the source of the target; lpatch does "
				    "not guess where the context differs.");
}

/* "6.1.192" by the top Makefile, or "the kernel source" if that does not say it. */
static struct lp_error *read_version(const char *source, char **version)
{
	static const char *const names[] = {"VERSION =", "PATCHLEVEL =", "SUBLEVEL ="};
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {0};
	int numbers[ARRAY_SIZE(names)];

	lp_try(text_format(&path, "%s/Makefile", source));
	if (access(path, F_OK))
		return text_format(version, "the kernel source");
	lp_try(file_read(path, SOURCE_LIMIT, &text));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *line = strstr((const char *)text.data, names[i]);

		if (!line || sscanf(line + strlen(names[i]), "%d", &numbers[i]) != 1)
			return text_format(version, "the kernel source");
	}
	return text_format(version, "%d.%d.%d", numbers[0], numbers[1], numbers[2]);
}

/* LP_NOTHING_TO_PATCH, with the first file with code. */
static struct lp_error *all_there(const struct patch_attempt *attempt)
{
	const struct patch_set *set = attempt->set;
	_cleanup_free_ char *version = NULL;
	size_t first = 0;

	while (first + 1 < set->nr_changes && set->changes[first].is_passed_over)
		first++;
	lp_try(read_version(attempt->way->source, &version));
	return lp_error_new(LP_NOTHING_TO_PATCH, "already in %s: nothing to do (%s%s)", version,
			    set->changes[first].path,
			    set->nr_changes > 1 ? " and the other changed files" : "");
}

struct lp_error *patch_trouble(const struct patch_attempt *attempt, const char *said)
{
	bool there;

	lp_try(is_all_there(attempt, &there));
	return there ? all_there(attempt) : not_applying(attempt, said);
}
