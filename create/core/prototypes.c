// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/prototypes.h"

#include <bpf/btf.h>
#include <dwarf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "create/core/type_text.h"
#include "create/layout.h"

#define PREFIX "lpatch_prototype_"

/* DWARF ------------------------------------------------------------------------------------ */

static void print_die(FILE *out, Dwarf_Die *die, int depth);

/* What a DIE is of; void without. */
static void print_die_type(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die type;

	if (depth > LAYOUT_DEPTH)
		fputs("...", out);
	else if (layout_type_of(die, &type))
		print_die(out, &type, depth + 1);
	else
		fputs("void", out);
}

static void print_die_function(FILE *out, Dwarf_Die *function, const char *middle, int depth)
{
	const char *between = "";
	Dwarf_Die child;

	print_die_type(out, function, depth);
	fprintf(out, " %s(", middle);
	if (!dwarf_child(function, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
				fputs(between, out);
				print_die_type(out, &child, depth);
			} else if (dwarf_tag(&child) == DW_TAG_unspecified_parameters) {
				fprintf(out, "%s...", between);
			}
			between = ", ";
		} while (!dwarf_siblingof(&child, &child));
	}
	fputs(*between ? ")" : "void)", out);
}

/* The type without typedefs and qualifiers; false: it is void. */
static bool peel_die(Dwarf_Die *die, Dwarf_Die *type)
{
	*type = *die;
	for (int i = 0; i < LAYOUT_DEPTH; i++) {
		switch (dwarf_tag(type)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
			if (!layout_type_of(type, type))
				return false;
			continue;
		}
		break;
	}
	return true;
}

static void print_die_pointer(FILE *out, Dwarf_Die *pointer, int depth)
{
	Dwarf_Die target, type;
	bool is_function = layout_type_of(pointer, &target) && peel_die(&target, &type) &&
			   dwarf_tag(&type) == DW_TAG_subroutine_type;

	if (is_function && depth < LAYOUT_DEPTH)
		return print_die_function(out, &type, "(*)", depth + 1);
	print_die_type(out, pointer, depth);
	fputs(" *", out);
}

static void print_die_number(FILE *out, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Word encoding = 0;

	if (dwarf_attr(die, DW_AT_encoding, &attribute))
		dwarf_formudata(&attribute, &encoding);
	type_text_number(out, encoding == DW_ATE_boolean,
			 encoding == DW_ATE_signed || encoding == DW_ATE_signed_char,
			 (uint64_t)dwarf_bytesize(die));
}

static void print_die(FILE *out, Dwarf_Die *die, int depth)
{
	Dwarf_Die type;

	if (!peel_die(die, &type)) {
		fputs("void", out);
		return;
	}
	const char *kind = layout_kind(dwarf_tag(&type));

	if (kind)
		type_text_named(out, kind, dwarf_diename(&type));
	else if (dwarf_tag(&type) == DW_TAG_base_type)
		print_die_number(out, &type);
	else if (dwarf_tag(&type) == DW_TAG_pointer_type)
		print_die_pointer(out, &type, depth);
	else if (dwarf_tag(&type) == DW_TAG_subroutine_type)
		print_die_function(out, &type, "", depth);
	else
		fprintf(out, "type of DWARF tag %d", dwarf_tag(&type));
}

/* The comparison --------------------------------------------------------------------------- */

struct comparison {
	const struct btf *btf;
	size_t compared;
};

/* The id of the prototype that the kernel has under that name; 0 if it says nothing. */
static uint32_t find_prototype(const struct btf *btf, const char *name)
{
	const struct btf_type *type;
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);

	if (id > 0)
		return btf__type_by_id(btf, (uint32_t)id)->type;
	id = btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF);
	type = id > 0 ? type_text_peel(btf, (uint32_t)id) : NULL;
	if (!type || !btf_is_ptr(type))
		return 0;
	uint32_t target = type->type;

	type = type_text_peel(btf, target);
	return type && btf_is_func_proto(type) ? target : 0;
}

static struct lp_error *print_both(const struct btf *btf, uint32_t id, Dwarf_Die *pointer,
				   char **ours, char **theirs)
{
	size_t size;
	FILE *out = open_memstream(ours, &size);

	if (!out)
		return lp_error_no_memory();
	print_die_type(out, pointer, 0);
	if (fclose(out))
		return lp_error_no_memory();
	out = open_memstream(theirs, &size);
	if (!out)
		return lp_error_no_memory();
	type_text_btf(out, btf, id, 1);
	return fclose(out) ? lp_error_no_memory() : NULL;
}

static struct lp_error *compare(struct comparison *comparison, const char *name, Dwarf_Die *pointer)
{
	_cleanup_free_ char *ours = NULL, *theirs = NULL;
	uint32_t id = find_prototype(comparison->btf, name);

	if (!id)
		return NULL;
	lp_try(print_both(comparison->btf, id, pointer, &ours, &theirs));
	comparison->compared++;
	if (!strcmp(ours, theirs))
		return NULL;
	return lp_error_new(LP_UNSAFE,
			    "lpatch's core declares %s as %s, and in the kernel it is %s", name,
			    ours, theirs);
}

static struct lp_error *visit_unit(Dwarf_Die *unit, void *context)
{
	Dwarf_Die child, pointer, type;

	if (dwarf_child(unit, &child))
		return NULL;
	do {
		const char *name = dwarf_diename(&child);

		if (dwarf_tag(&child) != DW_TAG_variable || !name ||
		    !text_starts_with(name, PREFIX) || !layout_type_of(&child, &pointer) ||
		    !peel_die(&pointer, &type))
			continue;
		lp_try(compare(context, name + strlen(PREFIX), &type));
	} while (!dwarf_siblingof(&child, &child));
	return NULL;
}

struct lp_error *prototypes_check(const char *object, const struct kernel_image *kernel,
				  size_t *compared)
{
	const struct kernel_section *section = kernel_image_section(kernel, ".BTF");
	struct comparison comparison = {0};

	*compared = 0;
	if (!section || !section->data)
		return NULL;
	struct btf *btf = btf__new(section->data, section->size);

	if (!btf)
		return lp_error_errno(errno, "the kernel's BTF can't be read");
	comparison.btf = btf;
	struct lp_error *error = layout_visit_units(object, visit_unit, &comparison);

	btf__free(btf);
	*compared = comparison.compared;
	return error;
}
