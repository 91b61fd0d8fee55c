// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/mention.h"

#include <string.h>

#include "common/file.h"
#include "create/header_chunks.h"

/* Source files are below 1 MB, but for generated register lists of some 20 MB. */
#define SOURCE_LIMIT (256u << 20)

/* With more names, or longer ones, everything counts. */
#define NAMES_LIMIT 200
#define NAME_LENGTH 63

/* A name that is looked for. */
struct wanted {
	const char *name;
	size_t length;
	/* Bit n: an identifier of that length in the text at hand is a begin (an end) of it. */
	uint64_t begins, ends;
	/* Bit n: a macro puts such a begin (end) before (behind) what it is given, by "##". */
	uint64_t pasted_begins, pasted_ends;
};

/* What is known so far. */
struct search {
	struct tree *tree;
	const struct include_graph *graph;
	struct text_list names; /* affected ones, in the order they were found */
	struct wanted wanted[NAMES_LIMIT];
	size_t nr_wanted;
	bool by_first[256], by_last[256]; /* characters that names begin and end with */
	struct text_list pasted_begins;   /* words that macros of headers paste before others */
	struct text_list pasted_ends;     /* and behind others */
	struct text_list touched;         /* files of which everything that includes them counts */
	bool all;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The bits for those of the words that are a begin, or an end, of the name. */
static uint64_t part_lengths(const struct wanted *wanted, const struct text_list *words,
			     bool is_begin)
{
	uint64_t lengths = 0;

	for (size_t i = 0; i < words->count; i++) {
		size_t length = strlen(words->items[i]);
		const char *part = is_begin ? wanted->name : wanted->name + wanted->length - length;

		if (length < wanted->length && !memcmp(words->items[i], part, length))
			lengths |= 1ull << length;
	}
	return lengths;
}

/* Makes the names from number `begin` on those that are looked for. */
static void want(struct search *search, size_t begin)
{
	memset(search->by_first, 0, sizeof(search->by_first));
	memset(search->by_last, 0, sizeof(search->by_last));
	search->nr_wanted = 0;
	for (size_t i = begin; i < search->names.count; i++) {
		const char *name = search->names.items[i];
		size_t length = strlen(name);

		if (length > NAME_LENGTH || search->nr_wanted == NAMES_LIMIT) {
			search->all = true;
			return;
		}
		struct wanted *wanted = &search->wanted[search->nr_wanted++];

		*wanted = (struct wanted){.name = name, .length = length};
		wanted->pasted_begins = part_lengths(wanted, &search->pasted_begins, true);
		wanted->pasted_ends = part_lengths(wanted, &search->pasted_ends, false);
		search->by_first[(unsigned char)name[0]] = true;
		search->by_last[(unsigned char)name[length - 1]] = true;
	}
}

/* Notes whether the identifier is a name, or a begin or an end of one. True for a name. */
static bool look_at_word(struct search *search, const char *word, size_t length)
{
	bool first = search->by_first[(unsigned char)word[0]];
	bool last = search->by_last[(unsigned char)word[length - 1]];

	for (size_t i = 0; (first || last) && i < search->nr_wanted; i++) {
		struct wanted *wanted = &search->wanted[i];

		if (length > wanted->length)
			continue;
		if (first && !memcmp(word, wanted->name, length)) {
			if (length == wanted->length)
				return true;
			wanted->begins |= 1ull << length;
		}
		if (last && !memcmp(word, wanted->name + wanted->length - length, length))
			wanted->ends |= 1ull << length;
	}
	return false;
}

/* True if two parts of the name, of lengths in the one set and in the other, make it up. */
static bool fit(const struct wanted *wanted, uint64_t begins, uint64_t ends)
{
	for (size_t length = 1; length < wanted->length; length++) {
		if ((begins >> length & 1) && (ends >> (wanted->length - length) & 1))
			return true;
	}
	return false;
}

/* True if two identifiers of the text make up a name, or one with what a macro pastes to it. */
static bool is_made_up(const struct search *search)
{
	for (size_t i = 0; i < search->nr_wanted; i++) {
		const struct wanted *wanted = &search->wanted[i];

		if (fit(wanted, wanted->begins, wanted->ends | wanted->pasted_ends) ||
		    fit(wanted, wanted->pasted_begins, wanted->ends))
			return true;
	}
	return false;
}

/* True if the word is one of the macro's parameters: "#define NAME(a, b) …". */
static bool is_parameter(const char *macro, const char *word, size_t length)
{
	const char *at = strchr(macro, '('), *end = strchr(macro, ')');

	for (; at && end && at < end; at++) {
		if (!is_word(at[-1]) && !strncmp(at, word, length) && !is_word(at[length]))
			return true;
	}
	return false;
}

static struct lp_error *add_word(struct text_list *words, const char *word, size_t length)
{
	for (size_t i = 0; i < words->count; i++) {
		if (!strncmp(words->items[i], word, length) && !words->items[i][length])
			return NULL;
	}
	return text_list_add(words, "%.*s", (int)length, word);
}

/* Notes the words next to each "##" of a macro, other than its parameters. */
static struct lp_error *note_pasted(struct search *search, const char *macro)
{
	for (const char *at = macro; (at = strstr(at, "##")); at += 2) {
		const char *end = at, *begin;

		while (end > macro && end[-1] == ' ')
			end--;
		for (begin = end; begin > macro && is_word(begin[-1]);)
			begin--;
		if (end > begin && !is_parameter(macro, begin, end - begin))
			lp_try(add_word(&search->pasted_begins, begin, end - begin));
		begin = at + 2 + strspn(at + 2, " ");
		for (end = begin; is_word(*end);)
			end++;
		if (end > begin && !is_parameter(macro, begin, end - begin))
			lp_try(add_word(&search->pasted_ends, begin, end - begin));
	}
	return NULL;
}

/* Notes them for all macros of a text. */
static struct lp_error *note_pasting(struct search *search, const char *text)
{
	_cleanup_(chunk_list_clear) struct chunk_list chunks = {0};

