// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/include_graph.h"

#include <string.h>

#include "common/file.h"
#include "common/hash.h"
#include "create/base/directory.h"
#include "create/base/seal.h"
#include "create/base/source_path.h"
#include "create/c_text.h"

/* 8 MB for Linux 6.1. */
#define GRAPH_LIMIT (256u << 20)

/* Every compile includes these (LINUXINCLUDE and c_flags in the Makefiles of Linux 6.1). */
static const char *const forced[] = {
	"include/linux/compiler-version.h",
	"include/linux/kconfig.h",
	"include/linux/compiler_types.h",
};

/* One #include line. */
struct inclusion {
	const char *name; /* without leading "./" and "../": paths are compared from their end */
	char *own_name;   /* `name`, where it is not `raw` */
	const char *raw;  /* as it is in the line */
	size_t file;      /* the file with the line: index into `files` */
	size_t next;      /* index + 1 of the next line with the same hash, 0: none */
	bool quoted;
};

struct include_graph {
	struct blob text; /* contains the strings */
	const char **files;
	bool *climbing; /* by file: it includes a name that contains ".." */
	size_t nr_files;
	struct inclusion *inclusions;
	size_t nr_inclusions;
	size_t *buckets; /* by the hash of the name: index + 1 of the first inclusion, 0: none */
	size_t nr_buckets;
	size_t *by_path; /* indices of `files`, sorted by path */
};

static struct lp_error *print_scan(const struct tree *tree, FILE *out)
{
	/* Generated headers: for instance those in asm/ that include headers of asm-generic/. */
	static const char *const generated[] = {"include/generated", "arch/x86/include/generated"};

	if (tree->includes)
		fwrite(tree->includes, 1, tree->includes_size, out);
	else
		lp_try(include_scan(tree->source, "", out));
	for (size_t i = 0; i < ARRAY_SIZE(generated); i++)
		lp_try(include_scan(tree->build, generated[i], out));
	return NULL;
}

static struct lp_error *make_graph(struct tree *tree, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	message_progress(tree->sink, "reading which source file includes which");
	struct lp_error *error = print_scan(tree, out);

	if (fclose(out) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	lp_try(directory_make_above(path));
	lp_try(seal_bytes(text, size, path));
	return file_write(path, text, size);
}

static int compare_files(const void *left, const void *right, void *files)
{
	const char *const *paths = files;

	return strcmp(paths[*(const size_t *)left], paths[*(const size_t *)right]);
}

static size_t count_lines(const char *text, size_t *nr_inclusions)
{
	size_t files = 0;

	*nr_inclusions = 0;
	for (const char *line = text; *line; line = strchrnul(line, '\n'), line += *line == '\n') {
		if (*line == '\t')
			++*nr_inclusions;
		else
			files++;
	}
	return files;
}

/*
 * The part of the name with which a path must end: "x.h" of "../../x.h". Linux 6.1 has 280,000
 * such lines, and nearly all are used as they are.
 */
static struct lp_error *set_name(struct inclusion *inclusion)
{
	inclusion->name = inclusion->raw;
	if (*inclusion->raw != '/' && !strstr(inclusion->raw, "./") &&
	    !strstr(inclusion->raw, "//"))
		return NULL;
	inclusion->own_name = strdup(inclusion->raw);
	if (!inclusion->own_name)
		return lp_error_no_memory();
	source_path_normalise(inclusion->own_name);
	inclusion->name = inclusion->own_name;
	return NULL;
}

static size_t *bucket(const struct include_graph *graph, const char *name)
{
	return &graph->buckets[hash_name(name, strlen(name)) & (graph->nr_buckets - 1)];
}

/* Builds a hash table: a run looks up few names, and sorting all would take most of the time. */
static struct lp_error *fill_buckets(struct include_graph *graph)
{
	graph->nr_buckets = 64;
	while (graph->nr_buckets < graph->nr_inclusions)
		graph->nr_buckets *= 2;
	graph->buckets = calloc(graph->nr_buckets, sizeof(*graph->buckets));
	if (!graph->buckets)
		return lp_error_no_memory();
	for (size_t i = graph->nr_inclusions; i-- > 0;) {
		size_t *first = bucket(graph, graph->inclusions[i].name);

		graph->inclusions[i].next = *first;
		*first = i + 1;
	}
	return NULL;
}

static struct lp_error *parse_graph(struct include_graph *graph)
{
	char *rest, *text = (char *)graph->text.data;
	size_t nr_inclusions, nr_files = count_lines(text, &nr_inclusions);

	graph->files = calloc(nr_files + 1, sizeof(*graph->files));
	graph->climbing = calloc(nr_files + 1, sizeof(*graph->climbing));
	graph->by_path = calloc(nr_files + 1, sizeof(*graph->by_path));
	graph->inclusions = calloc(nr_inclusions + 1, sizeof(*graph->inclusions));
	if (!graph->files || !graph->inclusions || !graph->by_path || !graph->climbing)
		return lp_error_no_memory();
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (*line != '\t') {
			graph->by_path[graph->nr_files] = graph->nr_files;
			graph->files[graph->nr_files++] = line;
			continue;
		}
		struct inclusion *inclusion = &graph->inclusions[graph->nr_inclusions++];

		*inclusion = (struct inclusion){
			.raw = line + 2,
			.quoted = line[1] == '"',
			.file = graph->nr_files - 1,
		};
		lp_try(set_name(inclusion));
		if (strstr(inclusion->raw, ".."))
			graph->climbing[inclusion->file] = true;
	}
	qsort_r(graph->by_path, graph->nr_files, sizeof(*graph->by_path), compare_files,
		graph->files);
	return fill_buckets(graph);
}

