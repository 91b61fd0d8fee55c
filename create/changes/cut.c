// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/cut.h"

#include <glib.h>
#include <string.h>

#include "create/changes/defined_names.h"
#include "create/changes/file_versions.h"

/* The sides of a diff on which a part mentions a word. */
#define SIDE_BEFORE 1u
#define SIDE_AFTER  2u

/* The smallest part that is considered: a file's whole part, or one hunk of a header. */
struct atom {
	size_t diff, file;
	size_t hunk; /* WHOLE for all */
	size_t versions;
	size_t parent; /* of the set that it is in; itself for the first atom of a set */
};

#define WHOLE ((size_t)-1)

/* One mention of a word. */
struct mention {
	size_t atom;
	unsigned int sides;
};

/* A file of one diff in both versions. */
struct versions {
	struct file_versions text;
	struct definition_pair definitions;
};

struct cut {
	struct changes *changes;
	const struct patch_set *set;
	const char *source;
	GArray *atoms;        /* of struct atom */
	GPtrArray *versions;  /* of struct versions */
	GHashTable *mentions; /* word -> GArray of struct mention */
	GHashTable *places;   /* path -> the first whole atom of that file, plus 1 */
};

static struct atom *atom_at(const struct cut *cut, size_t index)
{
	return &g_array_index(cut->atoms, struct atom, index);
}

static const struct diff_file *file_of(const struct cut *cut, const struct atom *atom)
{
	return &cut->set->diffs.items[atom->diff].files[atom->file];
}

static struct versions *versions_of(const struct cut *cut, const struct atom *atom)
{
	return g_ptr_array_index(cut->versions, atom->versions);
}

/* Sets ------------------------------------------------------------------------ */

static size_t find_root(const struct cut *cut, size_t index)
{
	while (atom_at(cut, index)->parent != index) {
		struct atom *atom = atom_at(cut, index);

		atom->parent = atom_at(cut, atom->parent)->parent;
		index = atom->parent;
	}
	return index;
}

/* The set of the earlier atom takes the other one in. */
static void join(const struct cut *cut, size_t one, size_t other)
{
	size_t first = find_root(cut, one), second = find_root(cut, other);

	if (first < second)
		atom_at(cut, second)->parent = first;
	else
		atom_at(cut, first)->parent = second;
}

/* Words ----------------------------------------------------------------------- */

static void add_mention(const struct cut *cut, const char *word, size_t length, size_t atom,
			unsigned int side)
{
	char *name = g_strndup(word, length);
	GArray *list = g_hash_table_lookup(cut->mentions, name);

	if (!list) {
		list = g_array_new(FALSE, FALSE, sizeof(struct mention));
		g_hash_table_insert(cut->mentions, name, list);
	} else {
		g_free(name);
	}
	if (list->len) {
		struct mention *last = &g_array_index(list, struct mention, list->len - 1);

		if (last->atom == atom) {
			last->sides |= side;
			return;
		}
	}
	const struct mention mention = {atom, side};

	g_array_append_val(list, mention);
}

static bool is_comment(const struct diff_line *line)
{
	size_t blanks = 0;

	while (blanks < line->length && (line->text[blanks] == ' ' || line->text[blanks] == '\t'))
		blanks++;
	return blanks < line->length &&
	       (line->text[blanks] == '*' ||
		(blanks + 1 < line->length && line->text[blanks] == '/' &&
		 (line->text[blanks + 1] == '*' || line->text[blanks + 1] == '/')));
}

/* Words of a changed line. */
static void add_words(const struct cut *cut, size_t atom, const struct diff_line *line)
{
	unsigned int side = line->sign == '+' ? SIDE_AFTER : SIDE_BEFORE;
	const char *end = line->text + line->length;

	if (line->sign == ' ' || is_comment(line))
		return;
	for (const char *at = line->text; at < end;) {
		const char *word = at;

		while (at < end && definition_is_word(*at))
			at++;
		if (at == word) {
			at++;
			continue;
		}
		add_mention(cut, word, (size_t)(at - word), atom, side);
	}
}

static void add_hunk_words(const struct cut *cut, size_t atom, const struct diff_hunk *hunk)
{
	for (size_t i = 0; i < hunk->nr_lines; i++)
		add_words(cut, atom, &hunk->lines[i]);
}

/* Atoms ----------------------------------------------------------------------- */

static size_t add_atom(const struct cut *cut, size_t diff, size_t file, size_t hunk)
{
	const struct atom atom = {.diff = diff,
				  .file = file,
				  .hunk = hunk,
				  .versions = cut->versions->len - 1,
				  .parent = cut->atoms->len};

	g_array_append_val(cut->atoms, atom);
	return cut->atoms->len - 1;
}

/* Joins the hunks of a header that change one definition, in either version. */
static void join_hunks(const struct cut *cut, const struct diff_file *file, size_t first,
		       const struct definition_list *list, bool after)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t previous = WHOLE;

		for (size_t k = 0; k < file->nr_hunks; k++) {
			const struct line_range range = hunk_changed_lines(&file->hunks[k], after);

			if (!definition_overlaps(&list->items[i], &range))
				continue;
			if (previous != WHOLE)
				join(cut, first + previous, first + k);
			previous = k;
		}
	}
}

