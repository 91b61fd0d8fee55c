// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the linker has put its input, and whether it is unchanged. */
#include <inttypes.h>
#include <string.h>

#include "common/text.h"
#include "create/bundle/readback_module.h"

/*
 * What scripts/module.lds.S of Linux 6.1 does with names of sections: these are
 * joined in the order of their names, before sections that already have the
 * name.
 */
static const struct {
	const char *prefix, *section;
} sorted[] = {
	{"___ksymtab+", "__ksymtab"}, {"___ksymtab_gpl+", "__ksymtab_gpl"},
	{"___kcrctab+", "__kcrctab"}, {"___kcrctab_gpl+", "__kcrctab_gpl"},
	{".ctors.", ".ctors"},        {".init_array.", ".init_array"},
};

/* Dropped by the same script, by the starts of their names. */
static const char *const discarded[] = {
	".discard", ".export_symbol", /* what modpost makes the tables of from; since Linux 6.5 */
};

/* Sections that the linker and kbuild add or join by themselves. */
static const char *const made_by_linker[] = {".note.gnu.build-id", ".note.gnu.property", ".BTF",
					     ".BTF_ids"};

/* Flags that the loader goes by. */
#define LOADER_FLAGS (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR)

static bool is_made_by_linker(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(made_by_linker); i++) {
		if (!strcmp(made_by_linker[i], name))
			return true;
	}
	return false;
}

static bool is_discarded(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(discarded); i++) {
		if (text_starts_with(name, discarded[i]))
			return true;
	}
	return false;
}

/* The name of the module's section that one of an object belongs to. */
static const char *output_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		if (text_starts_with(name, sorted[i].prefix))
			return sorted[i].section;
	}
	return name;
}

/* One section of an object. */
struct piece {
	const struct module_section *section;
	struct linked_place *place;
	const char *file;
	size_t order; /* in which the linker comes to it */
};

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;
	bool one_plain = one->section->name == output_name(one->section->name);
	bool other_plain = other->section->name == output_name(other->section->name);
	int order = one_plain || other_plain ? one_plain - other_plain
					     : strcmp(one->section->name, other->section->name);

	return order ?: (one->order < other->order ? -1 : 1);
}

/* The input of the section of that name, in order. */
static struct lp_error *collect(const struct linked_module *module, const char *name,
				struct piece **pieces, size_t *count)
{
	size_t room = 0;

	*count = 0;
	*pieces = NULL;
	for (size_t i = 0; i < module->nr_objects; i++) {
		const struct linked_object *object = &module->objects[i];

		for (size_t k = 1; k < object->file.nr_sections; k++) {
			const struct module_section *section = &object->file.sections[k];

			if (!module_section_is_loaded(section) ||
			    strcmp(output_name(section->name), name))
				continue;
			if (*count == room) {
				struct piece *more =
					reallocarray(*pieces, 2 * room + 4, sizeof(**pieces));

				if (!more)
					return lp_error_no_memory();
				*pieces = more;
				room = 2 * room + 4;
			}
			(*pieces)[*count] = (struct piece){section, &object->places[k],
							   object->file.name, *count};
			++*count;
		}
	}
	if (*count)
		qsort(*pieces, *count, sizeof(**pieces), compare_pieces);
	return NULL;
}

/* Without contents, it is zeros. */
static bool same_bytes(const unsigned char *one, const unsigned char *other, size_t size)
{
	const unsigned char *some = one ?: other;

	if (one && other)
		return !memcmp(one, other, size);
	for (size_t i = 0; some && i < size; i++) {
		if (some[i])
			return false;
	}
	return true;
}

static struct lp_error *check_piece(const struct linked_module *module,
				    const struct module_section *section, const struct piece *piece)
{
	const Elf64_Shdr *from = &piece->section->header, *to = &section->header;
	uint64_t offset = piece->place->offset;

	if (offset > to->sh_size || from->sh_size > to->sh_size - offset)
		return readback_fault(module, section->name,
				      "does not contain the whole section of %s", piece->file);
	if (from->sh_addralign > 1 && to->sh_addralign % from->sh_addralign)
		return readback_fault(module, section->name,
				      "is not aligned like the section of %s", piece->file);
	if (!same_bytes(section->data ? section->data + offset : NULL, piece->section->data,
			from->sh_size))
		return readback_fault(
			module, section->name,
			"does not contain the bytes of the section of %s at 0x%" PRIx64,
			piece->file, offset);
	return NULL;
}

static struct lp_error *place_section(const struct linked_module *module, size_t index)
{
	const struct module_section *section = &module->file.sections[index];
	_cleanup_free_ struct piece *pieces = NULL;
	uint64_t end = 0, flags = 0;
	size_t count;

	lp_try(collect(module, section->name, &pieces, &count));
	for (size_t i = 0; i < count; i++) {
		const Elf64_Shdr *from = &pieces[i].section->header;

		if (from->sh_addralign > 1)
			end = (end + from->sh_addralign - 1) / from->sh_addralign *
			      from->sh_addralign;
		*pieces[i].place = (struct linked_place){.section = index, .offset = end};
		end += from->sh_size;
		flags |= from->sh_flags & LOADER_FLAGS;
		if (!is_made_by_linker(section->name))
			lp_try(check_piece(module, section, &pieces[i]));
	}
	if (is_made_by_linker(section->name))
		return NULL;
	if (end != section->header.sh_size)
		return readback_fault(module, section->name,
				      "has %" PRIu64 " bytes, and the linker was given %" PRIu64,
				      (uint64_t)section->header.sh_size, end);
	if (flags != (section->header.sh_flags & LOADER_FLAGS))
		return readback_fault(module, section->name,
				      "would be loaded into memory of another kind");
	return NULL;
}

static struct lp_error *check_nothing_is_missing(const struct linked_module *module,
						 const struct linked_object *object)
{
	for (size_t i = 1; i < object->file.nr_sections; i++) {
		const struct module_section *section = &object->file.sections[i];

		if (!module_section_is_loaded(section) || !section->header.sh_size ||
		    object->places[i].section || is_discarded(section->name) ||
		    is_made_by_linker(section->name))
			continue;
		return readback_fault(module, section->name, "of %s is missing", object->file.name);
	}
	return NULL;
}

struct lp_error *readback_link(struct linked_module *module)
{
	for (size_t i = 0; i < module->nr_objects; i++) {
		struct linked_object *object = &module->objects[i];

		object->places = calloc(object->file.nr_sections, sizeof(*object->places));
		if (!object->places)
			return lp_error_no_memory();
	}
	for (size_t i = 1; i < module->file.nr_sections; i++) {
		if (module_section_is_loaded(&module->file.sections[i]))
			lp_try(place_section(module, i));
	}
	for (size_t i = 0; i < module->nr_objects; i++)
		lp_try(check_nothing_is_missing(module, &module->objects[i]));
	return NULL;
}
