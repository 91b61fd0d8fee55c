// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables about code: unwind data, call sites, alternatives and the like. */
#include <inttypes.h>
#include <string.h>

#include "common/kernel_image.h"
#include "common/text.h"
#include "create/arch.h"
#include "create/bundle/readback_module.h"
#include "object/special_rules.h"

#define ORC_ENTRIES  ".orc_unwind"
#define ORC_PLACES   ".orc_unwind_ip"
#define ORC_PLACE    4 /* bytes of a place */
#define REPLACEMENTS ".altinstr_replacement"

/* Bytes from a call or jump, and from a conditional jump, to what a relocation fills. */
#define FIELD_OF_CALL 1
#define FIELD_OF_JCC  2

/*
 * Which calls and jumps are listed where (tools/objtool/check.c and the compiler's
 * -mrecord-mcount, Linux 6.1). `with` is what the kernel itself has if its code is listed like
 * that; NULL: the module has the table if so.
 */
static const struct {
	const char *prefix, *table, *with;
} listed[] = {
	{"__fentry__", "__mcount_loc", NULL},
	{"__x86_return_thunk", ".return_sites", ".return_sites"},
	{"__x86_indirect_thunk_r", ".retpoline_sites", ".retpoline_sites"},
};

/* The place in code that a relocation of a table leads to, or NULL. */
static const struct module_section *code_at(const struct linked_module *module,
					    const struct module_relocation *relocation,
					    uint64_t *offset)
{
	const struct link_target target = readback_found(module, relocation);

	if (target.is_named)
		return NULL;
	const struct module_section *section = &module->file.sections[target.section];

	*offset = (uint64_t)target.offset;
	return module_section_is_code(section) && *offset <= section->header.sh_size ? section
										     : NULL;
}

/* Tables of places ------------------------------------------------------------------- */

static struct special_place place_of(const void *relocs, size_t index)
{
	const struct module_relocation *relocation =
		(const struct module_relocation *)relocs + index;

	return (struct special_place){relocation->offset, relocation->type};
}

static bool fits(const struct module_section *section, const struct special_layout *layout)
{
	const struct special_view view = {
		.arch = arch_of_objects(),
		.data = section->data,
		.size = section->header.sh_size,
		.entsize = section->header.sh_entsize,
		.relocs = section->relocations,
		.nr_relocs = section->nr_relocations,
		.place = place_of,
	};

	return special_layout_fits(layout, &view);
}

static struct lp_error *check_entries(const struct linked_module *module,
				      const struct module_section *section,
				      const struct special_layout *layout)
{
	for (size_t i = 0; i < section->nr_relocations; i++) {
		uint64_t offset;

		if (section->relocations[i].offset % layout->size)
			continue;
		if (!code_at(module, &section->relocations[i], &offset))
			return readback_fault(module, section->name,
					      "the entry at 0x%" PRIx64 " does not refer to code",
					      section->relocations[i].offset);
	}
	return NULL;
}

static struct lp_error *check_table(const struct linked_module *module,
				    const struct special_rule *rule)
{
	const struct module_section *section = module_file_section(&module->file, rule->name);

	if (!section || !section->header.sh_size)
		return NULL;
	for (const struct special_layout *layout = rule->layouts;
	     layout < rule->layouts + ARRAY_SIZE(rule->layouts) && layout->size; layout++) {
		if (fits(section, layout))
			return check_entries(module, section, layout);
	}
	return readback_fault(module, section->name, "has an incomplete entry");
}

/* Calls that must be listed ------------------------------------------------------------ */

/* A place in code. */
struct site {
	uint32_t section;
	uint64_t offset;
};

static int compare_sites(const void *a, const void *b)
{
	const struct site *one = a, *other = b;

	if (one->section != other->section)
		return one->section < other->section ? -1 : 1;
	return one->offset < other->offset ? -1 : one->offset > other->offset;
}

/* All places of a table whose entries begin with them, sorted. */
static struct lp_error *list_sites(const struct linked_module *module,
				   const struct module_section *table, struct site **sites,
				   size_t *count)
{
	*count = 0;
	*sites = calloc(table ? table->nr_relocations + 1 : 1, sizeof(**sites));
	if (!*sites)
		return lp_error_no_memory();
	for (size_t i = 0; table && i < table->nr_relocations; i++) {
		struct site *site = &(*sites)[*count];
		const struct module_section *code =
			code_at(module, &table->relocations[i], &site->offset);

		if (!code)
			continue;
		site->section = (uint32_t)(code - module->file.sections);
		++*count;
	}
	if (*count)
		qsort(*sites, *count, sizeof(**sites), compare_sites);
	return NULL;
}

