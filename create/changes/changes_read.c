// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/changes_read.h"

#include <glib.h>
#include <string.h>

#include "create/changes/cut.h"
#include "create/changes/message.h"

/* Digits of a commit that are shown as its name; the kernel's messages have 12. */
#define NAME_DIGITS 12

/* Adds the parts of the diffs from `first` to before `end` that count. */
static struct lp_error *add_parts(const struct patch_set *set, size_t first, size_t end,
				  struct change *change)
{
	for (size_t i = first; i < end; i++) {
		for (size_t k = 0; k < set->diffs.items[i].nr_files; k++) {
			const struct change_part part = {.diff = i, .file = k};

			if (!set->diffs.items[i].files[k].is_passed_over)
				lp_try(change_add_part(change, set, &part));
		}
	}
	return NULL;
}

/* The commit by which the message calls itself, else the patch's file name. */
static struct lp_error *name_commit(struct change *change, const char *origin)
{
	const char *slash = strrchr(origin, '/');

	if (change->commit)
		return text_format(&change->name, "%.*s", NAME_DIGITS, change->commit);
	return text_format(&change->name, "%s", slash ? slash + 1 : origin);
}

/* The diffs from `first` to before `end` have one text, whose message makes them one change. */
static struct lp_error *read_text(struct changes *changes, const char *source, size_t first,
				  size_t end)
{
	const struct patch_set *set = changes->set;
	const struct diff *diff = &set->diffs.items[first];
	struct change *change;

	lp_try(changes_add(changes, &change));
	/* Of a series each patch is a change, with or without words. */
	lp_try(message_read(set->texts.items[diff->text], diff->level >= 0, change));
	if (change->subject) {
		lp_try(name_commit(change, diff->name));
		return add_parts(set, first, end, change);
	}
	change_clear(&changes->items[--changes->count]);
	return cut_flat(changes, source, first, end);
}

/* The same commit may be in the input twice: picked, reverted and picked again. */
static struct lp_error *make_names_unique(struct changes *changes)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	struct lp_error *error = NULL;

	for (size_t i = 0; i < changes->count && !error; i++) {
		struct change *change = &changes->items[i];
		_cleanup_free_ char *plain = strdup(change->name);

		error = plain ? NULL : lp_error_no_memory();
		for (size_t number = 2; !error && g_hash_table_contains(seen, change->name);
		     number++) {
			free(take(change->name));
			error = text_format(&change->name, "%s#%zu", plain, number);
		}
		if (!error)
			g_hash_table_add(seen, change->name);
	}
	g_hash_table_destroy(seen);
	return error;
}

struct lp_error *changes_read(const struct patch_set *set, const char *source,
			      struct changes *changes)
{
	size_t end;

	*changes = (struct changes){.set = set};
	for (size_t first = 0; first < set->diffs.count; first = end) {
		for (end = first + 1; end < set->diffs.count; end++) {
			if (set->diffs.items[end].text != set->diffs.items[first].text)
				break;
		}
		lp_try(read_text(changes, source, first, end));
	}
	return make_names_unique(changes);
}
