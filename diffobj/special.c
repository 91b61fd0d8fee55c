/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/special.h"

#include <string.h>

static struct special_place place_of(const void *relocs, size_t index)
{
	const struct reloc *reloc = (const struct reloc *)relocs + index;

	return (struct special_place){reloc->offset, reloc->type};
}

static bool layout_fits(const struct section *section, const struct special_layout *layout)
{
	const struct special_view view = {
		.arch = section->arch,
		.data = section->data,
		.size = section->size,
		.entsize = section->entsize,
		.relocs = section->relocs,
		.nr_relocs = section->nr_relocs,
		.place = place_of,
	};

	return special_layout_fits(layout, &view);
}

/* The field that a relocation of a section with a layout fills. */
static const struct special_field *field_of(const struct special_layout *layout,
					    const struct reloc *reloc)
{
	return &layout->fields[special_field_index(layout, reloc->offset % layout->size)];
}

/* Bytes from the place that a field means to the one that its relocation means. */
static int8_t shift_of(const struct special_field *field)
{
	return field->kind == FROM_ENTRY ? (int8_t)field->at : 0;
}

/* The text that starts where a relocation leads, `shift` bytes before; NULL if none does. */
static const char *text_before(const struct reloc *reloc, int64_t shift)
{
	const struct symbol *symbol = reloc->symbol;
	const struct section *section = symbol->section;
	int64_t place = (int64_t)symbol->value + reloc->addend - shift;

	if (!section || !section->data || place < 0 || place >= (int64_t)section->size)
		return NULL;
	/* A symbol that is not that of the section is one of the text. */
	if (symbol->type != STT_SECTION && place != (int64_t)symbol->value)
		return NULL;

	const char *text = (const char *)section->data + place;

	if (!*text || (place && text[-1]) || !memchr(text, 0, section->size - (uint64_t)place))
		return NULL;
	return text;
}

/* "kernel/fork.c", "include/linux/mm.h" */
static bool is_source_name(const char *text)
{
	size_t length = strlen(text);

	return length > 2 && text[length - 2] == '.' && strchr("chS", text[length - 1]);
}

/* How well what a relocation refers to goes with a layout. */
enum trust {
	AGAINST_IT,
	OPEN,
	FOR_IT,
};

/*
 * Two layouts of struct bug_entry differ only in where distances are counted from. A
 * wrong one rarely leads to the start of a text: only if that is the one after, or
 * before, a text of three characters, "%d\n".
 */
static enum trust trust_of_source(const struct special_layout *layout, const struct reloc *reloc)
{
	const struct special_field *field = field_of(layout, reloc);

	if (field != &layout->fields[1])
		return FOR_IT;

	const char *text = text_before(reloc, shift_of(field));

	return !text ? AGAINST_IT : is_source_name(text) ? FOR_IT : OPEN;
}

/*
 * Two exceptions with handlers are as large as three without, and have as many
 * relocations.
 */
static enum trust trust_of_handler(const struct special_layout *layout, const struct reloc *reloc)
{
	const char *begin = "ex_handler_";

	if (!layout->fields[2].kind)
		return OPEN;
	return field_of(layout, reloc) != &layout->fields[2] ||
			       !strncmp(reloc->symbol->name, begin, strlen(begin))
		       ? FOR_IT
		       : AGAINST_IT;
}

static enum trust trust_of(const struct section *section, const struct special_layout *layout)
{
	enum trust least = FOR_IT;

	for (size_t i = 0; i < section->nr_relocs; i++) {
		enum trust trust = OPEN;

		if (section->special->telling == SECOND_NAMES_SOURCE)
			trust = trust_of_source(layout, &section->relocs[i]);
		else if (section->special->telling == THIRD_NAMES_HANDLER)
			trust = trust_of_handler(layout, &section->relocs[i]);
		if (trust < least)
			least = trust;
	}
	return least;
}

static bool is_better(const struct section *section, const struct special_layout *layout,
		      const struct special_layout *other)
{
	return trust_of(section, layout) > trust_of(section, other);
}

