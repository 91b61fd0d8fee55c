// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/scopes.h"

#include <string.h>

struct lp_error *scope_reader_open(struct source_files *files, const char *path, bool before,
				   struct scope_reader *reader)
{
	*reader = (struct scope_reader){.files = files, .before = before, .object.fd = -1};
	lp_try(object_open(path, &reader->object));
	reader->operations = explain_load();
	if (reader->operations)
		reader->debug = reader->operations->open(path);
	return NULL;
}

void scope_reader_close(struct scope_reader *reader)
{
	if (reader->debug)
		reader->operations->close(reader->debug);
	object_close(&reader->object);
}

static const struct symbol *find_symbol(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->type == STT_FUNC && symbol->section && !strcmp(symbol->name, name))
			return symbol;
	}
	return NULL;
}

bool scope_reader_has_code(const struct scope_reader *reader, const char *name, size_t length)
{
	for (size_t i = 1; i < reader->object.nr_symbols; i++) {
		const struct symbol *symbol = &reader->object.symbols[i];

		if (!strncmp(symbol->name, name, length) &&
		    (!symbol->name[length] || symbol->name[length] == '.') &&
		    (symbol->undefined || symbol->type == STT_FUNC))
			return true;
	}
	return false;
}

/* What one visit collects; the first error stays. */
struct collection {
	const struct scope_reader *reader;
	struct scope_list *list;
	struct lp_error *error;
};

/* The nearest earlier scope with less depth: the next one is inlined into it. */
static size_t find_outer(const struct scope_list *list, unsigned int depth)
{
	for (size_t i = list->count; i-- > 0;) {
		if (list->items[i].depth < depth)
			return i;
	}
	return 0;
}

static struct lp_error *add_scope(const struct scope_reader *reader, struct scope_list *list,
				  const struct explained_scope *from)
{
	struct scope *items = reallocarray(list->items, list->count + 1, sizeof(*items));
	const struct source_file *file = NULL;

	if (!items)
		return lp_error_no_memory();
	list->items = items;
	if (from->file)
		lp_try(source_files_find(reader->files, from->file, &file));
	items[list->count] = (struct scope){
		.name = from->name,
		.definition =
			file ? source_file_function(file, reader->before, from->name, from->line)
			     : NULL,
		.in_diff = !file || file->is_in_diff,
		.outer = find_outer(list, from->depth),
		.depth = from->depth,
	};
	list->count++;
	return NULL;
}

static void collect(const struct explained_scope *scope, void *context)
{
	struct collection *collection = context;
	struct scope_list *list = collection->list;
	struct text_list *names = scope->role == EXPLAINED_LOCAL ? &list->locals : &list->calls;

	if (collection->error)
		return;
	if (scope->role == EXPLAINED_CODE)
		collection->error = add_scope(collection->reader, list, scope);
	else if (!text_list_contains(names, scope->name))
		collection->error = text_list_add(names, "%s", scope->name);
}

struct lp_error *scope_list_read(const struct scope_reader *reader, const char *function,
				 struct scope_list *list)
{
	const struct symbol *symbol = find_symbol(&reader->object, function);
	struct collection collection = {reader, list, NULL};

	*list = (struct scope_list){0};
	if (reader->debug && symbol)
		reader->operations->visit_function(reader->debug, symbol->section->index,
						   symbol->value, collect, &collection);
	if (collection.error)
		scope_list_clear(list);
	return collection.error;
}

void scope_list_clear(struct scope_list *list)
{
	free(list->items);
	text_list_clear(&list->calls);
	text_list_clear(&list->locals);
	*list = (struct scope_list){0};
}