static void add_header(const struct cut *cut, size_t diff, size_t number)
{
	const struct diff_file *file = &cut->set->diffs.items[diff].files[number];
	const struct versions *versions = g_ptr_array_index(cut->versions, cut->versions->len - 1);
	size_t first = cut->atoms->len;

	for (size_t i = 0; i < file->nr_hunks; i++)
		add_hunk_words(cut, add_atom(cut, diff, number, i), &file->hunks[i]);
	join_hunks(cut, file, first, &versions->definitions.before, false);
	join_hunks(cut, file, first, &versions->definitions.after, true);
}

static bool is_source(const char *path)
{
	return text_ends_with(path, ".c") || text_ends_with(path, ".h");
}

/* A Makefile's words are no names of C. */
static void add_whole(const struct cut *cut, size_t diff, size_t number)
{
	const struct diff_file *file = &cut->set->diffs.items[diff].files[number];
	size_t atom = add_atom(cut, diff, number, WHOLE);

	for (size_t i = 0; i < file->nr_hunks && is_source(file->path); i++)
		add_hunk_words(cut, atom, &file->hunks[i]);
}

static struct lp_error *add_file(const struct cut *cut, size_t diff, size_t number)
{
	const struct diff_file *file = &cut->set->diffs.items[diff].files[number];
	struct versions *versions;
	size_t first = cut->atoms->len;

	if (file->is_passed_over)
		return NULL;
	versions = g_new0(struct versions, 1);
	g_ptr_array_add(cut->versions, versions);
	if (is_source(file->path)) {
		lp_try(file_versions_read(cut->source, file, &versions->text));
		lp_try(definition_list_read(versions->text.before, &versions->definitions.before));
		lp_try(definition_list_read(versions->text.after, &versions->definitions.after));
	}
	if (text_ends_with(file->path, ".h") && file->kind == DIFF_MODIFIED &&
	    versions->text.is_exact)
		add_header(cut, diff, number);
	else
		add_whole(cut, diff, number);
	/* A later diff's part about the same file builds on the earlier one. */
	gpointer place = g_hash_table_lookup(cut->places, file->path);

	if (!place) {
		g_hash_table_insert(cut->places, file->path, GSIZE_TO_POINTER(first + 1));
		return NULL;
	}
	for (size_t i = first; i < cut->atoms->len; i++)
		join(cut, GPOINTER_TO_SIZE(place) - 1, i);
	return NULL;
}

/* Names ----------------------------------------------------------------------- */

/* An atom whose names are looked for in others. */
struct definer {
	const struct cut *cut;
	size_t atom;
};

/* Whether the mention is a use of the name; of a member, in a file that knows its type. */
static bool is_use(const struct cut *cut, const struct mention *mention,
		   const struct defined_name *name)
{
	const struct versions *versions = versions_of(cut, atom_at(cut, mention->atom));
	const char *before = versions->text.before ?: "", *after = versions->text.after ?: "";

	if (name->kind == NAME_GAINED)
		return mention->sides == SIDE_AFTER && !text_has_word(before, name->name) &&
		       text_has_word(after, name->type);
	if (name->kind == NAME_LOST)
		return mention->sides == SIDE_BEFORE && !text_has_word(after, name->name) &&
		       text_has_word(before, name->type);
	return true;
}

static struct lp_error *join_users(void *context, const struct defined_name *name)
{
	const struct definer *definer = context;
	const GArray *list = g_hash_table_lookup(definer->cut->mentions, name->name);

	for (size_t i = 0; list && i < list->len; i++) {
		const struct mention *mention = &g_array_index(list, struct mention, i);

		if (mention->atom != definer->atom && is_use(definer->cut, mention, name))
			join(definer->cut, definer->atom, mention->atom);
	}
	return NULL;
}

static struct lp_error *join_by_names(const struct cut *cut, size_t index)
{
	const struct atom *atom = atom_at(cut, index);
	const struct diff_file *file = file_of(cut, atom);
	const struct versions *versions = versions_of(cut, atom);
	const struct definer definer = {cut, index};
	size_t first = atom->hunk == WHOLE ? 0 : atom->hunk;
	size_t end = atom->hunk == WHOLE ? file->nr_hunks : atom->hunk + 1;

	if (!is_source(file->path))
		return NULL;
	for (size_t i = first; i < end; i++)
		lp_try(defined_names_find(&versions->definitions, &file->hunks[i],
					  text_ends_with(file->path, ".h"), join_users,
					  (void *)&definer));
	return NULL;
}

/* Whether a changed line has the text, and `also` if that isn't NULL. */
static bool line_has(const struct diff_line *line, const char *text, const char *also)
{
	return line->sign != ' ' && memmem(line->text, line->length, text, strlen(text)) &&
	       (!also || memmem(line->text, line->length, also, strlen(also)));
}

