// SPDX-License-Identifier: GPL-2.0-or-later
#include "object/special_rules.h"

#include "common/cleanup.h"
#include "object/arch_x86.h"

/* clang-format off */
#define PLACES(section, kind) \
	{section, FOLLOWS_FROM_CODE, {{(kind) == ADDRESS ? 8 : 4, {{0, kind}}, 0, 0}}, 0, 0, NOTHING_TELLS, false}

/* For each layout the versions of Linux that have it, and the commit that made the difference. */
const struct special_rule special_rules[] = {
	/*
	 * struct alt_instr, arch/x86/include/asm/alternative.h. Up to 5.12, static_cpu_has()
	 * (asm/cpufeature.h) makes entries with no replacement whose second field is empty.
	 */
	{".altinstructions", HAS_MEANING, {
		/* up to 4.0; 5.13 (23c1ad538f4f) to 6.2 */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 11},
		/* 4.1 (4332195c5615: padlen) to 5.12 */
		{13, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 11},
		/* since 6.3 (5d1dd961e743: flags) */
		{14, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 13}}, 0, 0, NOTHING_TELLS, false},
	/*
	 * struct paravirt_patch_site, asm/paravirt_types.h, up to 6.7: an address, type and length,
	 * and what may be clobbered (2 bytes); the rest is padding, which old assembly leaves out
	 * at the end.
	 */
	{".parainstructions", HAS_MEANING, {{16, {{0, ADDRESS}}, 6, 0}}, 0, 0, NOTHING_TELLS, false},
	/* struct bug_entry, asm-generic/bug.h, and the macros in asm/bug.h */
	{"__bug_table", HAS_MEANING, {
		/* since 5.19 (69505e3d9a39) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		/* up to 5.18 */
		{12, {{0, FROM_FIELD}, {4, FROM_ENTRY}}, 0, 0},
		/* without CONFIG_DEBUG_BUGVERBOSE */
		{8, {{0, FROM_FIELD}}, 0, 0}}, 8, 2, SECOND_NAMES_SOURCE, false},
	/* struct exception_table_entry, asm/extable.h */
	{"__ex_table", HAS_MEANING, {
		/* since 5.16 (46d28947d987: a type and data) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		/* 4.6 (548acf19234d: a handler) to 5.15 */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}, {8, FROM_FIELD}}, 0, 0},
		/* up to 4.5 */
		{8, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, THIRD_NAMES_HANDLER, false},
	/* struct jump_entry, linux/jump_label.h and asm/jump_label.h */
	{"__jump_table", HAS_MEANING, {
		/* since 4.20 (b34006c425a9) */
		{16, {{0, FROM_FIELD}, {4, FROM_FIELD}, {8, FROM_FIELD_8}}, 0, 0},
		/* up to 4.19 */
		{24, {{0, ADDRESS}, {8, ADDRESS}, {16, ADDRESS}}, 0, 0}}, 0, 0, NOTHING_TELLS, true},
	/* struct static_call_site, linux/static_call_types.h, since 5.10 */
	{".static_call_sites", HAS_MEANING,
		{{8, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, NOTHING_TELLS, false},
	/* Lists of places, made by objtool (tools/objtool/check.c), macros or the compiler. */
	PLACES(".retpoline_sites", FROM_FIELD),
	PLACES(".return_sites", FROM_FIELD),
	PLACES(".call_sites", FROM_FIELD),
	PLACES(".cfi_sites", FROM_FIELD),
	PLACES(".ibt_endbr_seal", FROM_FIELD),
	PLACES(".smp_locks", FROM_FIELD),
	PLACES(".orc_unwind_ip", FROM_FIELD),
	PLACES("__mcount_loc", ADDRESS),
	PLACES("__patchable_function_entries", ADDRESS),
	PLACES(".kcfi_traps", FROM_FIELD),
	PLACES("_kprobe_blacklist", ADDRESS),
};
/* clang-format on */

const size_t nr_special_rules = ARRAY_SIZE(special_rules);

static unsigned int field_size(const struct special_field *field)
{
	return field->kind == ADDRESS || field->kind == FROM_FIELD_8 ? 8 : 4;
}

static bool holds(const struct special_field *field, uint32_t type)
{
	return arch_reloc_size(type) == field_size(field) &&
	       arch_reloc_is_relative(type) == (field->kind != ADDRESS);
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
			    holds(field, place.type))
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
