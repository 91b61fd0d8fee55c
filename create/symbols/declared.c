// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/symbols/declared.h"

#include <dwarf.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "create/layout.h"

/* The state of one search for a definition. */
struct search {
	const char *name;
	size_t length; /* of the name without the compiler's number */
	int tag;       /* DW_TAG_* of the definition */
	size_t found;
	struct declared *declared;
};

static void print_type(FILE *out, Dwarf_Die *die, int depth);

/* Attributes of a definition may be at its declaration, or at its abstract origin. */
static bool find_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	       dwarf_formref_die(&attribute, type);
}

static void print_type_of(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die type;

	if (depth < LAYOUT_DEPTH && find_type(die, &type))
		print_type(out, &type, depth + 1);
	else
		fputs("void", out);
}

static void print_count(FILE *out, Dwarf_Die *range)
{
	static const unsigned int names[] = {DW_AT_count, DW_AT_upper_bound};
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (dwarf_attr(range, names[i], &attribute) &&
		    !dwarf_formudata(&attribute, &value)) {
			fprintf(out, "[%llu]", (unsigned long long)value + (i ? 1 : 0));
			return;
		}
	}
	fputs("[]", out);
}

/* Parameters of a function, or dimensions of an array. */
static void print_children(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_formal_parameter:
			print_type_of(out, &child, depth);
			fputc(',', out);
			break;
		case DW_TAG_unspecified_parameters:
			fputs("...", out);
			break;
		case DW_TAG_subrange_type:
			print_count(out, &child);
			break;
		}
	} while (!dwarf_siblingof(&child, &child));
}

static void print_function(FILE *out, Dwarf_Die *die, int depth)
{
	print_type_of(out, die, depth);
	fputc('(', out);
	print_children(out, die, depth);
	fputc(')', out);
}

/* The members of an unnamed type, which identify it. */
static void print_members(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die child;

	fputc('{', out);
	if (!dwarf_child(die, &child)) {
		do {
			const char *name = dwarf_diename(&child);

			if (dwarf_tag(&child) == DW_TAG_member)
				print_type_of(out, &child, depth);
			fprintf(out, " %s;", name ? name : "");
		} while (!dwarf_siblingof(&child, &child));
	}
	fputc('}', out);
}

static void print_type(FILE *out, Dwarf_Die *die, int depth)
{
	const char *kind = layout_kind(dwarf_tag(die)), *name = dwarf_diename(die);

	switch (dwarf_tag(die)) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		print_type_of(out, die, depth);
		return;
	case DW_TAG_pointer_type:
		print_type_of(out, die, depth);
		fputc('*', out);
		return;
	case DW_TAG_array_type:
		print_type_of(out, die, depth);
		print_children(out, die, depth);
		return;
	case DW_TAG_subroutine_type:
		print_function(out, die, depth);
		return;
	}
	if (kind)
		fprintf(out, "%s ", kind);
	if (name)
		fputs(name, out);
	else
		print_members(out, die, depth);
}

/* "fs/file.c:28": the file as the compiler was told, the directory of the build taken off. */
static struct lp_error *find_place(Dwarf_Die *die, Dwarf_Die *unit, char **where)
{
	const char *file = dwarf_decl_file(die), *source = dwarf_diename(unit);
	int line;

	if (!file || dwarf_decl_line(die, &line))
		return NULL;
	/* A path that ends with the unit's path is the unit's. */
	if (source && text_ends_with(file, source))
		file = source;
	return text_format(where, "%s:%d", file, line);
}

static struct lp_error *describe(struct search *search, Dwarf_Die *die, Dwarf_Die *unit,
				 const char *owner)
{
	struct declared *declared = search->declared;
	size_t size;

	if (search->found++)
		return NULL;
	if (owner)
		lp_try(text_format(&declared->owner, "%s", owner));
	lp_try(find_place(die, unit, &declared->where));
	FILE *out = open_memstream(&declared->type, &size);

	if (!out)
		return lp_error_no_memory();
	if (search->tag == DW_TAG_subprogram)
		print_function(out, die, 0);
	else
		print_type_of(out, die, 0);
	return fclose(out) ? lp_error_no_memory() : NULL;
}

/* A variable at a fixed address, or a function that has code of its own. */
static bool is_definition(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	if (dwarf_tag(die) == DW_TAG_subprogram)
		return dwarf_haspc(die, 0) >= 0 && dwarf_hasattr(die, DW_AT_frame_base);
	return dwarf_attr(die, DW_AT_location, &attribute) &&
	       !dwarf_getlocation(&attribute, &operations, &count) && count &&
	       operations[0].atom == DW_OP_addr;
}

static bool is_wanted(const struct search *search, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return dwarf_tag(die) == search->tag && name && strlen(name) == search->length &&
	       !strncmp(name, search->name, search->length) && is_definition(die);
}

/* In a unit, a function or a block of one; `owner` is the function. */
static struct lp_error *search_below(struct search *search, Dwarf_Die *parent, Dwarf_Die *unit,
				     const char *owner, int depth)
{
	Dwarf_Die child;

	if (depth > LAYOUT_DEPTH || dwarf_child(parent, &child))
		return NULL;
	do {
		int tag = dwarf_tag(&child);

		if (is_wanted(search, &child))
			lp_try(describe(search, &child, unit, owner));
		/* Static variables of functions are in them. */
		if (search->tag == DW_TAG_variable &&
		    (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block))
			lp_try(search_below(search, &child, unit,
					    tag == DW_TAG_subprogram ? dwarf_diename(&child)
								     : owner,
					    depth + 1));
	} while (!dwarf_siblingof(&child, &child));
	return NULL;
}

static struct lp_error *search_unit(Dwarf_Die *unit, void *context)
{
	return search_below(context, unit, unit, NULL, 0);
}

struct lp_error *declared_find(const char *object, const char *symbol, bool is_function,
			       struct declared *declared)
{
	struct search search = {
		.name = symbol,
		.length = is_function ? strlen(symbol) : strcspn(symbol, "."),
		.tag = is_function ? DW_TAG_subprogram : DW_TAG_variable,
		.declared = declared,
	};

	*declared = (struct declared){0};
	struct lp_error *error = layout_visit_units(object, search_unit, &search);

	/* An object without debugging information says nothing. */
	if (error && error->status != LP_INTERNAL)
		return error;
	lp_error_free(error);
	if (search.found != 1)
		declared_clear(declared);
	return NULL;
}

void declared_clear(struct declared *declared)
{
	free(declared->type);
	free(declared->owner);
	free(declared->where);
	*declared = (struct declared){0};
}