	if (!strstr(text, "##"))
		return NULL;
	lp_try(chunk_list_read(text, &chunks));
	for (size_t i = 0; i < chunks.count; i++)
		lp_try(note_pasted(search, chunks.items[i].text));
	return NULL;
}

/* True if the text may mention a name: as a word, in comments too, or in parts. */
static bool may_mention(struct search *search, const char *text)
{
	for (size_t i = 0; i < search->nr_wanted; i++)
		search->wanted[i].begins = search->wanted[i].ends = 0;
	for (const char *at = text; *at;) {
		const char *begin = at;

		if (!is_word(*at)) {
			at++;
			continue;
		}
		while (is_word(*at))
			at++;
		if (look_at_word(search, begin, at - begin))
			return true;
	}
	return is_made_up(search);
}

/* True if the declaration mentions nothing but what it declares itself. */
static bool only_declares(struct search *search, const struct chunk *chunk)
{
	const char *parameters = strchr(chunk->text, '(');

	return parameters && !may_mention(search, parameters);
}

/*
 * A header that mentions a name: its macros and inline functions do, or
 * everything that includes it counts.
 */
static struct lp_error *look_into_header(struct search *search, const char *path, const char *text)
{
	_cleanup_(chunk_list_clear) struct chunk_list chunks = {0};
	bool touched = false, found = false;

	lp_try(chunk_list_read(text, &chunks));
	for (size_t i = 0; i < chunks.count; i++) {
		const struct chunk *chunk = &chunks.items[i];

		if (!may_mention(search, chunk->text))
			continue;
		found = true;
		if (chunk->kind == CHUNK_OTHER ||
		    (chunk->kind == CHUNK_PROTOTYPE && !only_declares(search, chunk)))
			touched = true;
		else if (chunk->kind != CHUNK_PROTOTYPE &&
			 !text_list_contains(&search->names, chunk->name))
			lp_try(text_list_add(&search->names, "%s", chunk->name));
	}
	/* Nothing but a comment, or parts of a name in different chunks. */
	if (!found)
		touched = may_mention(search, text) && is_made_up(search);
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
	return note_pasting(search, (const char *)text.data);
}

static struct lp_error *look_at_header(void *context, const char *path)
{
	struct search *search = context;
	_cleanup_blob_ struct blob text = {0};

