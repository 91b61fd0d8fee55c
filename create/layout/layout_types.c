// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_types.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <string.h>

#include "common/text.h"
#include "create/layout/layout_dwarf.h"

const char *layout_kind(int tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
		return "struct";
	case DW_TAG_union_type:
		return "union";
	case DW_TAG_enumeration_type:
		return "enum";
	}
	return NULL;
}

static uint64_t attribute_number(Dwarf_Die *die, unsigned int name, uint64_t otherwise)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attribute) || dwarf_formudata(&attribute, &value))
		return otherwise;
	return value;
}

bool layout_type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_attr(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, type);
}

/* Prints the number of elements of each dimension of an array: "[4][2]". */
static void print_dimensions(FILE *out, Dwarf_Die *array)
{
	Dwarf_Die child;

	if (dwarf_child(array, &child))
		return;
	do {
		if (dwarf_tag(&child) != DW_TAG_subrange_type)
			continue;
		uint64_t upper = attribute_number(&child, DW_AT_upper_bound, UINT64_MAX);

		fprintf(out, "[%llu]",
			(unsigned long long)attribute_number(&child, DW_AT_count, upper + 1));
	} while (!dwarf_siblingof(&child, &child));
}

/* Prints the parts of the type that determine its size: the target of a pointer doesn't. */
static void print_type(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die type;
	const char *name = dwarf_diename(die), *kind = layout_kind(dwarf_tag(die));

	switch (dwarf_tag(die)) {
	case DW_TAG_pointer_type:
		fputs("pointer", out);
		return;
	case DW_TAG_array_type:
		if (depth < LAYOUT_DEPTH && layout_type_of(die, &type))
			print_type(out, &type, depth + 1);
		print_dimensions(out, die);
		return;
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_atomic_type:
		if (depth < LAYOUT_DEPTH && layout_type_of(die, &type))
			print_type(out, &type, depth + 1);
		return;
	}
	fprintf(out, "%s%s%s", kind ? kind : "", kind ? " " : "", name ? name : "anonymous");
	/* The members of an anonymous type are compared separately; the size shows a change. */
	if (!name)
		fprintf(out, " of %d bytes", dwarf_bytesize(die));
}

/* The member's offset from the start of its type, in bits. */
static int64_t member_place(Dwarf_Die *member)
{
	uint64_t bits = attribute_number(member, DW_AT_data_bit_offset, UINT64_MAX);

	if (bits != UINT64_MAX)
		return (int64_t)bits;
	return (int64_t)attribute_number(member, DW_AT_data_member_location, 0) * 8;
}

/* The struct or union that the member or its elements are, without qualifiers; else false. */
static bool composite_of(Dwarf_Die *member, Dwarf_Die *type)
{
	Dwarf_Die at = *member;

	for (int depth = 0; depth < LAYOUT_DEPTH && layout_type_of(&at, type); depth++) {
		switch (dwarf_tag(type)) {
		case DW_TAG_structure_type:
		case DW_TAG_union_type:
			return true;
		case DW_TAG_array_type:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
			at = *type;
			continue;
		}
		return false;
	}
	return false;
}

/* True if the members of the member's type count as members of the enclosing type. */
static bool is_opened(Dwarf_Die *member, Dwarf_Die *type)
{
	return composite_of(member, type) && !dwarf_diename(type);
}

