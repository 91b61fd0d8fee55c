// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/usage.h"

#include <ctype.h>
#include <string.h>

#include "common/file.h"
#include "common/hash.h"

/* A dependency file names some thousand headers. */
#define DEPFILE_LIMIT (8u << 20)

/* A macro or an inline function that a search may pass. */
struct passage {
	const struct definition *definition;
	unsigned int visited; /* the last search that passed here */
};

struct usage {
	struct source_files *files;
	struct text_list paths; /* that the source file is made of */
	const struct changed_name **names;
	size_t nr_names;
	struct passage *passages; /* open addressing by name; NULL before the first search */
	size_t mask;
	unsigned int searches;
};

/* The names that files of the diff define, of those that the source file includes. */
static struct lp_error *read_names(struct usage *usage)
{
	for (size_t i = 0; i < usage->paths.count; i++) {
		const struct source_file *file;

		if (!source_files_in_diff(usage->files, usage->paths.items[i]))
			continue;
		lp_try(source_files_find(usage->files, usage->paths.items[i], &file));
		const struct changed_name **names = reallocarray(
			usage->names, usage->nr_names + file->nr_names + 1, sizeof(*names));

		if (!names)
			return lp_error_no_memory();
		usage->names = names;
		for (size_t k = 0; k < file->nr_names; k++)
			names[usage->nr_names++] = &file->names[k];
	}
	return NULL;
}

/* "object.o: one.c two.h \", as gcc -MMD writes it; names have no blanks. */
static struct lp_error *read_depfile(const char *depfile, struct text_list *paths)
{
	_cleanup_blob_ struct blob text = {0};

	if (access(depfile, R_OK))
		return NULL;
	lp_try(file_read(depfile, DEPFILE_LIMIT, &text));
	const char *at = strchr((const char *)text.data, ':');

	at = at ? at + 1 : "";
	/* Further rules, one for each header with -MP, have nothing new. */
	for (;;) {
		at += strspn(at, " \t\n\\");
		size_t length = strcspn(at, " \t\n");

		if (!length || at[length - 1] == ':')
			return NULL;
		lp_try(text_list_add(paths, "%.*s", (int)length, at));
		at += length;
	}
}

struct lp_error *usage_open(struct source_files *files, const char *depfile, struct usage **usage)
{
	*usage = calloc(1, sizeof(**usage));
	if (!*usage)
		return lp_error_no_memory();
	(*usage)->files = files;
	struct lp_error *error = read_depfile(depfile, &(*usage)->paths);

	if (!error)
		error = read_names(*usage);
	if (error) {
		usage_free(*usage);
		*usage = NULL;
	}
	return error;
}

void usage_free(struct usage *usage)
{
	if (!usage)
		return;
	text_list_clear(&usage->paths);
	free(usage->names);
	free(usage->passages);
	free(usage);
}

static struct passage *passage_slot(const struct usage *usage, const char *name, size_t length)
{
	size_t at = hash_name(name, length) & usage->mask;

	while (usage->passages[at].definition) {
		const char *other = usage->passages[at].definition->name;

		if (!strncmp(other, name, length) && !other[length])
			break;
		at = (at + 1) & usage->mask;
	}
	return &usage->passages[at];
}

static bool is_passage(const struct definition *definition)
{
	return definition->kind == DEFINITION_MACRO ||
	       (definition->kind == DEFINITION_FUNCTION && definition->is_inline);
}

/* All macros and inline functions of all that is included, by name. */
static struct lp_error *read_passages(struct usage *usage)
{
	const struct source_file *file;
	size_t size = 1024, count = 0;

	for (size_t i = 0; i < usage->paths.count; i++) {
		lp_try(source_files_find(usage->files, usage->paths.items[i], &file));
		count += file->now.count;
	}
	while (size < 2 * count)
		size *= 2;
	usage->mask = size - 1;
	usage->passages = calloc(size, sizeof(*usage->passages));
	if (!usage->passages)
		return lp_error_no_memory();
	for (size_t i = 0; i < usage->paths.count; i++) {
		lp_try(source_files_find(usage->files, usage->paths.items[i], &file));
		for (size_t k = 0; k < file->now.count; k++) {
			const struct definition *definition = &file->now.items[k];

			if (is_passage(definition) && definition->name)
				passage_slot(usage, definition->name, strlen(definition->name))
					->definition = definition;
		}
	}
	return NULL;
}

/* A text to search, and how it was reached. */
struct step {
	const char *text;
	const char *name; /* NULL: the function itself */
	size_t from;      /* number of the step before, or its own at the start */
};

