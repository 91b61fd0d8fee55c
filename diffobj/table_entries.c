/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/table_entries.h"

#include <string.h>

#include "diffobj/compare.h"

/* The entries of an object while its lists are cut. */
struct table_cutter {
	struct object *object;
	struct section *section;
	struct table_entries *entries;
};

static bool add(const struct table_cutter *cutter, uint64_t start, uint64_t end,
		const struct symbol *symbol)
{
	size_t nr_relocs = 0;
	struct table_entry entry = {
		.section = cutter->section,
		.start = (uint32_t)start,
		.end = (uint32_t)end,
		.symbol = symbol,
		.relocs = section_relocs(cutter->section, start, end, &nr_relocs),
	};

	entry.nr_relocs = (uint32_t)nr_relocs;
	return start >= end || arena_push(&cutter->object->arena, cutter->entries->items,
					  cutter->entries->nr, cutter->entries->room, entry);
}

static int by_value(const void *left, const void *right)
{
	const struct symbol *a = *(struct symbol *const *)left;
	const struct symbol *b = *(struct symbol *const *)right;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The symbols of the section, by offset. */
static bool find_symbols(const struct table_cutter *cutter, const struct symbol ***symbols,
			 size_t *nr)
{
	struct object *object = cutter->object;
	size_t room = 0;

	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section == cutter->section && symbol->type != STT_SECTION &&
		    !arena_push(&object->arena, *symbols, *nr, room, symbol))
			return false;
	}
	if (*nr)
		qsort(*symbols, *nr, sizeof(**symbols), by_value);
	return true;
}

static bool cut_at_symbols(const struct table_cutter *cutter, const struct symbol *const *symbols,
			   size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		size_t next = i + 1;

		while (next < nr && symbols[next]->value == symbols[i]->value)
			next++;

		uint64_t end = next < nr ? symbols[next]->value : cutter->section->size;

		/* The compiler aligns what follows. */
		if (symbols[i]->size && symbols[i]->value + symbols[i]->size < end)
			end = symbols[i]->value + symbols[i]->size;
		if (!add(cutter, symbols[i]->value, end, symbols[i]))
			return false;
		i = next - 1;
	}
	return true;
}

/* Unnamed entries are of one size with one reference each, or are a single entry. */
static bool cut_evenly(const struct table_cutter *cutter)
{
	const struct section *section = cutter->section;
	uint64_t nr = section->nr_relocs, size = section->size;

	if (!nr || size % nr)
		return add(cutter, 0, size, NULL);
	for (uint64_t i = 0; i < nr; i++)
		if (section->relocs[i].offset / (size / nr) != i)
			return add(cutter, 0, size, NULL);
	for (uint64_t start = 0; start < size; start += size / nr)
		if (!add(cutter, start, start + size / nr, NULL))
			return false;
	return true;
}

/* The symbols may name texts or not: a macro may join several into one. */
static bool cut_texts(const struct table_cutter *cutter, const struct symbol *const *symbols,
		      size_t nr)
{
	const struct section *section = cutter->section;
	const char *data = (const char *)section->data;
	size_t next = 0;

	for (uint64_t at = 0; data && at < section->size;) {
		size_t length = strnlen(data + at, section->size - at);

		if (at + length == section->size)
			break; /* no zero at its end: not a list of texts */
		while (next < nr && symbols[next]->value < at)
			next++;

		bool named = next < nr && symbols[next]->value == at;

		if (length && !add(cutter, at, at + length + 1, named ? symbols[next] : NULL))
			return false;
		at += length + 1;
	}
	return true;
}

static bool cut(const struct table_cutter *cutter)
{
	const struct symbol **symbols = NULL;
	size_t nr = 0;

	if (!find_symbols(cutter, &symbols, &nr))
		return false;
	if (cutter->section->rule->naming == NAMED_ITSELF)
		return cut_texts(cutter, symbols, nr);
	/* A name in the middle says nothing about what is before it. */
	if (nr && !symbols[0]->value)
		return cut_at_symbols(cutter, symbols, nr);
	return cut_evenly(cutter);
}

struct piece *table_entry_subject(const struct table_entry *entry)
{
	for (uint32_t i = 0; i < entry->nr_relocs; i++)
		if (entry->relocs[i].target && piece_is_function(entry->relocs[i].target))
			return entry->relocs[i].target;
	return entry->nr_relocs ? entry->relocs[0].target : NULL;
}

/* The name of what a reference refers to; NULL if it has none. */
static const char *target_name(const struct reloc *reloc)
{
	if (reloc->target)
		return reloc->target->symbol ? reloc->target->symbol->name : NULL;
	return *reloc->symbol->name ? reloc->symbol->name : NULL;
}

