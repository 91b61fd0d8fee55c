// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout_places.h"

#include <ctype.h>
#include <dwarf.h>
#include <string.h>

#include "common/file.h"
#include "create/layout_dwarf.h"

/* How many of each kind are named. */
#define NAMED 8

/* The largest source files of the kernel are generated headers of some 25 MB. */
#define SOURCE_LIMIT (64u << 20)

/* What the walk through one object's DWARF works on. */
struct search {
	const struct layout_type *type;
	struct layout_places *places;
};

static struct lp_error *add_once(struct text_list *list, const char *name)
{
	if (!name || list->count >= NAMED || text_list_contains(list, name))
		return NULL;
	return text_list_add(list, "%s", name);
}

/* True if the variable or member consists of the type, behind arrays, qualifiers and typedefs. */
static bool is_of_type(Dwarf_Die *die, const struct layout_type *wanted)
{
	Dwarf_Die at = *die, type;

	for (int depth = 0; depth < LAYOUT_DEPTH && layout_type_of(&at, &type); depth++) {
		const char *kind = layout_kind(dwarf_tag(&type)), *name = dwarf_diename(&type);

		if (kind)
			return name && !strcmp(kind, wanted->kind) && !strcmp(name, wanted->name);
		if (dwarf_tag(&type) == DW_TAG_pointer_type)
			return false;
		at = type;
	}
	return false;
}

/* True for a variable with an address of its own, false for one on the stack or in a register. */
static bool has_address(Dwarf_Die *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	return dwarf_attr_integrate(variable, DW_AT_location, &attribute) &&
	       !dwarf_getlocation(&attribute, &operations, &count) && count &&
	       operations[0].atom == DW_OP_addr;
}

static struct lp_error *visit_variable(const struct search *search, Dwarf_Die *variable,
				       const char *function)
{
	Dwarf_Attribute attribute;

	if (!is_of_type(variable, search->type))
		return NULL;
	if (has_address(variable))
		return add_once(&search->places->variables, dwarf_diename(variable));
	/* An extern declaration is somebody else's variable, which counts as well. */
	if (!function)
		return dwarf_attr(variable, DW_AT_declaration, &attribute)
			       ? add_once(&search->places->variables, dwarf_diename(variable))
			       : NULL;
	return add_once(&search->places->stacks, function);
}

/* What is in a function, and in the blocks and inlined functions in it. */
static struct lp_error *visit_function(const struct search *search, Dwarf_Die *parent,
				       const char *function, int depth)
{
	Dwarf_Die die;

	if (depth > LAYOUT_DEPTH || dwarf_child(parent, &die))
		return NULL;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable:
			lp_try(visit_variable(search, &die, function));
			break;
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
			lp_try(visit_function(search, &die, function, depth + 1));
			break;
		}
	} while (!dwarf_siblingof(&die, &die));
	return NULL;
}

/* Members of anonymous structs and unions count as members of what they are in. */
static bool has_member(const struct search *search, Dwarf_Die *parent, int depth)
{
	Dwarf_Die die, type;

	if (depth > LAYOUT_DEPTH || dwarf_child(parent, &die))
		return false;
	do {
		if (dwarf_tag(&die) != DW_TAG_member)
			continue;
		if (is_of_type(&die, search->type))
			return true;
		if (layout_type_of(&die, &type) && layout_kind(dwarf_tag(&type)) &&
		    !dwarf_diename(&type) && has_member(search, &type, depth + 1))
			return true;
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

static struct lp_error *visit_type(const struct search *search, Dwarf_Die *die)
{
	_cleanup_free_ char *name = NULL;

	if (!dwarf_diename(die) || !has_member(search, die, 0))
		return NULL;
	lp_try(text_format(&name, "%s %s", layout_kind(dwarf_tag(die)), dwarf_diename(die)));
	return add_once(&search->places->types, name);
}

static struct lp_error *visit_unit(Dwarf_Die *unit, void *context)
{
	const struct search *search = context;
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return NULL;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_variable)
			lp_try(visit_variable(search, &die, NULL));
		else if (tag == DW_TAG_subprogram && dwarf_diename(&die))
			lp_try(visit_function(search, &die, dwarf_diename(&die), 0));
		else if (layout_kind(tag))
			lp_try(visit_type(search, &die));
	} while (!dwarf_siblingof(&die, &die));
	return NULL;
}

/* True if the line has the text, with nothing of a name behind it. */
static bool names(const char *line, size_t length, const char *text)
{
	const char *hit = memmem(line, length, text, strlen(text));

	while (hit) {
		const char *behind = hit + strlen(text);

		if (behind == line + length || !(isalnum((unsigned char)*behind) || *behind == '_'))
			return true;
		hit = memmem(behind, line + length - behind, text, strlen(text));
	}
	return false;
}

/* "sizeof(struct foo)", and the caches of the slab allocator. */
static struct lp_error *find_lines(const char *source, const struct search *search)
{
	_cleanup_free_ char *size = NULL, *cache = NULL, *number = NULL;
	_cleanup_blob_ struct blob text = {0};
	int at = 0;

	/* A source that kbuild makes has its text elsewhere. */
	if (access(source, R_OK))
		return NULL;
	lp_try(file_read(source, SOURCE_LIMIT, &text));
	lp_try(text_format(&size, "sizeof(%s %s", search->type->kind, search->type->name));
	lp_try(text_format(&cache, "KMEM_CACHE(%s", search->type->name));
	for (const char *line = (const char *)text.data; *line;) {
		size_t length = strcspn(line, "\n");

		at++;
		if (names(line, length, size) || names(line, length, cache)) {
			lp_try(text_format(&number, "%d", at));
			lp_try(add_once(&search->places->lines, number));
			free(take(number));
		}
		line += length + (line[length] == '\n');
	}
	return NULL;
}

struct lp_error *layout_places_read(const char *object, const char *source,
				    const struct layout_type *type, struct layout_places *places)
{
	struct search search = {.type = type, .places = places};

	*places = (struct layout_places){0};
	lp_try(layout_visit_units(object, visit_unit, &search));
	return find_lines(source, &search);
}

void layout_places_clear(struct layout_places *places)
{
	text_list_clear(&places->variables);
	text_list_clear(&places->stacks);
	text_list_clear(&places->types);
	text_list_clear(&places->lines);
}
