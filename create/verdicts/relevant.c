// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/relevant.h"

#include <string.h>
#include <unistd.h>

#include "create/base/source_path.h"
#include "create/c_text.h"
#include "create/reach.h"

/* What the changes are held against. */
struct comparison {
	const struct tree *tree;
	const struct verdicts *verdicts;
	const struct include_graph *graph;
	struct text_list included; /* the names, without directories, of files included anew */
	struct text_list targets;  /* sources of objects, and files with such names */
};

/* Prints the lines that the change adds. */
static void print_added(const struct verdicts *verdicts, const struct change *change, FILE *out)
{
	const struct diff_hunk *hunk;

	for (size_t i = 0; i < change->nr_parts; i++) {
		for (size_t k = 0; (hunk = change_part_hunk(&verdicts->set, &change->parts[i], k));
		     k++) {
			for (size_t n = 0; n < hunk->nr_lines; n++) {
				const struct diff_line *line = &hunk->lines[n];

				if (line->sign == '+')
					fprintf(out, "%.*s\n", (int)line->length, line->text);
			}
		}
	}
}

/* Adds the names in the output of include_scan_text(). */
static struct lp_error *add_included(char *names, struct text_list *included)
{
	char *line;

	while ((line = strsep(&names, "\n"))) {
		const char *name = *line ? line + strlen("\t<") : line;

		name += source_path_base(name);
		if (*name && !text_list_contains(included, name))
			lp_try(text_list_add(included, "%s", name));
	}
	return NULL;
}

/* The names of what the chosen changes include anew. */
static struct lp_error *read_includes(struct comparison *comparison)
{
	const struct verdicts *verdicts = comparison->verdicts;
	_cleanup_free_ char *added = NULL, *names = NULL;
	size_t size, names_size;
	FILE *out = open_memstream(&added, &size);

	if (!out)
		return lp_error_no_memory();
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		if (verdicts->chosen[i])
			print_added(verdicts, &verdicts->changes.items[i], out);
	}
	if (fclose(out))
		return lp_error_no_memory();
	out = open_memstream(&names, &names_size);
	if (!out)
		return lp_error_no_memory();
	include_scan_text(added, size, out);
	return fclose(out) ? lp_error_no_memory() : add_included(names, &comparison->included);
}

static struct lp_error *add_target(void *context, const char *path)
{
	struct comparison *comparison = context;

	if (!text_list_contains(&comparison->included, path + source_path_base(path)))
		return NULL;
	return text_list_add(&comparison->targets, "%s", path);
}

/* Whether the file itself says so, whatever includes it. */
static struct lp_error *is_special(const struct comparison *comparison, const char *path, bool *yes)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", comparison->tree->source, path));
	*yes = access(full, F_OK) || source_path_is_makefile(path) || source_path_is_kconfig(path);
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
	for (size_t i = 0; i < comparison->targets.count && !*relevant; i++)
		*relevant = text_list_contains_sorted(&files, comparison->targets.items[i]);
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
	lp_try(include_graph_each(comparison->graph, add_target, comparison));
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
	};
	struct include_graph *graph;
	struct lp_error *error = NULL;

	lp_try(include_graph_read(creation->tree, &graph));
	comparison.graph = graph;
	for (size_t i = 0; i < objects->count && !error; i++)
		error = text_list_add(&comparison.targets, "%s", objects->items[i].source);
	if (!error)
		error = look_at_all(&comparison, relevant);
	text_list_clear(&comparison.included);
	text_list_clear(&comparison.targets);
	include_graph_free(graph);
	return error;
}
