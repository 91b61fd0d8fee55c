// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/source_files.h"

#include <string.h>

#include "common/file.h"
#include "common/hash.h"
#include "create/base/source_path.h"
#include "create/reasons/changed_names.h"
#include "create/target.h"

/* Generated register lists have some 25 MB; they are not searched for reasons. */
#define SOURCE_LIMIT (8u << 20)

struct source_files {
	const struct tree *tree;
	const char *view;
	const struct patch_set *set;
	struct source_file **items; /* those read so far */
	size_t count;
};

struct lp_error *source_files_open(const struct tree *tree, const char *view,
				   const struct patch_set *set, struct source_files **files)
{
	*files = calloc(1, sizeof(**files));
	if (!*files)
		return lp_error_no_memory();
	**files = (struct source_files){.tree = tree, .view = view, .set = set};
	return NULL;
}

static void free_file(struct source_file *file)
{
	if (!file)
		return;
	definition_list_clear(&file->now);
	definition_list_clear(&file->before);
	free(file->names);
	free(file->numbers);
	free(file->path);
	free(file);
}

void source_files_free(struct source_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++)
		free_file(files->items[i]);
	free(files->items);
	free(files);
}

/* Reads the definitions of a file that is there and not too large; else *list is empty. */
static struct lp_error *read_definitions(const char *path, struct definition_list *list)
{
	_cleanup_blob_ struct blob text = {0};
	struct lp_error *error;

	if (access(path, R_OK))
		return NULL;
	error = file_read(path, SOURCE_LIMIT, &text);
	if (error) {
		lp_error_free(error);
		return NULL;
	}
	return definition_list_read((const char *)text.data, list);
}

static const char *line_end(const char *text)
{
	text = strchrnul(text, '\n');
	return *text ? text + 1 : text;
}

static bool same_line(const char *one, const char *other)
{
	size_t length = strcspn(one, "\n");

	return length == strcspn(other, "\n") && !strncmp(one, other, length);
}

/*
 * The numbers that directives in `numbered`, the same text with #line, give the lines of `plain`.
 */
static struct lp_error *number_lines(struct source_file *file, const char *plain,
				     const char *numbered)
{
	int number = 1, given;

	for (const char *at = plain; *at; at = line_end(at))
		file->nr_lines++;
	file->numbers = calloc(file->nr_lines + 1, sizeof(*file->numbers));
	if (!file->numbers)
		return lp_error_no_memory();
	for (int line = 1; line <= file->nr_lines && *numbered; numbered = line_end(numbered)) {
		if (!same_line(plain, numbered) && sscanf(numbered, "#line %d", &given) == 1) {
			number = given;
			continue;
		}
		file->numbers[line++] = number++;
		plain = line_end(plain);
	}
	return NULL;
}

static struct lp_error *read_numbers(struct source_file *file, const char *plain,
				     const char *numbered)
{
	_cleanup_blob_ struct blob plain_text = {0}, numbered_text = {0};

	lp_try(file_read(plain, SOURCE_LIMIT, &plain_text));
	lp_try(file_read(numbered, SOURCE_LIMIT, &numbered_text));
	return number_lines(file, (const char *)plain_text.data, (const char *)numbered_text.data);
}

/* Both versions of a file in the diff. */
static struct lp_error *read_versions(const struct source_files *files,
				      const struct file_change *change, struct source_file *file)
{
	_cleanup_free_ char *before = NULL, *view = NULL, *plain = NULL;
	const char *old_path = change->old_path ?: change->path;

	file->is_in_diff = true;
	lp_try(text_format(&before, "%s/%s", files->tree->source, old_path));
	lp_try(text_format(&view, "%s/%s", files->view, change->path));
	lp_try(view_plain_path(files->tree, change->path, &plain));
	file->is_new = access(before, F_OK) != 0;
	lp_try(read_definitions(before, &file->before));
	/* A new file has no numbers to keep, and no plain copy. */
	if (access(plain, F_OK)) {
		lp_try(read_definitions(view, &file->now));
	} else {
		lp_try(read_definitions(plain, &file->now));
		if (file->now.count)
			lp_try(read_numbers(file, plain, view));
	}
	return changed_names_find(file);
}

static const struct file_change *find_change(const struct patch_set *set, const char *path)
{
	for (size_t i = 0; i < set->nr_changes; i++) {
		const struct file_change *change = &set->changes[i];

		if (!strcmp(change->path, path) ||
		    (change->old_path && !strcmp(change->old_path, path)))
			return change;
	}
	return NULL;
}

