// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff_part.h"

#include "create/diff/diff_name.h"

struct lp_error *diff_part_begin(struct parser *parser)
{
	if (!parser->diff) {
		lp_try(diff_list_add(parser->list, parser->name, &parser->diff));
		g_hash_table_remove_all(parser->seen);
	}
	lp_try(diff_add_file(parser->diff, &parser->file));
	parser->file->number = parser->number;
	return NULL;
}

/*
 * The names by which a file is recognised when the diff comes to it again, without "a/" and
 * "b/"; NULL for none. The source of a copy may be changed, too.
 */
static void find_keys(const struct diff_file *file, const char *keys[2])
{
	keys[0] = file->kind == DIFF_COPIED ? NULL : file->old_name;
	keys[1] = file->new_name;
	for (int i = 0; i < 2 && !file->is_bare; i++) {
		if (keys[i] && diff_name_has_prefix(keys[i]))
			keys[i] = diff_name_strip(keys[i], 1);
	}
}

/*
 * The last file of the diff is complete. If the diff names it for the second time, the file
 * moves to a diff of its own, which is applied after this one.
 */
static struct lp_error *take_file(struct parser *parser)
{
	const char *keys[2];

	find_keys(parser->file, keys);
	if ((keys[0] && g_hash_table_contains(parser->seen, keys[0])) ||
	    (keys[1] && g_hash_table_contains(parser->seen, keys[1]))) {
		size_t from = parser->diff - parser->list->items;

		parser->diff = NULL;
		lp_try(diff_part_begin(parser));
		struct diff *before = &parser->list->items[from];

		*parser->file = before->files[--before->nr_files];
	}
	for (int i = 0; i < 2; i++) {
		if (keys[i])
			g_hash_table_add(parser->seen, (char *)keys[i]);
	}
	return NULL;
}

/* What is missing in a part, or NULL. */
static const char *find_lack(const struct parser *parser)
{
	const struct diff_file *file = parser->file;
	bool moves = file->kind == DIFF_RENAMED || file->kind == DIFF_COPIED;

	if (file->kind != DIFF_ADDED && file->kind != DIFF_REMOVED &&
	    !file->old_mode != !file->new_mode)
		return "it has only one of the two modes";
	if (file->nr_hunks || file->is_binary)
		return NULL;
	if (moves && (!file->old_name || !file->new_name))
		return "it is renamed or copied, but the diff does not have both names";
	if (parser->has_names || (parser->says_content && !parser->is_empty && !parser->is_whole))
		return "the diff names a file to change, but has no hunk for it, a part that "
		       "begins with \"@@ -\"";
	if (moves || file->kind != DIFF_MODIFIED || (file->old_mode && file->new_mode))
		return NULL;
	return "the diff names a file to change, but has no hunk for it, a part that begins with "
	       "\"@@ -\"";
}

struct lp_error *diff_part_end(struct parser *parser)
{
	if (!parser->file)
		return NULL;
	const char *lack = find_lack(parser);

	if (lack)
		return lp_error_hint(lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s", parser->name,
						  parser->file->number, lack),
				     "Is it cut short?");
	/* The first line of git has both names. */
	if (parser->file->kind == DIFF_ADDED)
		free(take(parser->file->old_name));
	else if (parser->file->kind == DIFF_REMOVED)
		free(take(parser->file->new_name));
	lp_try(take_file(parser));
	parser->file = NULL;
	parser->is_git = parser->has_names = parser->says_content = parser->is_empty =
		parser->is_whole = false;
	return NULL;
}