static void find_layout(struct section *section)
{
	const struct special_layout *layouts = section->special ? section->special->layouts : NULL;

	for (size_t i = 0; layouts && i < SPECIAL_LAYOUTS && layouts[i].size; i++) {
		if (!layout_fits(section, &layouts[i]))
			continue;
		if (!section->layout || is_better(section, &layouts[i], section->layout)) {
			section->layout = &layouts[i];
			section->misshapen = NULL;
		} else if (section->nr_relocs &&
			   !is_better(section, section->layout, &layouts[i])) {
			section->misshapen = "the entries of this section fit two layouts";
		}
	}
	if (!section->layout)
		section->misshapen = "the entries of this section are of no known size";
	if (section->misshapen)
		section->layout = NULL;
	for (size_t i = 0; section->layout && i < section->nr_relocs; i++) {
		struct reloc *reloc = &section->relocs[i];

		reloc->distance = (int8_t)-shift_of(field_of(section->layout, reloc));
	}
}

/* The unwinder's states, one for each of its places. */
static void check_unwinder(struct object *object, struct section *places)
{
	struct section *states = special_orc(object);

	if (!places->layout || !places->size)
		return;
	if (!states)
		places->misshapen = "there is no .orc_unwind beside it";
	else if (!states->data || states->size / ORC_ENTRY_SIZE != places->size / 4 ||
		 states->size % ORC_ENTRY_SIZE ||
		 (states->entsize && states->entsize != ORC_ENTRY_SIZE))
		states->misshapen = "its entries are of no known size";
	else if (states->nr_relocs)
		states->misshapen = "its entries refer to something";
}

void special_find_layouts(struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		if (section->rule->kind != SECTION_SPECIAL)
			continue;
		for (const struct special_rule *rule = object->arch->special_rules; rule->name;
		     rule++)
			if (!strcmp(rule->name, section->name))
				section->special = rule;
		find_layout(section);
		if (!strcmp(section->name, ".orc_unwind_ip"))
			check_unwinder(object, section);
	}
}

/* The code that an entry belongs to. */
static struct piece *owner_of(const struct reloc *anchor)
{
	return anchor->target && piece_is_code(anchor->target) ? anchor->target : NULL;
}

/*
 * An alternative that replaces instructions by no-ops has a replacement of no
 * bytes: its reference leads to the start of another function's replacement,
 * and means nothing.
 */
static void forget_empty(const struct entry *entry, struct piece *owner)
{
	uint8_t at = entry->section->layout->length_at;

	if (!at || entry->section->data[entry->offset + at] || entry->nr_relocs < 2)
		return;
	entry->relocs[1].target = owner;
	entry->relocs[1].delta = 0;
}

static void attach_section(struct section *section, struct entry *entries)
{
	const struct special_layout *layout = section->layout;
	size_t next = 0;

	for (size_t i = 0; next < section->nr_relocs; i++) {
		struct entry *entry = &entries[i];
		uint64_t offset = i * layout->size;

		*entry = (struct entry){
			.section = section,
			.offset = (uint32_t)offset,
			.size = layout->size,
			.relocs = &section->relocs[next],
		};
		if (section->size - offset < entry->size)
			entry->size = (uint32_t)(section->size - offset);
		while (next < section->nr_relocs &&
		       section->relocs[next].offset < offset + layout->size) {
			entry->nr_relocs++;
			next++;
		}

		struct piece *owner = owner_of(entry->relocs);

		if (!owner) {
			if (section->special->meaning == HAS_MEANING)
				section->misshapen = "an entry of this section belongs to no code";
			continue;
		}
		forget_empty(entry, owner);
		if (!owner->last_entry)
			owner->last_entry = &owner->entries;
		*owner->last_entry = entry;
		owner->last_entry = &entry->next;
	}
}

struct lp_error *special_attach(struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		if (!section->layout || !section->nr_relocs)
			continue;

		/* Each has one relocation at least. */
		struct entry *entries =
			arena_array(&object->arena, section->nr_relocs, sizeof(*entries));

		if (!entries)
			return lp_error_no_memory();
		attach_section(section, entries);
	}
	return NULL;
}

struct section *special_orc(const struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++)
		if (!strcmp(object->sections[i].name, ".orc_unwind"))
			return &object->sections[i];
	return NULL;
}
