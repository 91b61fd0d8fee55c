// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading the symbol tables and strings of images and objects. */
#include <ctype.h>
#include <string.h>

#include "create/symbols/declared.h"
#include "create/symbols/symbols_internal.h"
#include "object/object.h"

/*
 * How EXPORT_SYMBOL() shows in an object's symbol table: by the entry of the table of
 * exports (include/linux/export.h, Linux 5.4 to 6.4), or by a note for modpost (from 6.5 on).
 */
static const char *const export_marks[] = {"__ksymtab_", "__export_symbol_"};

/* Imports of a module are absolute symbols in its image (module_image.h). */
static bool is_global(const struct symbols *symbols, const struct kernel_image *image,
		      const struct kernel_symbol *known)
{
	return isupper((unsigned char)known->type) &&
	       (known->type != 'A' || image == symbols->job->kernel);
}

const struct kernel_symbol *symbols_global(const struct symbols *symbols,
					   const struct kernel_image *image, const char *name)
{
	const struct symbol_table *table = kernel_image_symbols(image);
	const struct kernel_symbol *known = symbol_table_find_name(table, name);

	while (known && !is_global(symbols, image, known))
		known = symbol_table_next(table, known);
	return known;
}

struct lp_error *symbols_in_object(const char *path, const char *name, bool undefined, bool *found)
{
	struct object object;
	struct lp_error *error = object_open(path, &object);

	*found = false;
	for (size_t i = 1; !error && i < object.nr_symbols && !*found; i++)
		*found = object.symbols[i].undefined == undefined && object.symbols[i].name &&
			 !strcmp(object.symbols[i].name, name);
	object_close(&object);
	return error;
}

bool symbols_find_string(const uint8_t *data, size_t size, const char *wanted)
{
	size_t length = strlen(wanted);

	for (size_t at = 0; at < size;) {
		size_t here = strnlen((const char *)data + at, size - at);

		if (here == length && !memcmp(data + at, wanted, length))
			return true;
		at += here + 1;
	}
	return false;
}

struct lp_error *symbols_has_tag(const char *path, const char *tag, bool *found)
{
	struct object object;
	struct lp_error *error = object_open(path, &object);

	*found = false;
	for (size_t i = 1; !error && i < object.nr_sections && !*found; i++) {
		const struct section *section = &object.sections[i];

		*found = section->data && !strcmp(section->name, ".modinfo") &&
			 symbols_find_string(section->data, section->size, tag);
	}
	object_close(&object);
	return error;
}

struct lp_error *symbols_exported(const struct symbols *symbols, size_t unit, const char *name,
				  bool *exported)
{
	*exported = false;
	for (size_t i = 0; i < ARRAY_SIZE(export_marks) && !*exported; i++) {
		_cleanup_free_ char *mark = NULL;

		lp_try(text_format(&mark, "%s%s", export_marks[i], name));
		lp_try(symbols_in_object(symbols->job->units[unit].unit->patched, mark, false,
					 exported));
	}
	return NULL;
}

struct lp_error *symbols_exports(const char *path, struct text_list *names)
{
	struct object object;
	struct lp_error *error = object_open(path, &object);

	for (size_t i = 1; !error && i < object.nr_symbols; i++) {
		const char *name = object.symbols[i].name;

		for (size_t k = 0; name && !error && k < ARRAY_SIZE(export_marks); k++) {
			if (text_starts_with(name, export_marks[k]))
				error = text_list_add(names, "%s", name + strlen(export_marks[k]));
		}
	}
	object_close(&object);
	return error;
}

/*
 * Where an object has the namespace of an export: the start of a symbol's name, and how many texts
 * come before it there (include/linux/export.h: Linux 5.4 to 6.4 have a symbol for it; from 6.5 on
 * it comes after the licence).
 */
static const struct {
	const char *prefix;
	unsigned int before;
} namespaces[] = {{"__kstrtabns_", 0}, {"__export_symbol_", 1}};

/* The text in a section behind `before` others, or NULL. */
static const char *text_behind(const struct section *section, uint64_t offset, unsigned int before)
{
	for (;; before--) {
		const char *text = (const char *)section->data + offset;
		const char *end =
			offset < section->size ? memchr(text, 0, section->size - offset) : NULL;

		if (!end || !before)
			return end ? text : NULL;
		offset += (uint64_t)(end - text) + 1;
	}
}

/* The text that belongs to a symbol of the object, or NULL. */
static const char *text_at(const struct object *object, const char *name, unsigned int before)
{
	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];
		const char *text;

		if (!symbol->name || strcmp(symbol->name, name) || !symbol->section ||
		    !symbol->section->data)
			continue;
		text = text_behind(symbol->section, symbol->value, before);
		if (text)
			return text;
	}
	return NULL;
}

static struct lp_error *find_namespace(const struct object *object, const char *name,
				       char **namespace)
{
	for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
		_cleanup_free_ char *mark = NULL;

		lp_try(text_format(&mark, "%s%s", namespaces[i].prefix, name));
		const char *text = text_at(object, mark, namespaces[i].before);

		if (text)
			return text_format(namespace, "%s", text);
	}
	return text_format(namespace, "%s", "");
}

struct lp_error *symbols_namespace(const struct symbols *symbols, size_t unit, const char *name,
				   char **namespace)
{
	struct object object;
	struct lp_error *error = object_open(symbols->job->units[unit].unit->patched, &object);

	if (!error)
		error = find_namespace(&object, name, namespace);
	object_close(&object);
	return error;
}

struct lp_error *symbols_place(const char *object, const struct unit *unit, const char *name,
			       bool is_function, char **where)
{
	struct declared declared;

	lp_try(declared_find(object, name, is_function, &declared));
	/* The compiler got the path of the source in the working copy. */
	const char *known = declared.where ? strstr(declared.where, unit->source) : NULL;
	struct lp_error *error = text_format(where, "%s", known ?: unit->source);

	declared_clear(&declared);
	return error;
}
