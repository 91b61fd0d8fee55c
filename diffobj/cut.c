/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting sections into pieces; see piece.h. */
#include <string.h>

#include "diffobj/piece.h"
#include "diffobj/piece_table.h"
#include "diffobj/special.h"

/* The pieces of all sections, one section after the other. */
struct cutter {
	struct object *object;
	struct piece *pieces;
	size_t nr, room;
	struct section *section; /* the one that is being cut */
	size_t first;            /* its first piece */
};

static bool add_piece(struct cutter *cutter, uint64_t start, uint64_t end)
{
	struct piece piece = {
		.section = cutter->section,
		.start = (uint32_t)start,
		.end = (uint32_t)end,
	};

	return arena_push(&cutter->object->arena, cutter->pieces, cutter->nr, cutter->room, piece);
}

/* A string and the zeros after it, up to the next string. */
static bool cut_strings(struct cutter *cutter)
{
	const struct section *section = cutter->section;
	uint64_t unit = section->entsize == 2 || section->entsize == 4 ? section->entsize : 1;
	uint64_t start = 0;
	bool ended = false;

	if (!section->data)
		return true;
	for (uint64_t at = 0; at + unit <= section->size; at += unit) {
		static const uint8_t zero[4];
		bool is_zero = !memcmp(section->data + at, zero, unit);

		if (ended && !is_zero) {
			if (!add_piece(cutter, start, at))
				return false;
			start = at;
		}
		ended = is_zero;
	}
	return start == section->size || add_piece(cutter, start, section->size);
}

static bool cut_literals(struct cutter *cutter)
{
	uint64_t size = cutter->section->size, unit = cutter->section->entsize;

	if (!cutter->section->data || size % unit)
		return !size || add_piece(cutter, 0, size);
	for (uint64_t start = 0; start < size; start += unit)
		if (!add_piece(cutter, start, start + unit))
			return false;
	return true;
}