static struct lp_error *add_member(struct layout_type *type, Dwarf_Die *die, int64_t base,
				   const char *prefix)
{
	struct layout_member *members =
		reallocarray(type->members, type->nr_members + 1, sizeof(*members));
	const char *name = dwarf_diename(die);
	Dwarf_Word bytes = 0;
	Dwarf_Die of;
	size_t size;

	if (!members)
		return lp_error_no_memory();
	type->members = members;
	struct layout_member *member = &members[type->nr_members++];

	*member = (struct layout_member){
		.bits = attribute_number(die, DW_AT_bit_size, 0),
		.place = base + member_place(die),
	};
	/* A flexible array has no size. */
	if (layout_type_of(die, &of) && !dwarf_aggregate_size(&of, &bytes))
		member->size = bytes;
	if (is_opened(die, &of))
		member->opened = attribute_number(&of, DW_AT_byte_size, 0);
	lp_try(text_format(&member->name, "%s%s", name ? prefix : "", name ? name : ""));
	FILE *out = open_memstream(&member->type, &size);

	if (!out)
		return lp_error_no_memory();
	if (layout_type_of(die, &of))
		print_type(out, &of, 0);
	return fclose(out) ? lp_error_no_memory() : NULL;
}

static struct lp_error *add_value(struct layout_type *type, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword value = 0;
	struct layout_member *members =
		reallocarray(type->members, type->nr_members + 1, sizeof(*members));

	if (!members)
		return lp_error_no_memory();
	type->members = members;
	if (dwarf_attr(die, DW_AT_const_value, &attribute))
		dwarf_formsdata(&attribute, &value);
	struct layout_member *member = &members[type->nr_members++];

	*member = (struct layout_member){.place = value};
	lp_try(text_format(&member->name, "%s", dwarf_diename(die) ? dwarf_diename(die) : ""));
	return text_format(&member->type, "%s", "");
}

/*
 * Adds the members of an unnamed struct or union as members of the enclosing type. If the member
 * with that type has a name, it precedes theirs: "a.b".
 */
static struct lp_error *add_members(struct layout_type *type, Dwarf_Die *die, int64_t base,
				    const char *prefix, int depth)
{
	Dwarf_Die child, of;

	if (depth > LAYOUT_DEPTH || dwarf_child(die, &child))
		return NULL;
	do {
		_cleanup_free_ char *below = NULL;
		const char *name = dwarf_diename(&child);
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_enumerator)
			lp_try(add_value(type, &child));
		if (tag != DW_TAG_member)
			continue;
		lp_try(add_member(type, &child, base, prefix));
		if (!is_opened(&child, &of))
			continue;
		lp_try(text_format(&below, "%s%s%s", prefix, name ? name : "", name ? "." : ""));
		lp_try(add_members(type, &of, base + member_place(&child), below, depth + 1));
	} while (!dwarf_siblingof(&child, &child));
	return NULL;
}

static struct lp_error *add_type(struct layout_types *types, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	struct layout_type *grown;

	if (!dwarf_diename(die) || dwarf_attr(die, DW_AT_declaration, &attribute))
		return NULL;
	grown = reallocarray(types->types, types->count + 1, sizeof(*grown));
	if (!grown)
		return lp_error_no_memory();
	types->types = grown;
	struct layout_type *type = &grown[types->count++];

	*type = (struct layout_type){
		.kind = layout_kind(dwarf_tag(die)),
		.size = attribute_number(die, DW_AT_byte_size, 0),
	};
	lp_try(text_format(&type->name, "%s", dwarf_diename(die)));
	return add_members(type, die, 0, "", 0);
}

static int compare_types(const void *a, const void *b)
{
	const struct layout_type *one = a, *other = b;
	int order = strcmp(one->name, other->name);

	return order ? order : strcmp(one->kind, other->kind);
}

const struct layout_type *layout_types_find(const struct layout_types *types,
					    const struct layout_type *wanted)
{
	if (!types->count)
		return NULL;
	return bsearch(wanted, types->types, types->count, sizeof(*types->types), compare_types);
}

/* Reads the types at file scope; a type in a function is not shared with other code. */
static struct lp_error *read_unit(Dwarf_Die *unit, void *context)
{
	Dwarf_Die child;

	if (dwarf_child(unit, &child))
		return NULL;
	do {
		if (layout_kind(dwarf_tag(&child)))
			lp_try(add_type(context, &child));
	} while (!dwarf_siblingof(&child, &child));
	return NULL;
}

