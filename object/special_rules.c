// SPDX-License-Identifier: GPL-2.0-or-later
#include "object/special_rules.h"

static unsigned int field_size(const struct special_field *field)
{
	return field->kind == ADDRESS || field->kind == FROM_FIELD_8 ? 8 : 4;
}

static bool holds(const struct arch *arch, const struct special_field *field, uint32_t type)
{
	const struct arch_field filled = arch->field(type);

	return filled.size == field_size(field) && filled.relative == (field->kind != ADDRESS);
}

/* Whether the second field of the entry at `offset` needs no relocation. */
static bool may_be_empty(const struct special_layout *layout, const struct special_view *view,
			 uint64_t offset)
{
	const uint8_t *entry = view->data + offset;

	if (!layout->length_at || entry[layout->length_at])
		return false;
	for (unsigned int i = 0; i < field_size(&layout->fields[1]); i++)
		if (entry[layout->fields[1].at + i])
			return false;
	return true;
}

bool special_layout_fits(const struct special_layout *layout, const struct special_view *view)
{
	uint64_t number = (view->size + layout->short_by) / layout->size;
	size_t next = 0;

	if ((view->size && !view->data) || (view->entsize && view->entsize != layout->size) ||
	    number * layout->size < view->size ||
	    number * layout->size - view->size > layout->short_by)
		return false;
	for (uint64_t i = 0; i < number; i++) {
		uint64_t offset = i * layout->size;

		for (size_t j = 0; j < SPECIAL_FIELDS && layout->fields[j].kind; j++) {
			const struct special_field *field = &layout->fields[j];
			struct special_place place = {};

			if (next < view->nr_relocs)
				place = view->place(view->relocs, next);
			if (next < view->nr_relocs && place.offset == offset + field->at &&
			    holds(view->arch, field, place.type))
				next++;
			else if (j != 1 || !may_be_empty(layout, view, offset))
				return false;
		}
	}
	return next == view->nr_relocs;
}

size_t special_field_index(const struct special_layout *layout, uint64_t at)
{
	size_t index = 0;

	while (index + 1 < SPECIAL_FIELDS && layout->fields[index].at != at)
		index++;
	return index;
}