static const char *raw_name(struct arena *arena, const struct table_entry *entry)
{
	const struct section_rule *rule = entry->section->rule;
	const char *plus, *name = NULL;

	switch (rule->naming) {
	case NAMED_ITSELF:
		return (const char *)entry->section->data + entry->start;
	case NAMED_BY_SECTION:
		plus = strchr(entry->section->name, '+');
		return plus ? plus + 1 : NULL;
	case NAMED_BY_TEXT:
		if (entry->nr_relocs)
			name = reloc_text(&entry->relocs[0]);
		break;
	case NAMED_BY_TARGET:
		if (entry->nr_relocs)
			name = target_name(&entry->relocs[0]);
		break;
	case NAMED_BY_SYMBOL:
		break;
	}
	if (!name && entry->symbol)
		name = name_stem(arena, entry->symbol->name);
	return name;
}

static const char *name_of(struct arena *arena, const struct table_entry *entry)
{
	const char *name = raw_name(arena, entry), *strip = entry->section->rule->strip;

	if (!name || !*name)
		return entry->section->name;
	if (strip && !strncmp(name, strip, strlen(strip)) && name[strlen(strip)])
		return name + strlen(strip);
	return name;
}

struct lp_error *table_entries_cut(struct object *object, struct table_entries *entries)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		const struct table_cutter cutter = {object, &object->sections[i], entries};
		const struct section_rule *rule = cutter.section->rule;

		if (rule->kind == SECTION_TABLE && rule->change != CHANGE_IS_NOTHING &&
		    !cut(&cutter))
			return lp_error_no_memory();
	}
	for (size_t i = 0; i < entries->nr; i++) {
		entries->items[i].name = name_of(&object->arena, &entries->items[i]);
		if (!entries->items[i].name)
			return lp_error_no_memory();
	}
	return NULL;
}

static bool same_target(const struct reloc *a, const struct reloc *b)
{
	const struct piece *left = a->target, *right = b->target;

	if (a->type != b->type || a->lost || b->lost || !left != !right)
		return false;
	if (!left)
		return !strcmp(a->symbol->name, b->symbol->name) && a->addend == b->addend;
	if (piece_is_content(left) || piece_is_content(right)) {
		const char *text = reloc_text(a), *other = reloc_text(b);

		return text && other && !strcmp(text, other);
	}
	if (left->twin != right || a->delta != b->delta)
		return false;
	return piece_is_function(left) || right->verdict != CHANGED;
}

bool table_entry_same(const struct table_entry *a, const struct table_entry *b)
{
	const uint8_t *left = a->section->data, *right = b->section->data;
	uint32_t size = a->end - a->start, at = 0;

	if (size != b->end - b->start || a->nr_relocs != b->nr_relocs || !left != !right)
		return false;
	for (uint32_t i = 0; i < a->nr_relocs; i++) {
		uint32_t place = a->relocs[i].offset - a->start;

		if (place != b->relocs[i].offset - b->start || place < at ||
		    !same_target(&a->relocs[i], &b->relocs[i]))
			return false;
		if (left && memcmp(left + a->start + at, right + b->start + at, place - at))
			return false;
		at = place + a->section->arch->field(a->relocs[i].type).size;
	}
	return at >= size || !left ||
	       !memcmp(left + a->start + at, right + b->start + at, size - at);
}

/*
 * EXPORT_SYMBOL and EXPORT_SYMBOL_GPL differ in the part of the section's name
 * before the '+' only, and levels of initcalls in that of the table.
 */
static bool same_list(const struct table_entry *a, const struct table_entry *b)
{
	return a->section->rule == b->section->rule;
}

static bool same_section(const struct table_entry *a, const struct table_entry *b)
{
	return !strcmp(a->section->name, b->section->name);
}

static void pair(struct table_entry *original, struct table_entry *patched, bool same)
{
	original->partner = patched;
	patched->partner = original;
	original->same = patched->same = same;
}

void table_entries_pair(struct table_entries *original, struct table_entries *patched)
{
	size_t next = 0;

	/* Nearly all of them exist, in order: the search goes on after the last one found. */
	for (size_t i = 0; i < patched->nr; i++)
		for (size_t j = 0; j < original->nr && !patched->items[i].partner; j++) {
			size_t at = (next + j) % original->nr;
			struct table_entry *entry = &original->items[at];

			if (entry->partner || !same_section(entry, &patched->items[i]) ||
			    !table_entry_same(entry, &patched->items[i]))
				continue;
			pair(entry, &patched->items[i], true);
			next = at + 1;
		}
	for (size_t i = 0; i < patched->nr; i++)
		for (size_t j = 0; j < original->nr && !patched->items[i].partner; j++) {
			struct table_entry *entry = &original->items[j];

			if (!entry->partner && same_list(entry, &patched->items[i]) &&
			    !strcmp(entry->name, patched->items[i].name))
				pair(entry, &patched->items[i], false);
		}
}
