/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/emit.h"

#include <string.h>

/* Whether a function's section is its own, by name and content, and stays when linked. */
static bool has_own_section(const struct piece *piece)
{
	return piece->section->nr_pieces == 1 && !strncmp(piece->section->name, ".text.", 6);
}

/* A function gets a section of its own, out of .sched.text, .exit.text and the like. */
static struct output_section *section_for_function(struct output *output, struct piece *piece)
{
	const struct section *from = piece->section;
	const char *name = from->name;

	if (!has_own_section(piece))
		name = arena_printf(output->arena, ".text.%s%s", piece->parent ? "unlikely." : "",
				    piece_name(piece));
	if (!name)
		return NULL;
	return output_add_section(output, name, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
				  from->align, 0);
}

/* The alignment of a piece in a section that has others, too. */
static uint64_t alignment(const struct piece *piece)
{
	uint64_t align = piece->start ? piece->start & -(uint64_t)piece->start : 1 << 21;

	return align < piece->section->align ? align : piece->section->align;
}

static struct lp_error *place(struct output *output, struct piece *piece)
{
	const uint8_t *data = piece->section->data;
	uint32_t start = piece->start - piece->lead;
	uint64_t offset;

	piece->output = piece_is_function(piece) && piece->section->rule->life != LIFE_FIXED
				? section_for_function(output, piece)
				: emit_section(output, piece->section);
	if (!piece->output ||
	    !output_append(output, piece->output, data ? data + start : NULL, piece->end - start,
			   piece->lead ? piece->section->align : alignment(piece), &offset))
		return lp_error_no_memory();
	piece->output_offset = (uint32_t)offset + piece->lead;
	return NULL;
}

/* Every global name of a new piece; one name for any other piece. */
static struct lp_error *name_piece(struct output *output, struct piece *piece)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece) {
		bool first = name == piece->symbol;

		if (!first && (piece->twin || piece->moved || name->bind == STB_LOCAL))
			continue;

		struct output_symbol symbol = {
			.name = name->name,
			.value = piece->output_offset + name->value - piece->start,
			.size = name->size,
			.type = name->type,
			.bind = piece->twin || piece->moved ? STB_LOCAL : name->bind,
			.section = piece->output,
		};

		if (piece->rewritten)
			symbol.name = arena_printf(output->arena, "%s.new", name->name);
		if (!symbol.name || !output_unique_name(output, symbol.name))
			return lp_error_no_memory();

		uint32_t index = output_add_symbol(output, &symbol);

		if (!index)
			return lp_error_no_memory();
		if (first)
			piece->output_symbol = index;
	}
	return NULL;
}

static struct lp_error *relocate(struct output *output, const struct piece *piece)
{
	for (uint32_t i = 0; i < piece->nr_relocs; i++) {
		const struct reloc *reloc = &piece->relocs[i];

		lp_try(emit_reloc(output, piece->output,
				  piece->output_offset + reloc->offset - piece->start, reloc,
				  IN_PIECE));
	}
	return NULL;
}

/* The namespaces that the patched file imports, for the link of the update. */
static struct lp_error *emit_namespaces(struct plan *plan, struct output *output)
{
	static const char key[] = "import_ns=";

	for (size_t i = 1; i < plan->patched->nr_sections; i++) {
		struct section *section = &plan->patched->sections[i];
		const char *text = (const char *)section->data;

		if (!text || strcmp(section->name, ".modinfo"))
			continue;
		for (size_t at = 0; at < section->size;) {
			size_t length = strnlen(text + at, section->size - at);
			uint64_t offset;

			if (at + length < section->size && !strncmp(text + at, key, strlen(key))) {
				struct output_section *to = emit_section(output, section);

				if (!to ||
				    !output_append(output, to, text + at, length + 1, 1, &offset))
					return lp_error_no_memory();
			}
			at += length + 1;
		}
	}
	return NULL;
}

struct lp_error *emit(struct plan *plan, struct output *output)
{
	struct object *patched = plan->patched;

	lp_try(output_begin(output, &patched->arena, patched->arch));
	/* THIS_MODULE of the patched object is not that of the update that gets linked. */
	if (!output_unique_name(output, "__this_module"))
		return lp_error_no_memory();
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		if (!patched->pieces[i].included)
			continue;
		lp_try(place(output, &patched->pieces[i]));
		lp_try(name_piece(output, &patched->pieces[i]));
	}
	for (size_t i = 0; i < patched->nr_pieces; i++)
		if (patched->pieces[i].included)
			lp_try(relocate(output, &patched->pieces[i]));
	lp_try(emit_entries(plan, output));
	lp_try(emit_namespaces(plan, output));
	return verify(plan, output);
}