	if (search->all || !text_ends_with(path, ".h"))
		return NULL;
	lp_try(read_source(search, path, &text));
	if (!may_mention(search, (const char *)text.data))
		return NULL;
	return look_into_header(search, path, (const char *)text.data);
}

/* Goes through all headers until no macro or inline function comes to the names any more. */
static struct lp_error *close_names(struct search *search)
{
	lp_try(include_graph_each(search->graph, look_for_pasting, search));
	for (size_t begin = 0; begin < search->names.count && !search->all;) {
		size_t end = search->names.count;

		want(search, begin);
		lp_try(include_graph_each(search->graph, look_at_header, search));
		begin = end;
	}
	if (search->names.count > NAMES_LIMIT)
		search->all = true;
	return NULL;
}

/*
 * What may mention a name: the files that include the header, and those that one of them may
 * include behind it, as kernel/sched/build_utility.c of Linux 6.1 does with loadavg.c, which
 * includes nothing itself.
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
	/* What .c files paste by macros of their own. */
	for (size_t i = 0; i < files->count; i++) {
		_cleanup_blob_ struct blob text = {0};

		if (text_ends_with(files->items[i], ".h"))
			continue;
		lp_try(read_source(search, files->items[i], &text));
		lp_try(note_pasting(search, (const char *)text.data));
	}
	want(search, 0);
	for (size_t i = 0; i < files->count && !search->all; i++) {
		_cleanup_blob_ struct blob text = {0};

		if (text_ends_with(files->items[i], ".h"))
			continue;
		lp_try(read_source(search, files->items[i], &text));
		if (may_mention(search, (const char *)text.data))
			lp_try(text_list_add(&search->touched, "%s", files->items[i]));
	}
	return NULL;
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Keeps of *files what is in `wanted`; both are sorted. */
static void intersect(struct text_list *files, const struct text_list *wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->count; i++) {
		char *file = files->items[i];

		if (wanted->count &&
		    bsearch(&file, wanted->items, wanted->count, sizeof(char *), compare_paths))
			files->items[kept++] = file;
		else
			free(file);
	}
	files->count = kept;
	if (files->items)
		files->items[kept] = NULL;
}

static struct lp_error *run_search(struct search *search, const char *path, const char *patched,
				   struct text_list *files)
{
	_cleanup_blob_ struct blob old = {0}, new = {0};
	_cleanup_text_list_ struct text_list wanted = {0}, climbing = {0}, users = {0};

	lp_try(read_source(search, path, &old));
	lp_try(file_read(patched, SOURCE_LIMIT, &new));
	lp_try(chunk_changed_names((const char *)old.data, (const char *)new.data, &search->names,
				   &search->all));
	if (search->all)
		return NULL;
	message_progress(search->tree->sink, "looking for what uses the changed parts of %s", path);
	lp_try(close_names(search));
	if (!search->all) {
		lp_try(list_users(search, files, &users));
		lp_try(find_users(search, &users));
	}
	if (search->all)
		return NULL;
	lp_try(include_graph_reach(search->graph, &search->touched, &wanted, &climbing));
	intersect(files, &wanted);
	return NULL;
}

struct lp_error *mention_filter(struct tree *tree, const struct include_graph *graph,
				const char *path, const char *patched, struct text_list *files)
{
	struct search *search = calloc(1, sizeof(*search));

	if (!search)
		return lp_error_no_memory();
	search->tree = tree;
	search->graph = graph;
	struct lp_error *error = run_search(search, path, patched, files);

	text_list_clear(&search->names);
	text_list_clear(&search->pasted_begins);
	text_list_clear(&search->pasted_ends);
	text_list_clear(&search->touched);
	free(search);
	return error;
}
