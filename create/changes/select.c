// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/select.h"

#include <string.h>

/* The chosen hunks of one diff's file. */
struct choice {
	bool *hunks; /* by number */
	bool is_chosen;
};

/* Marks what of the diff's files the chosen changes have. */
static struct lp_error *mark_chosen(const struct changes *changes, const bool *chosen, size_t diff,
				    struct choice *choices)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];

		for (size_t k = 0; k < change->nr_parts && chosen[i]; k++) {
			const struct change_part *part = &change->parts[k];
			struct choice *choice = &choices[part->file];
			size_t nr_hunks =
				changes->set->diffs.items[diff].files[part->file].nr_hunks;

			if (part->diff != diff)
				continue;
			choice->is_chosen = true;
			choice->hunks = choice->hunks ?: calloc(nr_hunks + 1, sizeof(bool));
			if (!choice->hunks)
				return lp_error_no_memory();
			for (size_t h = 0; h < (part->hunks ? part->nr_hunks : nr_hunks); h++)
				choice->hunks[part->hunks ? part->hunks[h] : h] = true;
		}
	}
	return NULL;
}

/*
 * Writes the file's part with the chosen hunks. Those that are left out no longer move the new
 * side's lines.
 */
static struct lp_error *write_chosen(const struct diff_file *file, const struct choice *choice,
				     FILE *out)
{
	struct diff_file part = *file;
	long moved = 0;

	part.hunks = calloc(file->nr_hunks + 1, sizeof(*part.hunks));
	part.nr_hunks = 0;
	if (!part.hunks)
		return lp_error_no_memory();
	for (size_t i = 0; i < file->nr_hunks; i++) {
		struct diff_hunk hunk = file->hunks[i];

		if (choice->hunks[i]) {
			hunk.new_start -= moved;
			part.hunks[part.nr_hunks++] = hunk;
		} else {
			moved += (long)hunk.new_count - (long)hunk.old_count;
		}
	}
	diff_write_file_git(&part, out);
	free(part.hunks);
	return NULL;
}

static struct lp_error *write_files(const struct diff *diff, const struct choice *choices,
				    FILE *out)
{
	for (size_t i = 0; i < diff->nr_files; i++) {
		if (choices[i].is_chosen)
			lp_try(write_chosen(&diff->files[i], &choices[i], out));
	}
	return NULL;
}

/* Sets *text to the chosen parts of the diff; it is "" if there are none. */
static struct lp_error *write_diff(const struct changes *changes, const bool *chosen, size_t number,
				   char **text)
{
	const struct diff *diff = &changes->set->diffs.items[number];
	struct choice *choices = calloc(diff->nr_files + 1, sizeof(*choices));
	size_t size;

	if (!choices)
		return lp_error_no_memory();
	struct lp_error *error = mark_chosen(changes, chosen, number, choices);
	FILE *out = error ? NULL : open_memstream(text, &size);

	if (!error && !out)
		error = lp_error_no_memory();
	if (!error)
		error = write_files(diff, choices, out);
	if (out && fclose(out) && !error)
		error = lp_error_no_memory();
	for (size_t i = 0; i < diff->nr_files; i++)
		free(choices[i].hunks);
	free(choices);
	return error;
}

static struct lp_error *add_diff(const struct changes *changes, const bool *chosen, size_t number,
				 struct patch_set *selection)
{
	_cleanup_free_ char *text = NULL;

	lp_try(write_diff(changes, chosen, number, &text));
	if (!text || !*text)
		return NULL;
	return patch_set_add(selection, changes->set->diffs.items[number].name, text, 1);
}

struct lp_error *changes_select(const struct changes *changes, const bool *chosen,
				struct patch_set *selection)
{
	*selection = (struct patch_set){0};
	for (size_t i = 0; i < changes->set->diffs.count; i++)
		lp_try(add_diff(changes, chosen, i, selection));
	if (!selection->diffs.count)
		return lp_error_new(LP_NOTHING_TO_PATCH, "no change is left");
	return NULL;
}
