// SPDX-License-Identifier: GPL-2.0-or-later
/* Reduces the objects that include a header to those affected by a filled hole. */
#include <string.h>

#include "create/c_text.h"
#include "create/creation.h"
#include "create/reach.h"
#include "create/target.h"

/* The state of the search, for the types that get members. */
struct knowledge {
	struct text_list names, files, pasted; /* as in struct member_users */
	bool is_complete;
};

static void knowledge_clear(struct knowledge *knowledge)
{
	text_list_clear(&knowledge->names);
	text_list_clear(&knowledge->files);
	text_list_clear(&knowledge->pasted);
}

static struct lp_error *add_all(struct text_list *list, const struct text_list *more)
{
	for (size_t i = 0; i < more->count; i++) {
		if (!text_list_contains(list, more->items[i]))
			lp_try(text_list_add(list, "%s", more->items[i]));
	}
	return NULL;
}

/* "struct foo", a tab, "a", … */
static struct lp_error *learn_type(struct creation *creation, const char *line,
				   struct knowledge *knowledge)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *copy = strdup(line);
	char *rest, *type = copy ? strtok_r(copy, "\t", &rest) : NULL;
	struct member_users users;

	if (!type)
		return lp_error_no_memory();
	for (char *name; (name = strtok_r(NULL, "\t", &rest));)
		lp_try(text_list_add(&names, "%s", name));
	const struct member_addition addition = {.type = type, .names = names};
	struct lp_error *error =
		member_users_find(creation->scan, &addition, &creation->sources, &users);

	if (!error)
		error = add_all(&knowledge->names, &users.names);
	if (!error)
		error = add_all(&knowledge->files, &users.files);
	if (!error)
		error = add_all(&knowledge->pasted, &users.pasted);
	knowledge->is_complete = knowledge->is_complete && users.is_complete;
	member_users_clear(&users);
	return error;
}

/* Adds to *files what the changed file reaches and affects. */
static struct lp_error *find_reached(struct creation *creation, const struct include_graph *graph,
				     const char *changed, const struct mention_known *known,
				     struct text_list *files, bool *is_narrowed)
{
	_cleanup_text_list_ struct text_list start = {0}, reached = {0}, climbing = {0};
	_cleanup_free_ char *source = NULL, *plain = NULL;

	*is_narrowed = true;
	lp_try(text_list_add(&start, "%s", changed));
	lp_try(include_graph_reach(graph, &start, &reached, &climbing));
	lp_try(text_format(&source, "%s/%s", creation->tree->source, changed));
	lp_try(view_plain_path(creation->tree, changed, &plain));
	if (text_ends_with(changed, ".h") && !access(source, F_OK) && !access(plain, F_OK)) {
		message_progress(&creation->sink, "searching the users of the changed parts of %s",
				 changed);
		lp_try(mention_filter_known(creation->tree, graph, changed, plain, known, &reached,
					    is_narrowed));
	}
	return add_all(files, &reached);
}

/* Drops the objects of files that are not in the list. */
static void drop_others(struct kbuild_objects *objects, const struct text_list *files)
{
	struct kbuild_objects dropped = {.items = calloc(objects->count, sizeof(*objects->items))};
	size_t kept = 0;

	for (size_t i = 0; i < objects->count; i++) {
		const struct kbuild_object *object = &objects->items[i];

		/* Objects that are built differently are compiled in any case. */
		if (!dropped.items || object->is_new || object->patched_command ||
		    text_list_contains(files, object->source))
			objects->items[kept++] = *object;
		else
			dropped.items[dropped.count++] = *object;
	}
	objects->count = kept;
	kbuild_objects_clear(&dropped);
}

static struct lp_error *narrow(struct creation *creation, const struct include_graph *graph,
			       const struct mention_known *known)
{
	_cleanup_text_list_ struct text_list files = {0};
	size_t before = creation->affected.objects.count;

	for (size_t i = 0; i < creation->sources.count; i++) {
		bool is_narrowed;

		lp_try(find_reached(creation, graph, creation->sources.items[i], known, &files,
				    &is_narrowed));
		if (!is_narrowed)
			return NULL;
	}
	drop_others(&creation->affected.objects, &files);
	message_verbose(&creation->sink, "a filled hole affects %zu of %zu objects",
			creation->affected.objects.count, before);
	return NULL;
}

struct lp_error *creation_narrow(struct creation *creation, const struct text_list *types,
				 const struct text_list *filled)
{
	_cleanup_(knowledge_clear) struct knowledge knowledge = {.is_complete = true};
	struct include_graph *graph;

	message_progress(&creation->sink, "searching the objects that a filled hole affects");
	for (size_t i = 0; i < filled->count && knowledge.is_complete; i++)
		lp_try(learn_type(creation, filled->items[i], &knowledge));
	if (!knowledge.is_complete)
		return NULL;
	const struct mention_known known = {
		.types = types,
		.names = &knowledge.names,
		.touched = &knowledge.files,
		.pasted = &knowledge.pasted,
	};

	lp_try(include_graph_read(creation->tree, &graph));
	struct lp_error *error = narrow(creation, graph, &known);

	include_graph_free(graph);
	return error;
}
