// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/mention_kept.h"

#include <errno.h>
#include <string.h>

#include "common/digest.h"
#include "common/file.h"
#include "create/base/directory.h"
#include "create/base/seal.h"
#include "create/base/source_path.h"
#include "create/base/threads.h"
#include "create/reach/mention.h"
#include "create/target.h"

/* To be changed with what mention_filter() finds. */
#define KEPT_VERSION "1"

/* As of create/reach/mention.c. */
#define HEADER_LIMIT (256u << 20)

/* Some 43,000 paths. */
#define LIST_LIMIT (16u << 20)

/* A changed header. */
struct header {
	const char *path;
	char *patched; /* the path of its patched version without "#line" directives */
	char *kept;    /* the path of the list of its users */
};

static void header_clear(struct header *header)
{
	free(header->patched);
	free(header->kept);
}

/* The search depends on the source, which is the working copy's, and on the patched header. */
static struct lp_error *name_list(const struct tree *tree, struct header *header)
{
	_cleanup_blob_ struct blob text = {0};
	_cleanup_free_ char *all = NULL;
	char digest[DIGEST_SHA256_TEXT];

	lp_try(file_read(header->patched, HEADER_LIMIT, &text));
	digest_sha256(text.data, text.size, digest);
	lp_try(text_format(&all, KEPT_VERSION "\n%s\n%s", digest, header->path));
	digest_sha256(all, strlen(all), digest);
	return text_format(&header->kept, "%s/.mentions/%s", tree->objects, digest);
}

/* Leaves header->kept NULL if the path is not that of a header in both versions. */
static struct lp_error *find_header(const struct tree *tree, const char *path,
				    struct header *header)
{
	_cleanup_free_ char *original = NULL;

	*header = (struct header){.path = path};
	if (!text_ends_with(path, ".h"))
		return NULL;
	lp_try(text_format(&original, "%s/%s", tree->source, path));
	lp_try(view_plain_path(tree, path, &header->patched));
	if (access(original, F_OK) || access(header->patched, F_OK))
		return NULL;
	return name_list(tree, header);
}

static struct lp_error *keep(const struct tree *tree, const struct header *header,
			     const struct text_list *files)
{
	_cleanup_free_ char *unfinished = NULL;

	lp_try(text_format(&unfinished, "%s/mention-%s", tree->work,
			   strrchr(header->kept, '/') + 1));
	_cleanup_fclose_ FILE *out = fopen(unfinished, "w");

	if (!out)
		return lp_error_errno(errno, "can't write %s", unfinished);
	for (size_t i = 0; i < files->count; i++)
		fprintf(out, "%s\n", files->items[i]);
	if (fflush(out) || ferror(out))
		return lp_error_errno(errno, "can't write %s", unfinished);
	lp_try(directory_make_above(header->kept));
	return tree_keep(unfinished, header->kept);
}

/* Replaces *files by the list that is kept; *found says whether there is one. */
static struct lp_error *read_kept(const struct header *header, struct text_list *files, bool *found)
{
	_cleanup_blob_ struct blob text = {0};
	char *rest, *line;

	lp_try(seal_check(header->kept, found));
	if (!*found)
		return NULL;
	lp_try(file_read(header->kept, LIST_LIMIT, &text));
	cache_touch(header->kept);
	text_list_clear(files);
	rest = (char *)text.data;
	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			lp_try(text_list_add(files, "%s", line));
	}
	return NULL;
}

static struct lp_error *search(struct tree *tree, const struct include_graph *graph,
			       const struct header *header, struct text_list *files)
{
	lp_try(mention_filter(tree, graph, header->path, header->patched, files));
	return keep(tree, header, files);
}

/* The search for several headers. */
struct searches {
	struct tree *tree;
	const struct include_graph *graph;
	struct header *headers;
	size_t count;
};

static struct lp_error *search_one(void *context, size_t index)
{
	const struct searches *searches = context;
	const struct header *header = &searches->headers[index];
	_cleanup_text_list_ struct text_list start = {0}, files = {0}, climbing = {0};

	lp_try(text_list_add(&start, "%s", header->path));
	lp_try(include_graph_reach(searches->graph, &start, &files, &climbing));
	return files.count ? search(searches->tree, searches->graph, header, &files) : NULL;
}

/* Adds the header unless its users are known. */
static struct lp_error *add_header(struct searches *searches, const char *path)
{
	struct header *header = &searches->headers[searches->count];
	bool known = true;
	struct lp_error *error = find_header(searches->tree, path, header);

	if (!error && header->kept)
		error = seal_check(header->kept, &known);
	if (error || known)
		header_clear(header);
	else
		searches->count++;
	return error;
}

static struct lp_error *search_all(struct searches *searches, const struct text_list *changed)
{
	for (size_t i = 0; i < changed->count; i++)
		lp_try(add_header(searches, changed->items[i]));
	if (searches->count == 1)
		message_progress(searches->tree->sink,
				 "searching the users of the changed parts of %s",
				 searches->headers[0].path);
	else if (searches->count)
		message_progress(searches->tree->sink,
				 "searching the users of the changed parts of %zu headers",
				 searches->count);
	return threads_each(searches->tree->jobs, searches->count, search_one, searches);
}

struct lp_error *mention_kept_search(struct tree *tree, const struct include_graph *graph,
				     const struct text_list *changed)
{
	struct searches searches = {
		.tree = tree,
		.graph = graph,
		.headers = calloc(changed->count + 1, sizeof(*searches.headers)),
	};

	if (!searches.headers)
		return lp_error_no_memory();
	struct lp_error *error = search_all(&searches, changed);

	for (size_t i = 0; i < searches.count; i++)
		header_clear(&searches.headers[i]);
	free(searches.headers);
	return error;
}

struct lp_error *mention_kept_filter(struct tree *tree, const struct include_graph *graph,
				     const char *path, struct text_list *files)
{
	_cleanup_(header_clear) struct header header;
	bool found;

	lp_try(find_header(tree, path, &header));
	if (!header.kept)
		return NULL;
	lp_try(read_kept(&header, files, &found));
	return found ? NULL : search(tree, graph, &header, files);
}