static bool lists(const struct site *sites, size_t count, uint32_t section, uint64_t offset)
{
	const struct site wanted = {section, offset};

	return count && bsearch(&wanted, sites, count, sizeof(*sites), compare_sites);
}

static struct lp_error *check_code(const struct linked_module *module, uint32_t index,
				   const char *prefix, const char *table, const struct site *sites,
				   size_t count)
{
	const struct module_section *code = &module->file.sections[index];

	for (size_t i = 0; i < code->nr_relocations; i++) {
		const struct module_relocation *relocation = &code->relocations[i];
		const char *name = module->file.symbols[relocation->symbol].name;

		if (!arch_relocation_field(relocation->type).relative ||
		    !text_starts_with(name, prefix))
			continue;
		if (!lists(sites, count, index, relocation->offset - FIELD_OF_CALL) &&
		    !lists(sites, count, index, relocation->offset - FIELD_OF_JCC))
			return readback_fault(module, table,
					      "does not list the call of %s in %s at 0x%" PRIx64,
					      name, code->name, relocation->offset);
	}
	return NULL;
}

static struct lp_error *check_listed(const struct linked_module *module, const char *prefix,
				     const char *table)
{
	_cleanup_free_ struct site *sites = NULL;
	size_t count;

	lp_try(list_sites(module, module_file_section(&module->file, table), &sites, &count));
	for (uint32_t i = 1; i < module->file.nr_sections; i++) {
		const struct module_section *section = &module->file.sections[i];

		/* Code that is copied elsewhere is listed as in the copy, if at all. */
		if (module_section_is_code(section) && strcmp(section->name, REPLACEMENTS) != 0)
			lp_try(check_code(module, i, prefix, table, sites, count));
	}
	return NULL;
}

/* Unwinding ---------------------------------------------------------------------------- */

/* Whether the code from that place on is described: by an entry there, or by one before it. */
static bool is_described(const struct site *sites, size_t count, const struct site *place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_sites(&sites[middle], place) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && sites[low - 1].section == place->section;
}

static struct lp_error *check_functions(const struct linked_module *module,
					const struct site *sites, size_t count)
{
	for (size_t i = 1; i < module->file.nr_symbols; i++) {
		const Elf64_Sym *symbol = &module->file.symbols[i].symbol;
		const struct site place = {symbol->st_shndx, symbol->st_value};

		if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !symbol->st_size ||
		    symbol->st_shndx >= module->file.nr_sections || symbol->st_shndx == SHN_UNDEF)
			continue;
		if (!is_described(sites, count, &place))
			return readback_fault(module, ORC_PLACES, "does not mention %s",
					      module->file.symbols[i].name);
	}
	return NULL;
}

static struct lp_error *check_unwind(const struct linked_module *module)
{
	const struct module_section *entries = module_file_section(&module->file, ORC_ENTRIES);
	const struct module_section *places = module_file_section(&module->file, ORC_PLACES);
	_cleanup_free_ struct site *sites = NULL;
	size_t count;

	if (!kernel_image_section(module->kernel, ORC_ENTRIES))
		return NULL;
	if (!entries || !places)
		return readback_fault(module, ORC_ENTRIES, "is missing");
	if (entries->header.sh_size % ORC_ENTRY_SIZE || places->header.sh_size % ORC_PLACE ||
	    entries->header.sh_size / ORC_ENTRY_SIZE != places->header.sh_size / ORC_PLACE)
		return readback_fault(module, ORC_ENTRIES,
				      "does not have one entry for each place");
	lp_try(list_sites(module, places, &sites, &count));
	return check_functions(module, sites, count);
}

struct lp_error *readback_sites(const struct linked_module *module)
{
	for (const struct special_rule *rule = arch_of_objects()->special_rules; rule->name; rule++)
		lp_try(check_table(module, rule));
	for (size_t i = 0; i < ARRAY_SIZE(listed); i++) {
		if (listed[i].with ? kernel_image_section(module->kernel, listed[i].with) != NULL
				   : module_file_section(&module->file, listed[i].table) != NULL)
			lp_try(check_listed(module, listed[i].prefix, listed[i].table));
	}
	return check_unwind(module);
}
