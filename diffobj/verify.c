/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last check of the output: every relocation lies in its section and names
 * a symbol, every symbol lies in its section, entries have whole sizes, and
 * every function has the unwind data and the call-site data that the original
 * had. An object that fails this is not written.
 */
#include <string.h>

#include "diffobj/emit.h"
#include "diffobj/special.h"

static struct lp_error *check_section(const struct output *output,
				      const struct output_section *section)
{
	if (section->type == SHT_NOBITS && section->nr_relocs)
		return lp_error_new(LP_INTERNAL, "section %s has no content but relocations",
				    section->name);
	for (size_t i = 0; i < section->nr_relocs; i++) {
		const struct output_reloc *reloc = &section->relocs[i];
		unsigned int size = output->arch->field(reloc->type).size;

		if (!size || reloc->offset > section->size || section->size - reloc->offset < size)
			return lp_error_new(LP_INTERNAL, "a relocation leads out of section %s",
					    section->name);
		if (!reloc->symbol || reloc->symbol >= output->nr_symbols)
			return lp_error_new(LP_INTERNAL, "a relocation of section %s has no symbol",
					    section->name);
	}
	return NULL;
}

static struct lp_error *check_symbol(const struct output_symbol *symbol)
{
	if (!symbol->section)
		return NULL;
	if (symbol->value > symbol->section->size ||
	    symbol->size > symbol->section->size - symbol->value)
		return lp_error_new(LP_INTERNAL, "symbol %s is not inside section %s", symbol->name,
				    symbol->section->name);
	return NULL;
}

static bool has_entry_in(const struct piece *piece, const struct section *section)
{
	for (const struct entry *entry = piece->entries; entry; entry = entry->next)
		if (entry->section == section)
			return true;
	return false;
}

/* Whether the output must have an entry of this section for a piece. */
static bool needs_entry(const struct piece *piece, const struct section *section)
{
	if (!piece_is_code(piece))
		return false;
	if (!strcmp(section->name, ".orc_unwind_ip"))
		return piece_kind(piece) != SECTION_REPLACEMENT;
	return has_entry_in(piece, section);
}

/* A piece with entries in a special section of the patched object has them in the output. */
static struct lp_error *check_entries(const struct plan *plan, const struct output *output,
				      const struct section *section)
{
	const struct output_section *out = section->output;

	for (size_t i = 0; out && i < out->nr_relocs; i++) {
		struct output_section *target = output->symbols[out->relocs[i].symbol].section;

		if (target)
			target->seen_from = out;
	}
	for (size_t i = 0; i < plan->nr_included; i++) {
		const struct piece *piece = plan->included[i];

		if (needs_entry(piece, section) && (!out || piece->output->seen_from != out))
			return lp_error_new(LP_INTERNAL,
					    "the output has %s without its entries in %s",
					    piece_name(piece), section->name);
	}
	return NULL;
}

struct lp_error *verify(const struct plan *plan, const struct output *output)
{
	for (size_t i = 0; i < output->nr_sections; i++)
		lp_try(check_section(output, output->sections[i]));
	for (size_t i = 1; i < output->nr_symbols; i++)
		lp_try(check_symbol(&output->symbols[i]));
	for (size_t i = 1; i < plan->patched->nr_sections; i++)
		if (plan->patched->sections[i].layout)
			lp_try(check_entries(plan, output, &plan->patched->sections[i]));
	return NULL;
}
