// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/mention.h"

#include <string.h>

#include "common/file.h"
#include "create/c_text.h"
#include "create/reach/mention_pasted.h"
#include "create/reach/mention_words.h"

/* Source files are smaller than 1 MB, except generated lists of registers of about 20 MB. */
#define SOURCE_LIMIT (256u << 20)

/* The state of the search. */
struct search {
	struct tree *tree;
	const struct include_graph *graph;
	struct word_search words; /* finds the affected names */
	struct text_list touched; /* files that affect all files that include them */
	bool all;
};

/* True if the declaration mentions only names that it declares itself. */
static bool only_declares(struct search *search, const struct chunk *chunk)
{
	const char *parameters = strchr(chunk->text, '(');

	return parameters && !word_search_mentions(&search->words, parameters);
}

/*
 * Handles a header that mentions a name. If macros or inline functions of the header
 * mention it, their names are added; else all files that include the header count.
 */
static struct lp_error *look_into_header(struct search *search, const char *path, const char *text)
{
	_cleanup_(chunk_list_clear) struct chunk_list chunks = {0};
	bool touched = false, found = false;

	lp_try(chunk_list_read(text, &chunks));
	for (size_t i = 0; i < chunks.count; i++) {
		const struct chunk *chunk = &chunks.items[i];

		if (!word_search_mentions(&search->words, chunk->text))
			continue;
		found = true;
		if (chunk->kind == CHUNK_OTHER ||
		    (chunk->kind == CHUNK_PROTOTYPE && !only_declares(search, chunk)))
			touched = true;
		else if (chunk->kind != CHUNK_PROTOTYPE &&
			 !text_list_contains(&search->words.names, chunk->name))
			lp_try(text_list_add(&search->words.names, "%s", chunk->name));
	}
	/* Only a comment mentions it, or the header has parts of it in different chunks. */
	if (!found)
		touched = word_search_mentions(&search->words, text) &&
			  word_search_is_made_up(&search->words);
	return touched ? text_list_add(&search->touched, "%s", path) : NULL;
}

/* A generated header is in the build directory. */
static struct lp_error *read_source(const struct search *search, const char *path,
				    struct blob *blob)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", search->tree->source, path));
	if (access(full, F_OK)) {
		free(take(full));
		lp_try(text_format(&full, "%s/%s", search->tree->build, path));
	}
	return file_read(full, SOURCE_LIMIT, blob);
}

static struct lp_error *look_for_pasting(void *context, const char *path)
{
	struct search *search = context;
	_cleanup_blob_ struct blob text = {0};

	if (!text_ends_with(path, ".h"))
		return NULL;
	lp_try(read_source(search, path, &text));
	return word_search_note_pasting(&search->words, (const char *)text.data);
}

static struct lp_error *look_at_header(void *context, const char *path)
{
	struct search *search = context;
	_cleanup_blob_ struct blob text = {0};

	if (search->all || !text_ends_with(path, ".h"))
		return NULL;
	lp_try(read_source(search, path, &text));
	if (!word_search_mentions(&search->words, (const char *)text.data))
		return NULL;
	return look_into_header(search, path, (const char *)text.data);
}

/* Sets the names from number `begin` on as those to search for. */
static void want(struct search *search, size_t begin)
{
	word_search_want(&search->words, begin);
	search->all = search->all || search->words.all;
}

/* Repeats the search in all headers until it adds no macro or inline function to the names. */
static struct lp_error *close_names(struct search *search)
{
	lp_try(include_graph_each(search->graph, look_for_pasting, search));
	for (size_t begin = 0; begin < search->words.names.count && !search->all;) {
		size_t end = search->words.names.count;

		want(search, begin);
		lp_try(include_graph_each(search->graph, look_at_header, search));
		begin = end;
	}
	if (search->words.names.count > WORD_NAMES_LIMIT)
		search->all = true;
	return NULL;
}

/*
 * Lists the files that may mention a name: those that include the header, and those that such
 * a file may include after it. For example, kernel/sched/build_utility.c of Linux 6.1 includes
 * loadavg.c, which has no #include itself.
 */
static struct lp_error *list_users(const struct search *search, const struct text_list *includers,
				   struct text_list *files)
{
	lp_try(include_graph_parts(search->graph, files));
	for (size_t i = 0; i < includers->count; i++)
		lp_try(text_list_add(files, "%s", includers->items[i]));
	return NULL;
}

/* Adds to search->touched the files, other than headers, that mention a name. */
static struct lp_error *find_users(struct search *search, const struct text_list *files)
{
	/* Also finds names that .c files paste with macros of their own. */
	for (size_t i = 0; i < files->count; i++) {
		_cleanup_blob_ struct blob text = {0};

		if (text_ends_with(files->items[i], ".h"))
			continue;
		lp_try(read_source(search, files->items[i], &text));
		lp_try(word_search_note_pasting(&search->words, (const char *)text.data));
	}
	want(search, 0);
	for (size_t i = 0; i < files->count && !search->all; i++) {
		_cleanup_blob_ struct blob text = {0};

		if (text_ends_with(files->items[i], ".h"))
			continue;
		lp_try(read_source(search, files->items[i], &text));
		if (word_search_mentions(&search->words, (const char *)text.data))
			lp_try(text_list_add(&search->touched, "%s", files->items[i]));
	}
	return NULL;
}

