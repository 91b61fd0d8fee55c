// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbols and relocations of a module, against those of the objects that went into it. */
#include <inttypes.h>
#include <string.h>

#include "common/text.h"
#include "create/bundle/readback_module.h"
#include "create/link.h"

#define LIVEPATCH_SECTION ".klp.rela.vmlinux."

/* Relocations ----------------------------------------------------------------------- */

struct wanted {
	uint64_t offset; /* in the module's section */
	uint32_t type;
	struct link_target target;
};

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *one = a, *other = b;

	if (one->offset != other->offset)
		return one->offset < other->offset ? -1 : 1;
	return one->type < other->type ? -1 : one->type > other->type;
}

static size_t count_wanted(const struct linked_module *module, uint32_t index)
{
	size_t count = 0;

	for (size_t i = 0; i < module->nr_objects; i++) {
		const struct linked_object *object = &module->objects[i];

		for (size_t k = 1; k < object->file.nr_sections; k++) {
			if (object->places[k].section == index)
				count += object->file.sections[k].nr_relocations;
		}
	}
	return count;
}

static void add_wanted(const struct linked_object *object, size_t index, struct wanted *wanted,
		       size_t *count)
{
	const struct module_section *section = &object->file.sections[index];

	for (size_t i = 0; i < section->nr_relocations; i++) {
		const struct module_relocation *from = &section->relocations[i];
		struct wanted *to = &wanted[(*count)++];

		*to = (struct wanted){
			.offset = object->places[index].offset + from->offset,
			.type = from->type,
			.target = object->targets[from->symbol],
		};
		to->target.offset += from->addend;
	}
}

/* All relocations that section `index` of the module must have, by offset. */
static struct lp_error *list_wanted(const struct linked_module *module, uint32_t index,
				    struct wanted **wanted, size_t *count)
{
	size_t room = count_wanted(module, index);

	*count = 0;
	*wanted = calloc(room + 1, sizeof(**wanted));
	if (!*wanted)
		return lp_error_no_memory();
	for (size_t i = 0; i < module->nr_objects; i++) {
		const struct linked_object *object = &module->objects[i];

		for (size_t k = 1; k < object->file.nr_sections; k++) {
			if (object->places[k].section == index)
				add_wanted(object, k, *wanted, count);
		}
	}
	if (*count)
		qsort(*wanted, *count, sizeof(**wanted), compare_wanted);
	return NULL;
}

/* The loader looks for livepatch symbols in sections of their own, and only there. */
static bool stands_in_its_section(const struct linked_module *module,
				  const struct module_section *filled,
				  const struct module_relocation *relocation,
				  const struct link_target *target)
{
	const struct module_section *from = &module->file.sections[relocation->from];
	bool is_livepatch = from->header.sh_flags & SHF_RELA_LIVEPATCH;

	if (target->section != SHN_LIVEPATCH)
		return !is_livepatch;
	return is_livepatch && from->header.sh_flags & SHF_ALLOC &&
	       text_starts_with(from->name, LIVEPATCH_SECTION) &&
	       !strcmp(from->name + strlen(LIVEPATCH_SECTION), filled->name);
}

static struct lp_error *differs(const struct linked_module *module,
				const struct module_section *section,
				const struct module_relocation *relocation,
				const struct link_target *found, const struct link_target *wanted)
{
	_cleanup_free_ char *is = NULL, *should_be = NULL;

	lp_try(readback_target_text(module, found, &is));
	lp_try(readback_target_text(module, wanted, &should_be));
	return readback_fault(module, module->file.sections[relocation->from].name,
			      "the relocation of %s at 0x%" PRIx64 " leads to %s, not to %s",
			      section->name, relocation->offset, is, should_be);
}

static struct lp_error *check_relocation(const struct linked_module *module,
					 const struct module_section *section,
					 const struct module_relocation *relocation,
					 const struct wanted *wanted)
{
	const struct link_target found = readback_found(module, relocation);
	const char *from = module->file.sections[relocation->from].name;

	if (relocation->offset != wanted->offset)
		return readback_fault(module, from,
				      "has a relocation of %s at 0x%" PRIx64 ", not at 0x%" PRIx64,
				      section->name, relocation->offset, wanted->offset);
	if (relocation->type != wanted->type)
		return readback_fault(module, from,
				      "the relocation of %s at 0x%" PRIx64 " is of kind %" PRIu32
				      ", not %" PRIu32,
				      section->name, relocation->offset, relocation->type,
				      wanted->type);
	if (!readback_same_target(&found, &wanted->target))
		return differs(module, section, relocation, &found, &wanted->target);
	if (!stands_in_its_section(module, section, relocation, &found))
		return readback_fault(
			module, from,
			"is not where the loader searches the relocation of %s at 0x%" PRIx64,
			section->name, relocation->offset);
	return NULL;
}

