/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/special.h"

#include <string.h>

/*
 * Where Linux defines them (6.1 unless another version is named):
 * struct alt_instr, arch/x86/include/asm/alternative.h: 12 bytes; 13 until
 * 5.17 (with padlen); 14 since 6.5 (flags). struct paravirt_patch_site,
 * asm/paravirt_types.h. struct bug_entry, asm-generic/bug.h: with and without
 * CONFIG_DEBUG_BUGVERBOSE. struct exception_table_entry, asm/extable.h.
 * struct jump_entry, linux/jump_label.h. struct static_call_site,
 * linux/static_call_types.h. The rest are lists of places, made by objtool
 * (tools/objtool/check.c) or the compiler.
 */
/* clang-format off */
const struct special_rule special_rules[] = {
	{".altinstructions", HAS_MEANING, 0, 0,
		{{12, 2, {0, 4}, 0, 11}, {13, 2, {0, 4}, 0, 11}, {14, 2, {0, 4}, 0, 13}}},
	{".parainstructions", HAS_MEANING, 0, 0, {{16, 1, {0}, 6, 0}}},
	{"__bug_table", HAS_MEANING, 8, 2, {{12, 2, {0, 4}, 0, 0}, {8, 1, {0}, 0, 0}}},
	{"__ex_table", HAS_MEANING, 0, 0, {{12, 2, {0, 4}, 0, 0}}},
	{"__jump_table", HAS_MEANING, 0, 0, {{16, 3, {0, 4, 8}, 0, 0}}},
	{".static_call_sites", HAS_MEANING, 0, 0, {{8, 2, {0, 4}, 0, 0}}},
	{".retpoline_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".return_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".call_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".cfi_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".ibt_endbr_seal", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".smp_locks", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".orc_unwind_ip", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{"__mcount_loc", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
	{"__patchable_function_entries", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
	{".kcfi_traps", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{"_kprobe_blacklist", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
};
/* clang-format on */

const size_t nr_special_rules = ARRAY_SIZE(special_rules);

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
 * An alternative that puts no-ops in the place of instructions has a replacement
 * of no bytes: what it refers to is where that of another function begins, and
 * means nothing.
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
