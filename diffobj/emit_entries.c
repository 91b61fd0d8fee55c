/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries of special sections that go with what is carried over; see emit.h. */
#include <string.h>

#include "diffobj/emit.h"
#include "diffobj/special.h"

/* The sections of the stack unwinder: places, and the state that holds from each on. */
struct unwinder {
	struct section *places; /* .orc_unwind_ip of the patched object, or NULL */
	struct section *states; /* .orc_unwind */
	struct output_section *places_out, *states_out;
};

/*
 * The compiler makes a section of entries for each section of code, with SHF_LINK_ORDER
 * (__patchable_function_entries with -fpatchable-function-entry, CONFIG_CALL_PADDING since Linux
 * 6.2). ld refuses a link in which only some sections of a name have that.
 */
static void set_order(struct output_section *entries, const struct entry *entry,
		      const struct piece *piece)
{
	if (!(entry->section->flags & SHF_LINK_ORDER) || entries->ordered_by)
		return;
	entries->flags |= SHF_LINK_ORDER;
	entries->ordered_by = piece->output;
}

static struct lp_error *emit_entry(struct output *output, const struct piece *piece,
				   const struct entry *entry)
{
	struct output_section *to = emit_section(output, entry->section);
	const struct special_layout *layout = entry->section->layout;
	uint64_t offset;

	if (!to || !output_append(output, to, NULL, layout->size, 1, &offset))
		return lp_error_no_memory();
	set_order(to, entry, piece);
	memcpy(to->data + offset, entry->section->data + entry->offset, entry->size);
	for (uint32_t i = 0; i < entry->nr_relocs; i++) {
		uint64_t at = entry->relocs[i].offset - entry->offset;
		bool is_key = entry->section->special->has_key &&
			      special_field_index(layout, at) == SPECIAL_FIELDS - 1;

		lp_try(emit_reloc(output, to, offset + at, &entry->relocs[i],
				  is_key ? IN_ENTRY_AS_KEY : IN_ENTRY));
	}
	return NULL;
}

static struct lp_error *begin_unwinder(const struct plan *plan, struct output *output,
				       struct unwinder *unwinder)
{
	unwinder->states = special_orc(plan->patched);
	if (!unwinder->places)
		return NULL;
	if (!unwinder->states)
		return lp_error_new(LP_INTERNAL, "%s has .orc_unwind_ip and no .orc_unwind",
				    plan->patched->path);
	unwinder->states_out = emit_section(output, unwinder->states);
	unwinder->places_out = emit_section(output, unwinder->places);
	if (!unwinder->states_out || !unwinder->places_out)
		return lp_error_no_memory();
	return NULL;
}

/* State `state` (NULL: none is known) holds from `delta` bytes into the piece. */
static struct lp_error *emit_state(struct output *output, const struct unwinder *unwinder,
				   struct piece *piece, int64_t delta, const uint8_t *state)
{
	struct reloc place = {.type = output->arch->distance, .target = piece, .delta = delta};
	uint64_t offset, ignored;

	if (!output_append(output, unwinder->places_out, NULL, 4, 1, &offset) ||
	    !output_append(output, unwinder->states_out, state, ORC_ENTRY_SIZE, 1, &ignored))
		return lp_error_no_memory();
	return emit_reloc(output, unwinder->places_out, offset, &place, IN_ENTRY);
}

static const uint8_t *state_of(const struct unwinder *unwinder, const struct entry *entry)
{
	return unwinder->states->data + (size_t)entry->offset / 4 * ORC_ENTRY_SIZE;
}

/* The state at the start of a piece whose section has others before it. */
static const uint8_t *state_before(const struct unwinder *unwinder, const struct piece *piece)
{
	const struct entry *best = NULL;
	int64_t best_place = -1;

	for (const struct piece *other = piece->section->pieces; other <= piece; other++)
		for (const struct entry *entry = other->entries; entry; entry = entry->next) {
			int64_t place = other->start + entry->relocs[0].delta;

			if (entry->section == unwinder->places && place <= piece->start &&
			    place >= best_place) {
				best = entry;
				best_place = place;
			}
		}
	return best ? state_of(unwinder, best) : NULL;
}

/* What the unwinder needs for one piece, from its first byte to the one after its last. */
static struct lp_error *emit_unwind(struct output *output, const struct unwinder *unwinder,
				    struct piece *piece)
{
	int64_t size = piece->end - piece->start;
	bool any = false, ended = false;

	for (const struct entry *entry = piece->entries; entry; entry = entry->next) {
		int64_t delta = entry->relocs[0].delta;

		if (entry->section != unwinder->places || delta < 0 || delta > size)
			continue;
		if (!any && delta > 0)
			lp_try(emit_state(output, unwinder, piece, 0,
					  state_before(unwinder, piece)));
		any = true;
		ended = delta == size;
		lp_try(emit_state(output, unwinder, piece, delta, state_of(unwinder, entry)));
	}
	if (!any)
		lp_try(emit_state(output, unwinder, piece, 0, state_before(unwinder, piece)));
	if (!ended)
		lp_try(emit_state(output, unwinder, piece, size, NULL));
	return NULL;
}

static struct section *find_places(const struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++)
		if (object->sections[i].layout &&
		    !strcmp(object->sections[i].name, ".orc_unwind_ip"))
			return &object->sections[i];
	return NULL;
}

struct lp_error *emit_entries(struct plan *plan, struct output *output)
{
	struct object *patched = plan->patched;
	struct unwinder unwinder = {.places = find_places(patched)};

	lp_try(begin_unwinder(plan, output, &unwinder));
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (!piece->included || !piece_is_code(piece))
			continue;
		for (const struct entry *entry = piece->entries; entry; entry = entry->next)
			if (entry->section != unwinder.places)
				lp_try(emit_entry(output, piece, entry));
		if (unwinder.places && piece_kind(piece) != SECTION_REPLACEMENT)
			lp_try(emit_unwind(output, &unwinder, piece));
	}
	return NULL;
}