/* Keeps the elements of *files that are in `wanted`; both are sorted. */
static void intersect(struct text_list *files, const struct text_list *wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->count; i++) {
		char *file = files->items[i];

		if (text_list_contains_sorted(wanted, file))
			files->items[kept++] = file;
		else
			free(file);
	}
	files->count = kept;
	if (files->items)
		files->items[kept] = NULL;
}

/* The search for files that define or undefine one of the CONFIG_ names in conditions. */
struct overrides {
	const struct search *search;
	const struct text_list *names;
	bool any;
};

static struct lp_error *look_for_override(void *context, const char *path)
{
	struct overrides *overrides = context;
	_cleanup_blob_ struct blob text = {0};
	bool has_name = false;

	if (overrides->any)
		return NULL;
	lp_try(read_source(overrides->search, path, &text));
	/* Most files have none of the names, or only test them. */
	for (size_t i = 0; i < overrides->names->count && !has_name; i++)
		has_name = memmem(text.data, text.size, overrides->names->items[i],
				  strlen(overrides->names->items[i]));
	if (!has_name)
		return NULL;
	return config_is_overridden((const char *)text.data, overrides->names, &overrides->any);
}

/* Replaces both texts by what the configuration leaves of them, unless a file overrides it. */
static struct lp_error *reduce(const struct search *search, struct blob *old, struct blob *new)
{
	_cleanup_(kernel_config_clear) struct kernel_config config = {0};
	_cleanup_text_list_ struct text_list used = {0};
	_cleanup_free_ char *path = NULL, *old_text = NULL, *new_text = NULL;
	struct overrides overrides = {.search = search, .names = &used};

	lp_try(text_format(&path, "%s/include/config/auto.conf", search->tree->build));
	if (access(path, F_OK))
		return NULL;
	lp_try(kernel_config_read(path, &config));
	lp_try(config_reduce((const char *)old->data, &config, &old_text, &used));
	lp_try(config_reduce((const char *)new->data, &config, &new_text, &used));
	if (!used.count)
		return NULL;
	lp_try(include_graph_each(search->graph, look_for_override, &overrides));
	if (overrides.any)
		return NULL;
	free(old->data);
	free(new->data);
	*old = (struct blob){(unsigned char *)old_text, strlen(old_text)};
	*new = (struct blob){(unsigned char *)new_text, strlen(new_text)};
	old_text = new_text = NULL;
	return NULL;
}

static struct lp_error *add_all(struct text_list *list, const struct text_list *more)
{
	for (size_t i = 0; i < more->count; i++) {
		if (!text_list_contains(list, more->items[i]))
			lp_try(text_list_add(list, "%s", more->items[i]));
	}
	return NULL;
}

static struct lp_error *run_search(struct search *search, const char *path, const char *patched,
				   const struct mention_known *known, struct text_list *files)
{
	_cleanup_blob_ struct blob old = {0}, new = {0};
	_cleanup_text_list_ struct text_list wanted = {0}, climbing = {0}, users = {0};

	lp_try(read_source(search, path, &old));
	lp_try(file_read(patched, SOURCE_LIMIT, &new));
	lp_try(reduce(search, &old, &new));
	lp_try(chunk_changed_names_but((const char *)old.data, (const char *)new.data,
				       known ? known->types : NULL, &search->words.names,
				       &search->all));
	if (search->all)
		return NULL;
	if (known)
		lp_try(add_all(&search->words.names, known->names));
	lp_try(close_names(search));
	if (!search->all) {
		lp_try(list_users(search, files, &users));
		lp_try(find_users(search, &users));
	}
	if (known && !search->all)
		lp_try(add_all(&search->touched, known->touched));
	if (known && !search->all)
		lp_try(mention_pasted(search->tree, search->graph, known->pasted, &search->touched,
				      &search->all));
	if (search->all)
		return NULL;
	lp_try(include_graph_reach(search->graph, &search->touched, &wanted, &climbing));
	intersect(files, &wanted);
	return NULL;
}

struct lp_error *mention_filter_known(struct tree *tree, const struct include_graph *graph,
				      const char *path, const char *patched,
				      const struct mention_known *known, struct text_list *files,
				      bool *is_narrowed)
{
	struct search *search = calloc(1, sizeof(*search));

	if (!search)
		return lp_error_no_memory();
	search->tree = tree;
	search->graph = graph;
	struct lp_error *error = run_search(search, path, patched, known, files);

	*is_narrowed = !error && !search->all;

	word_search_clear(&search->words);
	text_list_clear(&search->touched);
	free(search);
	return error;
}

struct lp_error *mention_filter(struct tree *tree, const struct include_graph *graph,
				const char *path, const char *patched, struct text_list *files)
{
	bool is_narrowed;

	return mention_filter_known(tree, graph, path, patched, NULL, files, &is_narrowed);
}