static struct lp_error *read_file(const struct source_files *files, const char *path,
				  struct source_file *file)
{
	const struct file_change *change = find_change(files->set, path);
	_cleanup_free_ char *name = NULL;

	lp_try(text_format(&file->path, "%s", path));
	if (change)
		return read_versions(files, change, file);
	lp_try(text_format(&name, "%s/%s", files->tree->source, path));
	if (access(name, R_OK)) {
		free(take(name));
		lp_try(text_format(&name, "%s/%s", files->tree->build, path));
	}
	return read_definitions(name, &file->now);
}

/* The path after a folder's, or NULL. */
static const char *below(const char *name, const char *folder)
{
	size_t length = strlen(folder);

	return !strncmp(name, folder, length) && name[length] == '/' ? name + length + 1 : NULL;
}

static const char *short_path(const struct source_files *files, const char *name)
{
	return below(name, files->view)           ?: below(name, files->tree->source)
					    ?: below(name, files->tree->build) ?: name;
}

bool source_files_in_diff(const struct source_files *files, const char *name)
{
	return find_change(files->set, short_path(files, name)) != NULL;
}

struct lp_error *source_files_find(struct source_files *files, const char *name,
				   const struct source_file **found)
{
	_cleanup_free_ char *path = NULL;

	*found = NULL;
	lp_try(text_format(&path, "%s", short_path(files, name)));
	source_path_normalise(path);
	uint32_t hash = hash_name(path, strlen(path));

	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i]->hash == hash && !strcmp(files->items[i]->path, path)) {
			*found = files->items[i];
			return NULL;
		}
	}
	struct source_file **items = reallocarray(files->items, files->count + 1, sizeof(*items));

	if (!items)
		return lp_error_no_memory();
	files->items = items;
	struct source_file *file = calloc(1, sizeof(*file));

	if (!file)
		return lp_error_no_memory();
	file->hash = hash;
	struct lp_error *error = read_file(files, path, file);

	if (error) {
		free_file(file);
		return error;
	}
	items[files->count++] = file;
	*found = file;
	return NULL;
}

/* Whether a line of the definition has the compiler's number `line`. */
static bool has_line(const struct source_file *file, bool before,
		     const struct definition *definition, int line)
{
	if (before || !file->numbers)
		return line >= definition->first && line <= definition->last;
	for (int i = definition->first; i <= definition->last && i <= file->nr_lines; i++) {
		if (file->numbers[i] == line)
			return true;
	}
	return false;
}

/* The only definition that may be the function's; a second one makes it unknown. */
struct choice {
	const struct definition *only;
	size_t count;
};

static void choose(struct choice *choice, const struct definition *definition)
{
	choice->only = choice->count++ ? NULL : definition;
}

/* Whether a word of the definition is a part of the name: "read" of "__x64_sys_read". */
static bool shares_word(const struct definition *definition, const char *name)
{
	const char *at = definition->text, *word;
	size_t length;
	bool member;

	while ((length = definition_next_word(&at, &word, &member))) {
		if (length > 2 && memmem(name, strlen(name), word, length))
			return true;
	}
	return false;
}

static const struct definition *choose_by_line(const struct source_file *file, bool before,
					       const char *name, int line)
{
	const struct definition_list *list = before ? &file->before : &file->now;
	struct choice any = {0}, sharing = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct definition *definition = &list->items[i];

		if (definition->kind != DEFINITION_OTHER ||
		    !has_line(file, before, definition, line))
			continue;
		choose(&any, definition);
		if (shares_word(definition, name))
			choose(&sharing, definition);
	}
	return sharing.only ?: any.only;
}

const struct definition *source_file_function(const struct source_file *file, bool before,
					      const char *name, int line)
{
	const struct definition_list *list =
		before && file->is_in_diff ? &file->before : &file->now;
	struct choice named = {0}, there = {0};

	before &= file->is_in_diff;
	for (size_t i = 0; i < list->count; i++) {
		const struct definition *definition = &list->items[i];

		if (definition->kind != DEFINITION_FUNCTION || strcmp(definition->name, name) != 0)
			continue;
		choose(&named, definition);
		if (line && has_line(file, before, definition, line))
			choose(&there, definition);
	}
	if (named.count)
		return named.only ?: there.only;
	return line ? choose_by_line(file, before, name, line) : NULL;
}