static int compare_numbers(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Places in a section that code, or any but the first field of an entry, refers to. */
struct entrances {
	int64_t *at;
	size_t nr, room;
};

static bool find_entrances(struct cutter *cutter, const struct section *from,
			   struct entrances *entrances)
{
	bool code = from->rule->kind == SECTION_TEXT;

	if (!code && !from->layout)
		return true;
	for (size_t i = 0; i < from->nr_relocs; i++) {
		const struct reloc *reloc = &from->relocs[i];

		if (reloc->symbol->section != cutter->section)
			continue;
		if (!code && reloc->offset % from->layout->size == 0)
			continue;

		int64_t distance = code && from->arch->field(reloc->type).relative
					   ? from->arch->counted_from
					   : reloc->distance;
		int64_t at = (int64_t)reloc->symbol->value + reloc->addend + distance;

		if (at < 0 || at > (int64_t)cutter->section->size)
			continue;
		if (!arena_push(&cutter->object->arena, entrances->at, entrances->nr,
				entrances->room, at))
			return false;
	}
	return true;
}

/*
 * Whether code that starts at `start` of the section goes on at `end`, or may: one
 * fixup can have two entrances, of which the first falls through to the second.
 */
static bool goes_on(const struct section *section, uint64_t start, uint64_t end)
{
	bool ended = false;

	if (section->rule->kind != SECTION_STRETCHES || !section->data)
		return false;
	while (start < end) {
		const uint8_t *code = section->data + start;
		unsigned int length = section->arch->insn_length(code, end - start);

		if (!length)
			return true;
		ended = section->arch->insn_is_end(code, length);
		start += length;
	}
	return !ended;
}

static bool cut_at_entrances(struct cutter *cutter)
{
	struct object *object = cutter->object;
	struct entrances entrances = {};
	int64_t start = -1;

	for (size_t i = 1; i < object->nr_sections; i++)
		if (!find_entrances(cutter, &object->sections[i], &entrances))
			return false;
	if (entrances.nr)
		qsort(entrances.at, entrances.nr, sizeof(*entrances.at), compare_numbers);
	for (size_t i = 0; i < entrances.nr; i++) {
		int64_t end = (int64_t)cutter->section->size;

		if (i + 1 < entrances.nr && entrances.at[i + 1] == entrances.at[i])
			continue;
		if (i + 1 < entrances.nr)
			end = entrances.at[i + 1];
		if (start < 0)
			start = entrances.at[i];
		if (i + 1 < entrances.nr &&
		    goes_on(cutter->section, (uint64_t)start, (uint64_t)end))
			continue;
		if (!add_piece(cutter, (uint64_t)start, (uint64_t)end))
			return false;
		start = -1;
	}
	return true;
}

/* Whether a symbol marks the start of something. */
static bool names_piece(const struct symbol *symbol)
{
	if (symbol->section->arch->is_mark(symbol->name))
		return false;
	return symbol->type == STT_FUNC || symbol->type == STT_OBJECT ||
	       symbol->type == STT_NOTYPE || symbol->type == STT_GNU_IFUNC;
}

static int by_value(const void *left, const void *right)
{
	const struct symbol *a = *(struct symbol *const *)left;
	const struct symbol *b = *(struct symbol *const *)right;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* What lies between two symbols, unless it is padding. */
static bool add_gap(struct cutter *cutter, uint64_t start, uint64_t end)
{
	const struct section *section = cutter->section;
	size_t relocs = 0;

	if (start >= end)
		return true;
	section_relocs(section, start, end, &relocs);
	if (!relocs && (cutter->nr > cutter->first || end < section->size)) {
		bool zero = true;

		if (section->rule->kind == SECTION_TEXT && section->data &&
		    section->arch->is_padding(section->data + start, end - start))
			return true;
		for (uint64_t i = start; section->data && i < end; i++)
			zero &= !section->data[i];
		if (zero)
			return true;
	}
	return add_piece(cutter, start, end);
}

/* The end of something without a size: the next symbol. */
static uint64_t end_of(const struct section *section, struct symbol *const *symbols, size_t nr,
		       size_t index)
{
	const struct symbol *symbol = symbols[index];

	if (symbol->size || symbol->type == STT_OBJECT)
		return symbol->value + symbol->size;
	for (size_t i = index + 1; i < nr; i++)
		if (symbols[i]->value > symbol->value)
			return symbols[i]->value;
	return section->size;
}

/*
 * In front of a function with a section of its own there may be no-ops from the
 * compiler (-fpatchable-function-entry=16,16) or a hash of its type.
 */
static void claim_lead(struct cutter *cutter)
{
	struct piece *piece = cutter->pieces + cutter->first;

	if (cutter->section->rule->kind != SECTION_TEXT)
		return;
	if (cutter->nr - cutter->first == 2 && piece[1].start <= 32 &&
	    piece[1].start == piece[0].end) {
		piece[0] = piece[1];
		cutter->nr--;
	}
	if (cutter->nr - cutter->first == 1 && piece->start <= 32)
		piece->lead = piece->start;
}

static bool cut_at_symbols(struct cutter *cutter, struct symbol **symbols, size_t nr)
{
	uint64_t size = cutter->section->size, reached = 0;

	qsort(symbols, nr, sizeof(struct symbol *), by_value);
	for (size_t i = 0; i < nr; i++) {
		uint64_t start = symbols[i]->value, end = end_of(cutter->section, symbols, nr, i);
		struct piece *last =
			cutter->nr > cutter->first ? &cutter->pieces[cutter->nr - 1] : NULL;

		if (last && (start < last->end || (start == last->start && end == start))) {
			if (end > last->end)
				last->end = (uint32_t)end;
		} else {
			if (!add_gap(cutter, reached, start) || !add_piece(cutter, start, end))
				return false;
		}
		if (end > reached)
			reached = end;
	}
	if (!add_gap(cutter, reached, size))
		return false;
	if (nr && symbols[0]->value)
		claim_lead(cutter);
	return true;
}

static bool cut_section(struct cutter *cutter, struct symbol **symbols, size_t nr)
{
	switch (cutter->section->rule->kind) {
	case SECTION_TEXT:
	case SECTION_DATA:
	case SECTION_CONST:
		return cut_at_symbols(cutter, symbols, nr);
	case SECTION_STRINGS:
		return cut_strings(cutter);
	case SECTION_LITERALS:
		return cut_literals(cutter);
	case SECTION_REPLACEMENT:
	case SECTION_STRETCHES:
		return cut_at_entrances(cutter);
	default:
		return true;
	}
}

/* Symbols by section: those of section i are at first[i] up to first[i + 1]. */
struct symbol_index {
	struct symbol **symbols;
	size_t *first;
};

static bool index_symbols(struct object *object, struct symbol_index *index)
{
	size_t *next = arena_array(&object->arena, object->nr_sections + 1, sizeof(*next));

	index->first = arena_array(&object->arena, object->nr_sections + 2, sizeof(size_t));
	index->symbols = arena_array(&object->arena, object->nr_symbols, sizeof(struct symbol *));
	if (!next || !index->first || !index->symbols)
		return false;
	for (size_t i = 0; i < object->nr_symbols; i++)
		if (object->symbols[i].section && names_piece(&object->symbols[i]))
			index->first[object->symbols[i].section->index + 1]++;
	for (size_t i = 0; i <= object->nr_sections; i++)
		index->first[i + 1] += index->first[i];
	memcpy(next, index->first, object->nr_sections * sizeof(*next));
	for (size_t i = 0; i < object->nr_symbols; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->section && names_piece(symbol))
			index->symbols[next[symbol->section->index]++] = symbol;
	}
	return true;
}

/* Whether `symbol` is the better name for a piece than `other`. */
static bool is_better_name(const struct symbol *symbol, const struct symbol *other)
{
	const char *suffix = section_suffix(symbol->section);

	if (!other)
		return true;
	if (symbol->value != other->value)
		return symbol->value < other->value;
	if ((symbol->type == STT_NOTYPE) != (other->type == STT_NOTYPE))
		return other->type == STT_NOTYPE;
	if (!strcmp(other->name, suffix) || !strcmp(symbol->name, suffix))
		return strcmp(other->name, suffix) != 0;
	return !strcmp(other->name, "init_module") || !strcmp(other->name, "cleanup_module");
}

static void name_pieces(struct symbol *const *symbols, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct symbol *symbol = symbols[i];
		struct piece *piece = piece_at(symbol->section, (int64_t)symbol->value);

		symbol->piece = piece;
		if (!piece)
			continue;
		if (is_better_name(symbol, piece->symbol)) {
			symbol->next_in_piece = piece->symbol;
			piece->symbol = symbol;
		} else {
			symbol->next_in_piece = piece->symbol->next_in_piece;
			piece->symbol->next_in_piece = symbol;
		}
	}
}

