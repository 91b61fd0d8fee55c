// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "create/diff/file_moves.h"
#include "create/diff/patch_run.h"
#include "create/diff/patch_set.h"
#include "create/diff/patch_trouble.h"

/* Adds the hunks that patch(1) found at another place or with other context. */
static struct lp_error *list_offsets(const char *name, char *output, struct text_list *offsets)
{
	const char *file = "";

	for (char *line = strtok(output, "\n"); line; line = strtok(NULL, "\n")) {
		if (text_starts_with(line, "patching file "))
			file = line + strlen("patching file ");
		else if (strstr(line, "(offset ") || strstr(line, " with fuzz "))
			lp_try(text_list_add(offsets, "%s: %s: %s", name, file, line));
	}
	return NULL;
}

/* The part of the diff for patch(1). */
static struct lp_error *write_diff(const struct diff *diff, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);

	if (!out)
		return lp_error_no_memory();
	for (size_t i = 0; i < diff->nr_files; i++) {
		if (!diff->files[i].is_passed_over)
			diff_write_file(&diff->files[i], out);
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

/* Renames, makes and removes files, if all are as the diff takes them for; else says of the first.
 */
static struct lp_error *move_files(const struct diff *diff, const char *directory, char **trouble)
{
	*trouble = NULL;
	for (size_t i = 0; i < diff->nr_files && !*trouble; i++) {
		if (!diff->files[i].is_passed_over)
			lp_try(file_moves_check(&diff->files[i], directory, trouble));
	}
	return *trouble ? NULL : file_moves_make(diff->files, diff->nr_files, directory);
}

static struct lp_error *apply_one(const struct patch_set *set, size_t index,
				  const struct patch_way *way, const char *directory,
				  struct text_list *offsets)
{
	const struct diff *diff = &set->diffs.items[index];
	_cleanup_free_ char *text = NULL, *said = NULL;
	bool applies = false;

	lp_try(write_diff(diff, &text));
	lp_try(move_files(diff, directory, &said));
	if (!said)
		lp_try(patch_run(directory, way->scratch, way->fuzz, false, text, &applies, &said));
	if (applies)
		return list_offsets(diff->name, said, offsets);
	const struct patch_attempt attempt = {.set = set, .failed = index, .way = way};

	return patch_trouble(&attempt, said);
}

struct lp_error *patch_set_apply(const struct patch_set *set, const struct patch_way *way,
				 const char *directory, struct message_sink *sink)
{
	_cleanup_text_list_ struct text_list offsets = {0};

	for (size_t i = 0; i < set->diffs.count; i++)
		lp_try(apply_one(set, i, way, directory, &offsets));
	message_warnings(sink, "hunks that are found elsewhere", &offsets);
	return NULL;
}