static struct lp_error *check_relocations(const struct linked_module *module, uint32_t index)
{
	const struct module_section *section = &module->file.sections[index];
	_cleanup_free_ struct wanted *wanted = NULL;
	size_t count;

	lp_try(list_wanted(module, index, &wanted, &count));
	for (size_t i = 0; i < count && i < section->nr_relocations; i++)
		lp_try(check_relocation(module, section, &section->relocations[i], &wanted[i]));
	if (section->nr_relocations != count)
		return readback_fault(module, section->name,
				      "has %zu relocations, and %zu were planned",
				      section->nr_relocations, count);
	return NULL;
}

/* Symbols ---------------------------------------------------------------------------- */

static bool is_replacement(const struct linked_module *module, const struct linked_object *object,
			   const struct module_symbol *symbol)
{
	if (object->part == NO_PART || ELF64_ST_TYPE(symbol->symbol.st_info) != STT_FUNC)
		return false;
	const struct diffobj_result *result = module->plan->parts[object->part].result;

	for (size_t i = 0; i < result->nr_functions; i++) {
		if (result->functions[i].kind == DIFFOBJ_REPLACED &&
		    !strcmp(result->functions[i].name, symbol->name))
			return true;
	}
	return false;
}

static bool same_symbol(const Elf64_Sym *found, const Elf64_Sym *planned,
			const struct link_target *target)
{
	return found->st_shndx == target->section && found->st_value == (uint64_t)target->offset &&
	       found->st_size == planned->st_size &&
	       ELF64_ST_TYPE(found->st_info) == ELF64_ST_TYPE(planned->st_info) &&
	       (ELF64_ST_BIND(found->st_info) == STB_LOCAL) ==
		       (ELF64_ST_BIND(planned->st_info) == STB_LOCAL);
}

static struct lp_error *check_symbol(const struct linked_module *module,
				     const struct linked_object *object, size_t index)
{
	const struct module_symbol *symbol = &object->file.symbols[index];
	const struct link_target *target = &object->targets[index];
	_cleanup_free_ char *name = NULL;
	size_t count;

	/* The replacement of a function is called NAME.lpatch. */
	lp_try(text_format(&name, "%s%s", symbol->name,
			   is_replacement(module, object, symbol) ? ".lpatch" : ""));
	size_t first = module_file_symbols(&module->file, name, &count);

	for (size_t i = first; i < first + count; i++) {
		if (same_symbol(&module->file.symbols[module->file.by_name[i]].symbol,
				&symbol->symbol, target))
			return NULL;
	}
	return readback_fault(module, module->file.sections[target->section].name,
			      count ? "%s is not at 0x%" PRIx64 ", or not of %" PRIu64 " bytes"
				    : "there is no %s at 0x%" PRIx64 " of %" PRIu64 " bytes",
			      name, (uint64_t)target->offset, (uint64_t)symbol->symbol.st_size);
}

/* Whether the name matters: not for sections, files and the compiler's own labels. */
static bool has_meaning(const struct module_symbol *symbol)
{
	unsigned char type = ELF64_ST_TYPE(symbol->symbol.st_info);

	return type != STT_SECTION && type != STT_FILE && *symbol->name &&
	       !text_starts_with(symbol->name, ".L");
}

static struct lp_error *check_symbols(const struct linked_module *module,
				      const struct linked_object *object)
{
	for (size_t i = 1; i < object->file.nr_symbols; i++) {
		uint16_t section = object->file.symbols[i].symbol.st_shndx;

		if (section != SHN_UNDEF && section < SHN_LORESERVE &&
		    object->places[section].section && has_meaning(&object->file.symbols[i]))
			lp_try(check_symbol(module, object, i));
	}
	return NULL;
}

struct lp_error *readback_references(struct linked_module *module)
{
	lp_try(readback_find_targets(module));
	for (size_t i = 0; i < module->nr_objects; i++)
		lp_try(check_symbols(module, &module->objects[i]));
	for (size_t i = 1; i < module->file.nr_sections; i++) {
		if (module_section_is_loaded(&module->file.sections[i]))
			lp_try(check_relocations(module, (uint32_t)i));
	}
	return NULL;
}