/* Whether a changed line of the atom includes the file, or builds it. */
static bool refers_to(const struct cut *cut, const struct atom *atom, const char *name,
		      const char *object)
{
	const struct diff_file *file = file_of(cut, atom);
	size_t first = atom->hunk == WHOLE ? 0 : atom->hunk;
	size_t end = atom->hunk == WHOLE ? file->nr_hunks : atom->hunk + 1;
	bool source = is_source(file->path);

	for (size_t i = first; i < end; i++) {
		for (size_t k = 0; k < file->hunks[i].nr_lines; k++) {
			if (line_has(&file->hunks[i].lines[k], source ? name : object,
				     source ? "include" : NULL))
				return true;
		}
	}
	return false;
}

/* A new, removed or renamed file belongs to what includes it, and to the line that builds it. */
static struct lp_error *join_by_file(const struct cut *cut, size_t index)
{
	const struct diff_file *file = file_of(cut, atom_at(cut, index));
	const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
	_cleanup_free_ char *quoted = NULL, *object = NULL;

	if (file->kind == DIFF_MODIFIED || file->kind == DIFF_COPIED || !is_source(file->path))
		return NULL;
	lp_try(text_format(&quoted, "%s", name));
	lp_try(text_format(&object, " %.*s.o", (int)strcspn(name, "."), name));
	for (size_t i = 0; i < cut->atoms->len; i++) {
		if (i != index && refers_to(cut, atom_at(cut, i), quoted, object))
			join(cut, index, i);
	}
	return NULL;
}

/* Results --------------------------------------------------------------------- */

static struct lp_error *part_of(const struct cut *cut, const struct atom *atom,
				struct change *change)
{
	struct change_part *last = change->nr_parts ? &change->parts[change->nr_parts - 1] : NULL;
	struct change_part part = {.diff = atom->diff, .file = atom->file};

	if (atom->hunk == WHOLE)
		return change_add_part(change, cut->set, &part);
	if (!last || last->diff != atom->diff || last->file != atom->file) {
		lp_try(change_add_part(change, cut->set, &part));
		last = &change->parts[change->nr_parts - 1];
	}
	size_t *hunks = reallocarray(last->hunks, last->nr_hunks + 1, sizeof(*hunks));

	if (!hunks)
		return lp_error_no_memory();
	hunks[last->nr_hunks++] = atom->hunk;
	last->hunks = hunks;
	return NULL;
}

static struct lp_error *describe(const struct cut *cut, struct change *change)
{
	size_t count = 0;

	for (size_t i = 0; i < change->nr_parts; i++) {
		const struct change_part *part = &change->parts[i];

		count += part->hunks ? part->nr_hunks
				     : cut->set->diffs.items[part->diff].files[part->file].nr_hunks;
	}
	lp_try(text_format(&change->name, "%s", change->files.items[0]));
	if (change->files.count == 1)
		return text_format(&change->subject, "%s: %zu hunk%s", change->files.items[0],
				   count, count == 1 ? "" : "s");
	return text_format(&change->subject, "%s and %zu more file%s: %zu hunks",
			   change->files.items[0], change->files.count - 1,
			   change->files.count == 2 ? "" : "s", count);
}

static struct lp_error *add_set(const struct cut *cut, size_t root)
{
	struct change *change;

	lp_try(changes_add(cut->changes, &change));
	for (size_t i = root; i < cut->atoms->len; i++) {
		if (find_root(cut, i) == root)
			lp_try(part_of(cut, atom_at(cut, i), change));
	}
	return describe(cut, change);
}

static struct lp_error *cut_all(const struct cut *cut, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		for (size_t k = 0; k < cut->set->diffs.items[i].nr_files; k++)
			lp_try(add_file(cut, i, k));
	}
	for (size_t i = 0; i < cut->atoms->len; i++) {
		lp_try(join_by_names(cut, i));
		lp_try(join_by_file(cut, i));
	}
	for (size_t i = 0; i < cut->atoms->len; i++) {
		if (find_root(cut, i) == i)
			lp_try(add_set(cut, i));
	}
	return NULL;
}

static void free_versions(gpointer data)
{
	struct versions *versions = data;

	file_versions_clear(&versions->text);
	definition_list_clear(&versions->definitions.before);
	definition_list_clear(&versions->definitions.after);
	g_free(versions);
}

static void free_mentions(gpointer data)
{
	g_array_free(data, TRUE);
}

struct lp_error *cut_flat(struct changes *changes, const char *source, size_t first, size_t end)
{
	const struct cut cut = {
		.changes = changes,
		.set = changes->set,
		.source = source,
		.atoms = g_array_new(FALSE, FALSE, sizeof(struct atom)),
		.versions = g_ptr_array_new_with_free_func(free_versions),
		.mentions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_mentions),
		.places = g_hash_table_new(g_str_hash, g_str_equal),
	};
	struct lp_error *error = cut_all(&cut, first, end);

	g_hash_table_destroy(cut.places);
	g_hash_table_destroy(cut.mentions);
	g_ptr_array_free(cut.versions, TRUE);
	g_array_free(cut.atoms, TRUE);
	return error;
}
