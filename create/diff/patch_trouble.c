// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/patch_trouble.h"

#include <string.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/diff/hunk_misfit.h"
#include "create/diff/patch_run.h"

/* Source files are below 1 MB, but for generated register lists. */
#define SOURCE_LIMIT (64u << 20)

/* Copies of the files that the set names, as the source has them, below a directory of their own.
 */
static struct lp_error *copy_file(const struct patch_attempt *attempt, const char *directory,
				  const char *path)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	lp_try(text_format(&from, "%s/%s", attempt->source, path));
	lp_try(text_format(&to, "%s/%s", directory, path));
	lp_try(directory_make_above(to));
	return access(from, F_OK) || !access(to, F_OK) ? NULL : directory_copy_file(from, to);
}

static struct lp_error *make_copies(const struct patch_attempt *attempt, char **directory)
{
	const struct patch_set *set = attempt->set;

	lp_try(text_format(directory, "%s/not-applying", attempt->scratch));
	lp_try(directory_remove(*directory));
	lp_try(directory_make(*directory));
	for (size_t i = 0; i < set->nr_changes; i++) {
		if (!attempt->wanted(set->changes[i].path))
			continue;
		lp_try(copy_file(attempt, *directory, set->changes[i].path));
		if (set->changes[i].old_path)
			lp_try(copy_file(attempt, *directory, set->changes[i].old_path));
	}
	return NULL;
}

/* True if a hunk of the part only removes lines. */
static bool only_removes(const char *part)
{
	bool in_hunk = false, adds = true;

	for (const char *line = part; *line; line = strchrnul(line, '\n'), line += *line == '\n') {
		if (text_starts_with(line, "@@ -")) {
			if (in_hunk && !adds)
				return true;
			in_hunk = true;
			adds = false;
		}
		adds |= *line == '+' && !text_starts_with(line, "+++ ");
	}
	return in_hunk && !adds;
}

/*
 * Whether the part is in the source already: it can be undone there. Of a hunk
 * that only removes lines nothing but context is looked for then, which has to
 * stand where the hunk says: elsewhere the same few lines mean nothing.
 */
static struct lp_error *is_there(const struct patch_attempt *attempt, const char *directory,
				 enum patch_way way, const char *part, bool *there)
{
	_cleanup_free_ char *said = NULL;

	lp_try(patch_run(directory, attempt->scratch, way, part, there, &said));
	if (*there && strstr(said, "(offset ") && only_removes(part))
		*there = false;
	return NULL;
}

/* Whether everything that the set does is in the source: undone from its end, it all fits. */
static struct lp_error *is_all_there(const struct patch_attempt *attempt, bool *there)
{
	_cleanup_free_ char *directory = NULL;
	size_t nr_parts = 0;

	*there = true;
	lp_try(make_copies(attempt, &directory));
	for (size_t i = attempt->set->texts.count; i-- && *there;) {
		_cleanup_(patch_parts_clear) struct patch_parts parts = {0};

		lp_try(patch_parts_read(attempt->set->names.items[i], attempt->set->texts.items[i],
					attempt->wanted, &parts));
		for (size_t k = parts.texts.count; k-- && *there;) {
			if (!*parts.paths.items[k])
				continue;
			lp_try(is_there(attempt, directory, PATCH_REVERSE, parts.texts.items[k],
					there));
			nr_parts++;
		}
	}
	*there = *there && nr_parts;
	return NULL;
}

/* What is found out about the parts of the diffs. */
struct verdicts {
	char *directory;        /* of the copies */
	struct text_list lines; /* "FILE: what is the matter" */
	struct text_list fits;  /* files of which all fits so far */
	size_t nr_there;        /* parts that the source has */
};

static struct lp_error *add_misfit(struct verdicts *verdicts, const char *path, const char *part,
				   const char *said)
{
	_cleanup_free_ char *file = NULL, *sentence = NULL;
	_cleanup_blob_ struct blob text = {0};
	const char *failed = strstr(said, "FAILED at");
	size_t number = 0;

	lp_try(text_format(&file, "%s/%s", verdicts->directory, path));
	if (strstr(part, "\n@@ -0,0 ") && !access(file, F_OK))
		return text_list_add(&verdicts->lines,
				     "%s: the diff makes this file, and the source has another of "
				     "that name",
				     path);
	if (access(file, F_OK))
		return text_list_add(&verdicts->lines, "%s: the source has no such file", path);
	lp_try(file_read(file, SOURCE_LIMIT, &text));
	for (const char *line = strstr(said, "Hunk #"); failed && line && line < failed;
	     line = strstr(line + 1, "Hunk #"))
		sscanf(line, "Hunk #%zu", &number);
	lp_try(hunk_misfit(part, number, (const char *)text.data, &sentence));
	return text_list_add(&verdicts->lines, "%s: %s", path, sentence ?: "it does not fit");
}

/* Applies the part to the copies if it fits, and says what is the matter if not. */
static struct lp_error *judge(const struct patch_attempt *attempt, const char *path,
			      const char *part, struct verdicts *verdicts)
{
	_cleanup_free_ char *said = NULL, *said_then = NULL;
	bool applies, there;

	lp_try(patch_run(verdicts->directory, attempt->scratch, PATCH_FORWARD_DRY, part, &applies,
			 &said));
	if (applies) {
		if (!text_list_contains(&verdicts->fits, path))
			lp_try(text_list_add(&verdicts->fits, "%s", path));
		return patch_run(verdicts->directory, attempt->scratch, PATCH_FORWARD, part,
				 &applies, &said_then);
	}
	lp_try(is_there(attempt, verdicts->directory, PATCH_REVERSE_DRY, part, &there));
	if (!there)
		return add_misfit(verdicts, path, part, said);
	verdicts->nr_there++;
	return text_list_add(&verdicts->lines, "%s: the source has this change already", path);
}

static struct lp_error *judge_all(const struct patch_attempt *attempt, struct verdicts *verdicts)
{
	lp_try(make_copies(attempt, &verdicts->directory));
	for (size_t i = 0; i <= attempt->failed; i++) {
		_cleanup_(patch_parts_clear) struct patch_parts parts = {0};

		lp_try(patch_parts_read(attempt->set->names.items[i], attempt->set->texts.items[i],
					attempt->wanted, &parts));
		for (size_t k = 0; k < parts.texts.count; k++) {
			if (*parts.paths.items[k])
				lp_try(judge(attempt, parts.paths.items[k], parts.texts.items[k],
					     verdicts));
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
	const char *name = attempt->set->names.items[attempt->failed];

	lp_try(judge_all(attempt, &verdicts));
	/* Nothing is found alone that was the matter with all together: as patch(1) says it. */
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

/* LP_NOTHING_TO_PATCH, with the first file of which code is made. */
static struct lp_error *all_there(const struct patch_attempt *attempt)
{
	const struct patch_set *set = attempt->set;
	size_t first = 0;

	while (first + 1 < set->nr_changes && !attempt->wanted(set->changes[first].path))
		first++;
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: the kernel source has this change already (%s%s)",
			    set->changes[first].path,
			    set->nr_changes > 1 ? " and the other changed files" : "");
}

struct lp_error *patch_trouble(const struct patch_attempt *attempt, const char *said)
{
	bool there;

	lp_try(is_all_there(attempt, &there));
	return there ? all_there(attempt) : not_applying(attempt, said);
}