static struct lp_error *describe_piece(struct object *object, struct piece *piece)
{
	size_t nr_relocs = 0;

	piece->relocs = section_relocs(piece->section, piece->start, piece->end, &nr_relocs);
	piece->nr_relocs = (uint32_t)nr_relocs;
	if (!piece->symbol)
		return NULL;
	piece->stem = name_stem(&object->arena, piece->symbol->name);
	if (!piece->stem)
		return lp_error_no_memory();
	if (piece_is_data(piece) && piece->symbol->bind == STB_LOCAL)
		piece->never_shared = name_never_shared(piece->stem, piece->section->name);
	return NULL;
}

/* A branch to another piece of the same section, without a relocation. */
static bool collect_branches(struct object *object, struct section *section, struct piece *piece,
			     struct reloc **added, size_t *nr, size_t *room)
{
	size_t number = 0;
	const struct reloc *relocs = section_relocs(section, piece->start, piece->end, &number);
	size_t next = 0;

	for (uint32_t at = piece->start; at < piece->end;) {
		unsigned int length =
			section->arch->insn_length(section->data + at, piece->end - at);
		struct arch_branch branch;

		if (!length)
			return true;
		while (next < number && relocs[next].offset < at)
			next++;

		bool relocated = next < number && relocs[next].offset < at + length;

		if (!relocated && section->arch->insn_branch(section->data + at, length, &branch)) {
			int64_t target = at + branch.target;

			if (target >= piece->start && target < piece->end) {
				/* stays inside */
			} else if (!branch.relocation) {
				piece->torn = true;
			} else {
				struct reloc made = {
					.offset = at + branch.field,
					.type = branch.relocation,
					.addend = target - branch.counted_from,
					.symbol = section->symbol,
				};

				if (!arena_push(&object->arena, *added, *nr, *room, made))
					return false;
			}
		}
		at += length;
	}
	return true;
}

