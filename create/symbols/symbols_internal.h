/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the model of names; see symbols.h. */
#ifndef LPATCH_CREATE_SYMBOLS_SYMBOLS_INTERNAL_H
#define LPATCH_CREATE_SYMBOLS_SYMBOLS_INTERNAL_H

#include <string.h>

#include "create/symbols/symbols.h"

struct symbols {
	const struct symbols_job *job;
	struct symbol_move *moves;
	size_t nr_moves;
};

/* Definitions of one unit, one by one. */
#define symbols_each_definition(unit, definition)                                       \
	for (const struct diffobj_definition *definition =                              \
		     (unit)->result ? (unit)->result->definitions : NULL;               \
	     definition &&                                                              \
	     definition < (unit)->result->definitions + (unit)->result->nr_definitions; \
	     definition++)

static inline bool definition_is_new(const struct diffobj_definition *definition)
{
	return definition->name && !definition->original_name;
}

static inline bool definition_is_lost(const struct diffobj_definition *definition)
{
	return definition->original_name && !definition->name;
}

/* True for a global name that the patched unit has and the original hasn't. */
static inline bool definition_adds_global(const struct diffobj_definition *definition)
{
	return definition->name && !definition->local;
}

static inline bool same_domain(const struct symbols_unit *one, const struct symbols_unit *other)
{
	return !strcmp(one->unit->object, other->unit->object);
}

/* Fills symbols->moves. LP_UNSAFE for a definition that moves and changes, or is ambiguous. */
struct lp_error *symbols_find_moves(struct symbols *symbols);

/* LP_BUILD_FAILED for a global name with two definitions. */
struct lp_error *symbols_check_duplicates(struct symbols *symbols);

/* The move into the unit by the patched name; NULL if there is none. */
const struct symbol_move *symbols_move_to(const struct symbols *symbols, size_t unit,
					  const char *name);

/* The global symbol of that name that the image defines, weak or not; NULL if it has none. */
const struct kernel_symbol *symbols_global(const struct symbols *symbols,
					   const struct kernel_image *image, const char *name);

/* Whether the object's symbol table has the name, undefined or as a definition. */
struct lp_error *symbols_in_object(const char *object, const char *name, bool undefined,
				   bool *found);

/* Whether the patched unit exports the name. */
struct lp_error *symbols_exported(const struct symbols *symbols, size_t unit, const char *name,
				  bool *exported);

/* Adds the names that the object exports. */
struct lp_error *symbols_exports(const char *object, struct text_list *names);

/* The namespace in which the patched unit exports the name, "" if in none; to be freed. */
struct lp_error *symbols_namespace(const struct symbols *symbols, size_t unit, const char *name,
				   char **namespace);

/* True if one of the strings in `size` bytes is `wanted`. */
bool symbols_find_string(const uint8_t *data, size_t size, const char *wanted);

/* Whether the object's .modinfo has the string. */
struct lp_error *symbols_has_tag(const char *object, const char *tag, bool *found);

/* The place of a definition, for messages: "fs/file.c:28", or the unit's source; to be freed. */
struct lp_error *symbols_place(const char *object, const struct unit *unit, const char *name,
			       bool is_function, char **where);

/* The error for a name that is undefined, or whose definition can't be used there. */
struct lp_error *symbols_undefined(struct symbols *symbols, size_t unit, const char *name);

#endif
