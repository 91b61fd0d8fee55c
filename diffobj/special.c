/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/special.h"

#include <string.h>

static bool layout_fits(const struct section *section, const struct special_layout *layout)
{
	uint64_t number = (section->size + layout->short_by) / layout->size;

	if (number * layout->size < section->size ||
	    number * layout->size - section->size > layout->short_by ||
	    section->nr_relocs != number * layout->nr_relocs)
		return false;
	for (size_t i = 0; i < section->nr_relocs; i++)
		if (section->relocs[i].offset !=
		    i / layout->nr_relocs * layout->size + layout->at[i % layout->nr_relocs])
			return false;
	return true;
}

void special_find_layouts(struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		if (section->rule->kind != SECTION_SPECIAL)
			continue;
		for (size_t j = 0; j < nr_special_rules; j++)
			if (!strcmp(special_rules[j].name, section->name))
				section->special = &special_rules[j];
		for (const struct special_layout *layout = section->special->layouts;
		     layout->size && !section->layout; layout++)
			if (layout_fits(section, layout))
				section->layout = layout;
		section->misshapen = !section->layout;
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

	if (!at || entry->section->data[entry->offset + at])
		return;
	entry->relocs[1].target = owner;
	entry->relocs[1].delta = 0;
}

static void attach_section(struct section *section, struct entry *entries)
{
	const struct special_layout *layout = section->layout;
	size_t number = section->nr_relocs / layout->nr_relocs;

	for (size_t i = 0; i < number; i++) {
		struct entry *entry = &entries[i];
		uint64_t offset = i * layout->size;

		*entry = (struct entry){
			.section = section,
			.offset = (uint32_t)offset,
			.size = layout->size,
			.relocs = &section->relocs[i * layout->nr_relocs],
			.nr_relocs = layout->nr_relocs,
		};
		if (section->size - offset < entry->size)
			entry->size = (uint32_t)(section->size - offset);

		struct piece *owner = owner_of(entry->relocs);

		if (!owner)
			continue;
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

		struct entry *entries =
			arena_array(&object->arena, section->nr_relocs / section->layout->nr_relocs,
				    sizeof(*entries));

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
