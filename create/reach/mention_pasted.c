// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/mention_pasted.h"

#include <string.h>

#include "create/c_text.h"
#include "create/reach/mention_words.h"

/* A file with macros that paste a word to their argument, which may build a name. */
struct paster {
	const char *path;
	struct text_list reached; /* files that include it */
	/* By name: the pasted_begins and pasted_ends of struct wanted. */
	uint64_t begins[WORD_NAMES_LIMIT], ends[WORD_NAMES_LIMIT];
};

/* The search for pasted names only. */
struct pasting {
	const struct source_scan *scan;
	const struct include_graph *graph;
	struct word_search search;
	struct paster *pasters;
	size_t count;
	struct text_list *files; /* that build a name */
};

static void pasting_clear(struct pasting *pasting)
{
	for (size_t i = 0; i < pasting->count; i++)
		text_list_clear(&pasting->pasters[i].reached);
	free(pasting->pasters);
	word_search_clear(&pasting->search);
}

static struct lp_error *add_paster(struct pasting *pasting, const char *path)
{
	_cleanup_text_list_ struct text_list start = {0}, climbing = {0};
	struct paster *grown = reallocarray(pasting->pasters, pasting->count + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	pasting->pasters = grown;
	struct paster *paster = &grown[pasting->count++];

	*paster = (struct paster){.path = path};
	for (size_t i = 0; i < pasting->search.nr_wanted; i++) {
		paster->begins[i] = pasting->search.wanted[i].pasted_begins;
		paster->ends[i] = pasting->search.wanted[i].pasted_ends;
	}
	lp_try(text_list_add(&start, "%s", path));
	return include_graph_reach(pasting->graph, &start, &paster->reached, &climbing);
}

static struct lp_error *look_for_paster(void *context, const char *path)
{
	struct pasting *pasting = context;
	struct word_search *search = &pasting->search;
	_cleanup_blob_ struct blob text = {0};
	bool any = false;

	lp_try(source_scan_read(pasting->scan, path, &text));
	if (!strstr((const char *)text.data, "##"))
		return NULL;
	text_list_clear(&search->pasted_begins);
	text_list_clear(&search->pasted_ends);
	lp_try(word_search_note_pasting(search, (const char *)text.data));
	word_search_want(search, 0);
	for (size_t i = 0; i < search->nr_wanted; i++)
		any = any || search->wanted[i].pasted_begins || search->wanted[i].pasted_ends;
	return any ? add_paster(pasting, path) : NULL;
}

/* True if two noted words of the text build a name, or one of them with a word of a paster. */
static bool makes_up(const struct pasting *pasting, const char *path)
{
	const struct word_search *search = &pasting->search;

	if (word_search_is_made_up(search))
		return true;
	for (size_t i = 0; i < pasting->count; i++) {
		const struct paster *paster = &pasting->pasters[i];
		bool fits = false;

		for (size_t k = 0; k < search->nr_wanted && !fits; k++)
			fits = word_parts_fit(&search->wanted[k], search->wanted[k].begins,
					      paster->ends[k]) ||
			       word_parts_fit(&search->wanted[k], paster->begins[k],
					      search->wanted[k].ends);
		if (fits && text_list_contains_sorted(&paster->reached, path))
			return true;
	}
	return false;
}

static struct lp_error *look_for_made_up(void *context, const char *path)
{
	struct pasting *pasting = context;
	_cleanup_blob_ struct blob text = {0};

	if (text_ends_with(path, ".S"))
		return NULL;
	lp_try(source_scan_read(pasting->scan, path, &text));
	word_search_note_parts(&pasting->search, (const char *)text.data);
	return makes_up(pasting, path) ? text_list_add(pasting->files, "%s", path) : NULL;
}

static struct lp_error *run(struct pasting *pasting, const struct text_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		lp_try(text_list_add(&pasting->search.names, "%s", names->items[i]));
	word_search_want(&pasting->search, 0);
	if (pasting->search.all)
		return NULL;
	lp_try(include_graph_each(pasting->graph, look_for_paster, pasting));
	/* Only the files that include a paster can use its words. */
	text_list_clear(&pasting->search.pasted_begins);
	text_list_clear(&pasting->search.pasted_ends);
	word_search_want(&pasting->search, 0);
	return include_graph_each(pasting->graph, look_for_made_up, pasting);
}

struct lp_error *mention_pasted(const struct tree *tree, const struct include_graph *graph,
				const struct text_list *names, struct text_list *files, bool *all)
{
	const struct source_scan scan = {.top = tree->source, .build = tree->build};
	struct pasting *pasting = calloc(1, sizeof(*pasting));

	if (!pasting)
		return lp_error_no_memory();
	*pasting = (struct pasting){.scan = &scan, .graph = graph, .files = files};
	struct lp_error *error = run(pasting, names);

	*all = *all || pasting->search.all;
	pasting_clear(pasting);
	free(pasting);
	return error;
}
