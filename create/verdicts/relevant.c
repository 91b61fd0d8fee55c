// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/relevant.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "create/base/source_path.h"
#include "create/reach.h"

/* What the changes are held against. */
struct comparison {
	const struct tree *tree;
	const struct verdicts *verdicts;
	const struct kbuild_objects *objects;
	const struct include_graph *graph;
	struct text_list included; /* the names, without directories, of files included anew */
};

/* Adds the name in an added "#include" line, if the line is one. */
static struct lp_error *add_included(struct comparison *comparison, const struct diff_line *line)
{
	_cleanup_free_ char *text = strndup(line->text, line->length);
	char *name, *end;

	if (!text)
		return lp_error_no_memory();
	name = text + strspn(text, " \t");
	if (line->sign != '+' || *name != '#' || !strstr(name, "include"))
		return NULL;
	name = strpbrk(name, "\"<");
	end = name ? strpbrk(name + 1, "\">") : NULL;
	if (!end)
		return NULL;
	*end = '\0';
	return text_list_add(&comparison->included, "%s", name + 1 + source_path_base(name + 1));
}

static struct lp_error *read_part(struct comparison *comparison, const struct change_part *part)
{
	const struct diff_hunk *hunk;

	for (size_t i = 0; (hunk = change_part_hunk(&comparison->verdicts->set, part, i)); i++) {
		for (size_t k = 0; k < hunk->nr_lines; k++)
			lp_try(add_included(comparison, &hunk->lines[k]));
	}
	return NULL;
}

static struct lp_error *read_includes(struct comparison *comparison)
{
	const struct verdicts *verdicts = comparison->verdicts;

	for (size_t i = 0; i < verdicts->changes.count; i++) {
		const struct change *change = &verdicts->changes.items[i];

		for (size_t k = 0; verdicts->chosen[i] && k < change->nr_parts; k++)
			lp_try(read_part(comparison, &change->parts[k]));
	}
	return NULL;
}

/* Whether the file itself says so, whatever includes it. */
static struct lp_error *is_special(const struct comparison *comparison, const char *path, bool *yes)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", comparison->tree->source, path));
	*yes = access(full, F_OK) || source_path_is_makefile(path) ||
	       source_path_is_kconfig(path) ||
	       text_list_contains(&comparison->included, path + source_path_base(path));
	return NULL;
}

static struct lp_error *look_at(const struct comparison *comparison, const struct change *change,
				bool *relevant)
{
	_cleanup_text_list_ struct text_list files = {0}, climbing = {0};

	for (size_t i = 0; i < change->files.count && !*relevant; i++)
		lp_try(is_special(comparison, change->files.items[i], relevant));
	if (*relevant)
		return NULL;
	lp_try(include_graph_reach(comparison->graph, &change->files, &files, &climbing));
	for (size_t i = 0; i < comparison->objects->count && !*relevant; i++)
		*relevant = text_list_contains(&files, comparison->objects->items[i].source);
	return NULL;
}

/* Without an earlier change of the same file, a change may not apply. */
static void add_earlier(const struct verdicts *verdicts, bool *relevant)
{
	const struct changes *changes = &verdicts->changes;

	for (size_t i = changes->count; i--;) {
		for (size_t k = 0; relevant[i] && k < i; k++) {
			if (verdicts->chosen[k] && !relevant[k])
				relevant[k] =
					change_shares_files(&changes->items[i], &changes->items[k]);
		}
	}
}

static struct lp_error *look_at_all(struct comparison *comparison, bool *relevant)
{
	const struct verdicts *verdicts = comparison->verdicts;

	lp_try(read_includes(comparison));
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		relevant[i] = false;
		if (verdicts->chosen[i])
			lp_try(look_at(comparison, &verdicts->changes.items[i], &relevant[i]));
	}
	add_earlier(verdicts, relevant);
	return NULL;
}

struct lp_error *relevant_changes(const struct creation *creation, const struct verdicts *verdicts,
				  const struct kbuild_objects *objects, bool *relevant)
{
	struct comparison comparison = {
		.tree = creation->tree,
		.verdicts = verdicts,
		.objects = objects,
	};
	struct include_graph *graph;

	lp_try(include_graph_read(creation->tree, &graph));
	comparison.graph = graph;
	struct lp_error *error = look_at_all(&comparison, relevant);

	text_list_clear(&comparison.included);
	include_graph_free(graph);
	return error;
}