/* Index of the file with that path, or nr_files. */
static size_t find_file(const struct include_graph *graph, const char *path)
{
	size_t low = 0, high = graph->nr_files;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(graph->files[graph->by_path[middle]], path);

		if (!order)
			return graph->by_path[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return graph->nr_files;
}

/* A search from the changed files to all files that include them. */
struct search {
	const struct include_graph *graph;
	bool *reached; /* by file */
	size_t *queue; /* files whose includers have not been searched yet */
	size_t nr_queued;
	bool all; /* a header that every compile includes is reached */
};

static void reach_file(struct search *search, size_t file)
{
	if (search->reached[file])
		return;
	search->reached[file] = true;
	search->queue[search->nr_queued++] = file;
}

/* Whether the line may include the file `path`. */
static struct lp_error *means(const struct include_graph *graph, const struct inclusion *inclusion,
			      const char *path, bool *yes)
{
	_cleanup_free_ char *beside = NULL;
	const char *includer = graph->files[inclusion->file];

	*yes = true;
	if (!inclusion->quoted)
		return NULL;
	lp_try(text_format(&beside, "%.*s%s", (int)source_path_base(includer), includer,
			   inclusion->raw));
	source_path_normalise(beside);
	*yes = !strcmp(beside, path) || find_file(graph, beside) == graph->nr_files;
	return NULL;
}

/* The first line with that name in the chain that starts at index `link` - 1, or NULL. */
static const struct inclusion *follow(const struct include_graph *graph, size_t link,
				      const char *name)
{
	for (; link; link = graph->inclusions[link - 1].next) {
		if (!strcmp(graph->inclusions[link - 1].name, name))
			return &graph->inclusions[link - 1];
	}
	return NULL;
}

/* Adds the files that include `path` by `name`, which is the end of that path. */
static struct lp_error *reach_by_name(struct search *search, const char *name, const char *path)
{
	const struct include_graph *graph = search->graph;
	const struct inclusion *inclusion = follow(graph, *bucket(graph, name), name);

	for (; inclusion; inclusion = follow(graph, inclusion->next, name)) {
		bool yes;

		lp_try(means(graph, inclusion, path, &yes));
		if (yes)
			reach_file(search, inclusion->file);
	}
	return NULL;
}

static struct lp_error *reach_includers(struct search *search, const char *path)
{
	const char *name = path;

	for (size_t i = 0; i < ARRAY_SIZE(forced); i++)
		search->all = search->all || !strcmp(path, forced[i]);
	for (;;) {
		lp_try(reach_by_name(search, name, path));
		name = strchr(name, '/');
		if (!name)
			return NULL;
		name++;
	}
}

static struct lp_error *run_search(struct search *search, const struct text_list *changed)
{
	const struct include_graph *graph = search->graph;

	for (size_t i = 0; i < changed->count; i++) {
		size_t file = find_file(graph, changed->items[i]);

		/* A new file may be found before another one with the same name. */
		if (file == graph->nr_files)
			lp_try(reach_includers(search, changed->items[i]));
		else
			reach_file(search, file);
	}
	while (search->nr_queued) {
		size_t file = search->queue[--search->nr_queued];

		lp_try(reach_includers(search, graph->files[file]));
	}
	return NULL;
}

struct lp_error *include_graph_reach(const struct include_graph *graph,
				     const struct text_list *changed, struct text_list *files,
				     struct text_list *climbing)
{
	_cleanup_free_ bool *reached = calloc(graph->nr_files + 1, sizeof(*reached));
	_cleanup_free_ size_t *queue = calloc(graph->nr_files + 1, sizeof(*queue));
	struct search search = {.graph = graph, .reached = reached, .queue = queue};

	if (!reached || !queue)
		return lp_error_no_memory();
	lp_try(run_search(&search, changed));
	for (size_t i = 0; i < graph->nr_files; i++) {
		size_t file = graph->by_path[i];

		if (!reached[file] && !search.all)
			continue;
		lp_try(text_list_add(files, "%s", graph->files[file]));
		if (graph->climbing[file])
			lp_try(text_list_add(climbing, "%s", graph->files[file]));
	}
	return NULL;
}

/* Whether a line may include the file. */
static struct lp_error *is_included(const struct include_graph *graph, const char *path, bool *yes)
{
	*yes = false;
	for (const char *name = path; name && !*yes;) {
		const struct inclusion *inclusion = follow(graph, *bucket(graph, name), name);

		for (; inclusion && !*yes; inclusion = follow(graph, inclusion->next, name))
			lp_try(means(graph, inclusion, path, yes));
		name = strchr(name, '/');
		name = name ? name + 1 : NULL;
	}
	return NULL;
}

struct lp_error *include_graph_parts(const struct include_graph *graph, struct text_list *files)
{
	for (size_t i = 0; i < graph->nr_files; i++) {
		bool yes;

		if (text_ends_with(graph->files[i], ".h"))
			continue;
		lp_try(is_included(graph, graph->files[i], &yes));
		if (yes)
			lp_try(text_list_add(files, "%s", graph->files[i]));
	}
	return NULL;
}

/* cppcheck-suppress funcArgOrderDifferent ; it takes the parameters of `action` for ours */
struct lp_error *include_graph_each(const struct include_graph *graph,
				    struct lp_error *action(void *context, const char *path),
				    void *context)
{
	for (size_t i = 0; i < graph->nr_files; i++)
		lp_try(action(context, graph->files[i]));
	return NULL;
}

struct lp_error *include_graph_read(struct tree *tree, struct include_graph **result)
{
	_cleanup_free_ char *path = NULL;
	bool whole;

	lp_try(text_format(&path, "%s/.include-graph", tree->objects));
	lp_try(seal_check(path, &whole));
	if (!whole)
		lp_try(make_graph(tree, path));
	struct include_graph *graph = *result = calloc(1, sizeof(*graph));

	if (!graph)
		return lp_error_no_memory();
	struct lp_error *error = file_read(path, GRAPH_LIMIT, &graph->text);

	if (!error)
		error = parse_graph(graph);
	if (error) {
		include_graph_free(graph);
		*result = NULL;
	}
	return error;
}

void include_graph_free(struct include_graph *graph)
{
	if (!graph)
		return;
	for (size_t i = 0; i < graph->nr_inclusions; i++)
		free(graph->inclusions[i].own_name);
	free(graph->inclusions);
	free(graph->buckets);
	free(graph->files);
	free(graph->by_path);
	free(graph->climbing);
	free(graph->text.data);
	free(graph);
}