static struct lp_error *visit_units(Dwfl_Module *module, layout_visit_unit *visit, void *context)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = NULL;

	while ((unit = dwfl_module_nextcu(module, unit, &bias)))
		lp_try(visit(unit, context));
	return NULL;
}

struct lp_error *layout_visit_units(const char *object, layout_visit_unit *visit, void *context)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *module = dwfl ? dwfl_report_offline(dwfl, object, object, -1) : NULL;
	struct lp_error *error;

	if (!module || dwfl_report_end(dwfl, NULL, NULL))
		error = lp_error_new(LP_INTERNAL, "%s: can't read its debugging information: %s",
				     object, dwfl_errmsg(-1));
	else
		error = visit_units(module, visit, context);
	dwfl_end(dwfl);
	return error;
}

struct lp_error *layout_types_read(const char *object, struct layout_types *types)
{
	*types = (struct layout_types){0};
	struct lp_error *error = layout_visit_units(object, read_unit, types);

	if (error)
		layout_types_clear(types);
	else if (types->count)
		qsort(types->types, types->count, sizeof(*types->types), compare_types);
	return error;
}

/* The search of layout_alignment_read(), and its result. */
struct alignment_search {
	const struct layout_type *type;
	uint64_t alignment;
};

static uint64_t alignment_of(Dwarf_Die *die, int depth)
{
	uint64_t most = attribute_number(die, DW_AT_alignment, 1);
	int tag = dwarf_tag(die);
	Dwarf_Die of;

	if (depth > LAYOUT_DEPTH || tag == DW_TAG_pointer_type)
		return most > 8 ? most : 8;
	if (tag == DW_TAG_base_type || tag == DW_TAG_enumeration_type) {
		uint64_t size = attribute_number(die, DW_AT_byte_size, 1);

		return size > most ? size : most;
	}
	if (tag != DW_TAG_structure_type && tag != DW_TAG_union_type && tag != DW_TAG_member) {
		uint64_t own = layout_type_of(die, &of) ? alignment_of(&of, depth + 1) : 1;

		return own > most ? own : most;
	}
	if (tag == DW_TAG_member && layout_type_of(die, &of)) {
		uint64_t own = alignment_of(&of, depth + 1);

		return own > most ? own : most;
	}
	if (dwarf_child(die, &of))
		return most;
	do {
		uint64_t own = dwarf_tag(&of) == DW_TAG_member ? alignment_of(&of, depth + 1) : 1;

		most = own > most ? own : most;
	} while (!dwarf_siblingof(&of, &of));
	return most;
}

static struct lp_error *find_alignment(Dwarf_Die *unit, void *context)
{
	struct alignment_search *search = context;
	Dwarf_Attribute attribute;
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return NULL;
	do {
		const char *kind = layout_kind(dwarf_tag(&die)), *name = dwarf_diename(&die);

		if (kind && name && !strcmp(kind, search->type->kind) &&
		    !strcmp(name, search->type->name) &&
		    !dwarf_attr(&die, DW_AT_declaration, &attribute))
			search->alignment = alignment_of(&die, 0);
	} while (!dwarf_siblingof(&die, &die));
	return NULL;
}

struct lp_error *layout_alignment_read(const char *object, const struct layout_type *type,
				       uint64_t *alignment)
{
	struct alignment_search search = {.type = type};

	lp_try(layout_visit_units(object, find_alignment, &search));
	*alignment = search.alignment;
	return NULL;
}

static void type_clear(struct layout_type *type)
{
	for (size_t i = 0; i < type->nr_members; i++) {
		free(type->members[i].name);
		free(type->members[i].type);
	}
	free(type->members);
	free(type->name);
}

void layout_types_clear(struct layout_types *types)
{
	for (size_t i = 0; i < types->count; i++)
		type_clear(&types->types[i]);
	free(types->types);
	*types = (struct layout_types){0};
}