struct search {
	struct usage *usage;
	const struct usage_query *query;
	struct step *steps;
	size_t count, room;
	const struct changed_name *found;
};

static struct lp_error *add_step(struct search *search, struct step step)
{
	if (search->count == search->room) {
		size_t room = search->room ? 2 * search->room : 64;
		struct step *steps = reallocarray(search->steps, room, sizeof(*steps));

		if (!steps)
			return lp_error_no_memory();
		search->steps = steps;
		search->room = room;
	}
	search->steps[search->count++] = step;
	return NULL;
}

/* A word of a text, and what is around it. */
struct word {
	const char *text;
	size_t length;
	bool is_member; /* "." or "->" is before it */
	bool is_tag;    /* "struct", "union" or "enum" is */
	bool has_group; /* "(" is after it */
};

static bool is_it(const struct word *word, const char *text)
{
	return strlen(text) == word->length && !strncmp(word->text, text, word->length);
}

/* Whether the word means the changed name, and not a member or variable that is called the same. */
static bool means(const struct word *word, const struct changed_name *name)
{
	if (name->length != word->length || strncmp(name->name, word->text, word->length) != 0)
		return false;
	switch (name->kind) {
	case CHANGED_MACRO:
		return word->has_group || !name->has_parameters;
	case CHANGED_TYPE:
		return !word->is_member && word->is_tag == name->tagged;
	default:
		return !word->is_member && !word->is_tag;
	}
}

static const struct changed_name *match(const struct search *search, const struct word *word)
{
	for (size_t i = 0; i < search->usage->nr_names; i++) {
		const struct changed_name *name = search->usage->names[i];

		if ((search->query->kinds & 1u << name->kind) && means(word, name) &&
		    search->query->wanted(name, search->query->context))
			return name;
	}
	return NULL;
}

/* Continues with the macro or inline function that the word means, if it is one. */
static struct lp_error *follow(struct search *search, const struct word *word, size_t from)
{
	struct passage *passage = passage_slot(search->usage, word->text, word->length);
	const struct definition *definition = passage->definition;

	if (!definition || passage->visited == search->usage->searches)
		return NULL;
	if (!word->has_group &&
	    (definition->has_parameters || definition->kind == DEFINITION_FUNCTION))
		return NULL;
	passage->visited = search->usage->searches;
	return add_step(search, (struct step){definition->text, definition->name, from});
}

static struct lp_error *look_through(struct search *search, size_t number)
{
	const char *at = search->steps[number].text;
	const char *own = search->steps[number].name;
	struct word word = {0};
	bool is_tag = false;

	while ((word.length = definition_next_word(&at, &word.text, &word.is_member))) {
		word.is_tag = is_tag;
		word.has_group = at[strspn(at, " ")] == '(';
		is_tag = is_it(&word, "struct") || is_it(&word, "union") || is_it(&word, "enum");
		if (own && is_it(&word, own))
			continue;
		search->found = match(search, &word);
		if (search->found)
			return NULL;
		lp_try(follow(search, &word, number));
	}
	return NULL;
}

/* The names of the steps that lead to one, from the first on. */
static struct lp_error *retrace(const struct search *search, size_t number,
				struct text_list *through)
{
	const struct step *step = &search->steps[number];

	if (step->from != number)
		lp_try(retrace(search, step->from, through));
	return step->name ? text_list_add(through, "%s", step->name) : NULL;
}

static struct lp_error *run_search(struct search *search, struct text_list *through)
{
	for (size_t i = 0; i < search->count; i++) {
		lp_try(look_through(search, i));
		if (search->found)
			return retrace(search, i, through);
	}
	return NULL;
}

struct lp_error *usage_find(struct usage *usage, const struct usage_start *starts, size_t count,
			    const struct usage_query *query, const struct changed_name **found,
			    struct text_list *through)
{
	struct search search = {.usage = usage, .query = query};
	struct lp_error *error = NULL;
	bool possible = false;

	*found = NULL;
	for (size_t i = 0; i < usage->nr_names; i++)
		possible |= (query->kinds & 1u << usage->names[i]->kind) != 0;
	if (!possible)
		return NULL;
	if (!usage->passages)
		lp_try(read_passages(usage));
	usage->searches++;
	for (size_t i = 0; i < count && !error; i++)
		error = add_step(&search, (struct step){starts[i].text, starts[i].name, i});
	if (!error)
		error = run_search(&search, through);
	free(search.steps);
	*found = search.found;
	return error;
}
