// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/change.h"

struct lp_error *changes_add(struct changes *changes, struct change **added)
{
	struct change *grown =
		reallocarray(changes->items, changes->count + 1, sizeof(*changes->items));

	if (!grown)
		return lp_error_no_memory();
	changes->items = grown;
	*added = &grown[changes->count++];
	**added = (struct change){0};
	return NULL;
}

struct lp_error *change_add_part(struct change *change, const struct patch_set *set,
				 const struct change_part *part)
{
	const struct diff_file *file = &set->diffs.items[part->diff].files[part->file];
	struct change_part *grown =
		reallocarray(change->parts, change->nr_parts + 1, sizeof(*change->parts));

	if (!grown) {
		free(part->hunks);
		return lp_error_no_memory();
	}
	change->parts = grown;
	grown[change->nr_parts++] = *part;
	if (file->old_path && !text_list_contains(&change->files, file->old_path))
		lp_try(text_list_add(&change->files, "%s", file->old_path));
	if (text_list_contains(&change->files, file->path))
		return NULL;
	return text_list_add(&change->files, "%s", file->path);
}

const struct diff_hunk *change_part_hunk(const struct patch_set *set,
					 const struct change_part *part, size_t index)
{
	const struct diff_file *file = &set->diffs.items[part->diff].files[part->file];

	if (index >= (part->hunks ? part->nr_hunks : file->nr_hunks))
		return NULL;
	return &file->hunks[part->hunks ? part->hunks[index] : index];
}

bool change_shares_files(const struct change *one, const struct change *other)
{
	for (size_t i = 0; i < one->files.count; i++) {
		if (text_list_contains(&other->files, one->files.items[i]))
			return true;
	}
	return false;
}

void change_clear(struct change *change)
{
	free(change->name);
	free(change->subject);
	free(change->commit);
	free(change->upstream);
	text_list_clear(&change->fixes);
	text_list_clear(&change->cves);
	text_list_clear(&change->files);
	for (size_t i = 0; i < change->nr_parts; i++)
		free(change->parts[i].hunks);
	free(change->parts);
}

void changes_clear(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		change_clear(&changes->items[i]);
	free(changes->items);
	*changes = (struct changes){0};
}