static int by_offset(const void *left, const void *right)
{
	const struct reloc *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/*
 * The assembler resolves calls between functions of one section (.init.text,
 * .sched.text) itself. This adds the relocations that they would have in
 * sections of their own.
 */
static struct lp_error *relocate_branches(struct object *object, struct section *section)
{
	struct reloc *added = NULL;
	size_t nr = 0, room = 0;

	if (!section->symbol) {
		section->symbol = arena_new(&object->arena, struct symbol);
		if (!section->symbol)
			return lp_error_no_memory();
		*section->symbol = (struct symbol){
			.name = section->name, .type = STT_SECTION, .section = section};
	}
	for (size_t i = 0; i < section->nr_pieces; i++)
		if (!collect_branches(object, section, &section->pieces[i], &added, &nr, &room))
			return lp_error_no_memory();
	if (!nr)
		return NULL;

	struct reloc *all = arena_array(&object->arena, section->nr_relocs + nr, sizeof(*all));

	if (!all)
		return lp_error_no_memory();
	if (section->nr_relocs)
		memcpy(all, section->relocs, section->nr_relocs * sizeof(*all));
	memcpy(all + section->nr_relocs, added, nr * sizeof(*all));
	section->relocs = all;
	section->nr_relocs += nr;
	qsort(all, section->nr_relocs, sizeof(*all), by_offset);
	return NULL;
}

/* Ties "f.cold" to "f", found among the functions by the name that the cold part has. */
static struct lp_error *tie_cold_parts(struct object *object)
{
	struct piece_table table = {};

	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *cold = &object->pieces[i];
		size_t length = cold->symbol && piece_is_function(cold)
					? name_of_cold_part(cold->symbol->name)
					: 0;

		if (!length)
			continue;
		if (!table.slots && !piece_table_build(&table, object, BY_NAME))
			return lp_error_no_memory();

		struct piece *parent = piece_table_find(&table, cold->symbol->name, length);

		if (!parent || !piece_is_function(parent))
			continue;
		cold->parent = parent;
		cold->next_cold = parent->cold;
		parent->cold = cold;
	}
	return NULL;
}

static struct lp_error *cut_all(struct object *object, const struct symbol_index *index)
{
	/* Room for one piece per symbol; only sections with many strings need more. */
	struct cutter cutter = {.object = object, .room = object->nr_symbols + 16};

	cutter.pieces = arena_array(&object->arena, cutter.room, sizeof(*cutter.pieces));
	if (!cutter.pieces)
		return lp_error_no_memory();
	for (size_t i = 1; i < object->nr_sections; i++) {
		cutter.section = &object->sections[i];
		cutter.first = cutter.nr;
		if (!cut_section(&cutter, index->symbols + index->first[i],
				 index->first[i + 1] - index->first[i]))
			return lp_error_no_memory();
		cutter.section->nr_pieces = cutter.nr - cutter.first;
	}
	object->pieces = cutter.pieces;
	object->nr_pieces = cutter.nr;
	for (size_t i = 1, first = 0; i < object->nr_sections; i++) {
		object->sections[i].pieces = object->pieces + first;
		first += object->sections[i].nr_pieces;
	}
	return NULL;
}

struct lp_error *pieces_cut(struct object *object)
{
	struct symbol_index index = {};

	if (!index_symbols(object, &index))
		return lp_error_no_memory();
	lp_try(cut_all(object, &index));
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		if (section->rule->kind == SECTION_TEXT && section->nr_pieces > 1 && section->data)
			lp_try(relocate_branches(object, section));
		name_pieces(index.symbols + index.first[i], index.first[i + 1] - index.first[i]);
	}
	for (size_t i = 0; i < object->nr_pieces; i++)
		lp_try(describe_piece(object, &object->pieces[i]));
	return tie_cold_parts(object);
}

struct piece *piece_at(const struct section *section, int64_t offset)
{
	size_t low = 0, high = section->nr_pieces;

	/* The last piece that starts at or before the offset. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->pieces[middle].start <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;

	struct piece *piece = &section->pieces[low - 1];

	return offset < piece->end || offset == piece->start ? piece : NULL;
}
