/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every relocation refers to; see piece.h. */
#include <string.h>

#include "diffobj/piece.h"

static bool holds_code(const struct section *section)
{
	enum section_kind kind = section->rule->kind;

	return kind == SECTION_TEXT || kind == SECTION_STRETCHES || kind == SECTION_REPLACEMENT;
}

/* Whether the symbol only names a section, and the addend is the place in it. */
static bool is_place_only(const struct symbol *symbol)
{
	enum section_kind kind = symbol->section->rule->kind;

	return symbol->type == STT_SECTION || kind == SECTION_STRINGS || kind == SECTION_LITERALS;
}

/* Whether the length of the instruction is needed to know what is meant. */
static bool needs_length(const struct arch *arch, const struct reloc *reloc)
{
	const struct symbol *symbol = reloc->symbol;

	if (!arch->immediate_follows || !symbol->section || reloc->branch ||
	    !arch->field(reloc->type).relative)
		return false;
	return reloc->addend != -arch->counted_from ||
	       (is_place_only(symbol) && symbol->section->nr_pieces > 1);
}

/*
 * Walks the instructions of a piece of code and sets the distance of each
 * relative operand from the end of its instruction: more than its own four
 * bytes if an immediate follows. Relocations that the walk doesn't reach are
 * lost.
 */
static void find_distances(const struct piece *piece)
{
	const struct arch *arch = piece->section->arch;
	const uint8_t *data = piece->section->data;
	uint32_t at = piece->start, next = 0;

	while (at < piece->end && next < piece->nr_relocs) {
		unsigned int length = arch->insn_length(data + at, piece->end - at);

		if (!length)
			break;
		while (next < piece->nr_relocs && piece->relocs[next].offset < at + length) {
			struct reloc *reloc = &piece->relocs[next++];

			if (arch->field(reloc->type).relative && reloc->offset >= at)
				reloc->distance = (int8_t)(at + length - reloc->offset);
		}
		at += length;
	}
	for (; next < piece->nr_relocs; next++)
		if (needs_length(arch, &piece->relocs[next]))
			piece->relocs[next].lost = true;
}

static void resolve_reloc(struct reloc *reloc)
{
	const struct symbol *symbol = reloc->symbol;

	if (reloc->lost || !symbol->section)
		return;

	int64_t offset = (int64_t)symbol->value + reloc->addend + reloc->distance;

	if (!is_place_only(symbol))
		reloc->target = symbol->piece;
	else if (symbol->section->nr_pieces == 1)
		reloc->target = symbol->section->pieces;
	else
		reloc->target = piece_at(symbol->section, offset);
	if (reloc->target)
		reloc->delta = offset - reloc->target->start;
	else
		reloc->lost = symbol->section->nr_pieces;
}

static void resolve_code(struct section *section)
{
	const struct arch *arch = section->arch;

	for (size_t i = 0; i < section->nr_relocs; i++) {
		struct reloc *reloc = &section->relocs[i];

		reloc->branch = arch->is_branch_operand(reloc->type, section->data + reloc->offset,
							reloc->offset);
		if (arch->field(reloc->type).relative)
			reloc->distance = arch->counted_from;
	}
	for (size_t i = 0; i < section->nr_pieces; i++) {
		const struct piece *piece = &section->pieces[i];
		bool needed = false;

		for (uint32_t j = 0; j < piece->nr_relocs; j++)
			needed |= needs_length(arch, &piece->relocs[j]);
		if (needed)
			find_distances(piece);
	}
}

/*
 * A table of places inside a function (labels taken with &&) belongs to that
 * function: its replacement must not jump through the original's.
 */
static void claim_label_tables(struct section *section)
{
	for (size_t i = 0; i < section->nr_pieces; i++) {
		struct piece *piece = &section->pieces[i];

		if (!piece->symbol)
			continue;
		for (uint32_t j = 0; j < piece->nr_relocs && !piece->never_shared; j++) {
			const struct reloc *reloc = &piece->relocs[j];

			if (reloc->target && reloc->delta && piece_is_function(reloc->target))
				piece->never_shared = NEVER_SHARED;
		}
	}
}

const char *reloc_text(const struct reloc *reloc)
{
	const struct piece *piece = reloc->target;
	int64_t size = piece ? (int64_t)piece->end - piece->start : 0;

	if (!piece || !piece->section->data || reloc->delta < 0 || reloc->delta >= size)
		return NULL;

	const char *text = (const char *)piece->section->data + piece->start + reloc->delta;

	return memchr(text, 0, (size_t)(size - reloc->delta)) ? text : NULL;
}

struct lp_error *pieces_resolve(struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		if (section->rule->kind == SECTION_NOTHING || !section->nr_relocs)
			continue;
		if (holds_code(section))
			resolve_code(section);
		for (size_t j = 0; j < section->nr_relocs; j++)
			resolve_reloc(&section->relocs[j]);
		if (section->rule->kind == SECTION_CONST || section->rule->kind == SECTION_DATA)
			claim_label_tables(section);
	}
	return NULL;
}
