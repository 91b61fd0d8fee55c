/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/output.h"

#include <string.h>

#include "common/hash.h"

struct name_set {
	const char **names; /* open addressing; a power of two places */
	size_t size, used;
};

static const char **place_of(const struct name_set *set, const char *name)
{
	size_t at = hash_name(name, strlen(name)) & (set->size - 1);

	while (set->names[at] && strcmp(set->names[at], name))
		at = (at + 1) & (set->size - 1);
	return &set->names[at];
}

static bool grow_names(struct output *output)
{
	struct name_set *set = output->names, larger = {.size = set->size * 2};

	larger.names = arena_array(output->arena, larger.size, sizeof(*larger.names));
	if (!larger.names)
		return false;
	for (size_t i = 0; i < set->size; i++)
		if (set->names[i])
			*place_of(&larger, set->names[i]) = set->names[i];
	larger.used = set->used;
	*set = larger;
	return true;
}

const char *output_unique_name(struct output *output, const char *name)
{
	struct name_set *set = output->names;
	const char *unique = name;

	if (set->used * 2 >= set->size && !grow_names(output))
		return NULL;
	for (unsigned int i = 1; *place_of(set, unique); i++) {
		unique = i == 1 ? arena_printf(output->arena, "%s.original", name)
				: arena_printf(output->arena, "%s.original.%u", name, i);
		if (!unique)
			return NULL;
	}
	*place_of(set, unique) = unique;
	set->used++;
	return unique;
}

struct lp_error *output_begin(struct output *output, struct arena *arena, const struct arch *arch)
{
	struct output_symbol nothing = {.name = ""};

	*output = (struct output){.arena = arena, .arch = arch};
	output->names = arena_new(arena, struct name_set);
	if (!output->names)
		return lp_error_no_memory();
	output->names->size = 64;
	output->names->names = arena_array(arena, 64, sizeof(const char *));
	if (!output->names->names ||
	    !arena_push(arena, output->symbols, output->nr_symbols, output->room_symbols, nothing))
		return lp_error_no_memory();
	return NULL;
}

uint32_t output_add_symbol(struct output *output, const struct output_symbol *symbol)
{
	if (!arena_push(output->arena, output->symbols, output->nr_symbols, output->room_symbols,
			*symbol))
		return 0;
	return (uint32_t)output->nr_symbols - 1;
}

struct output_section *output_add_section(struct output *output, const char *name, uint32_t type,
					  uint64_t flags, uint64_t align, uint64_t entsize)
{
	struct output_section *section = arena_new(output->arena, struct output_section);

	if (!section)
		return NULL;
	*section = (struct output_section){
		.name = name,
		.type = type,
		.flags = flags,
		.align = align,
		.entsize = entsize,
	};

	struct output_symbol symbol = {
		.name = "", .type = STT_SECTION, .bind = STB_LOCAL, .section = section};

	section->symbol = output_add_symbol(output, &symbol);
	if (!section->symbol || !arena_push(output->arena, output->sections, output->nr_sections,
					    output->room_sections, section))
		return NULL;
	return section;
}

bool output_append(struct output *output, struct output_section *section, const void *data,
		   size_t size, uint64_t align, uint64_t *offset)
{
	uint64_t start = (section->size + align - 1) & ~(align - 1);
	uint64_t end = start + size;

	if (section->type != SHT_NOBITS && end > section->room) {
		size_t room = end < 64 ? 64 : end * 2;
		uint8_t *larger = arena_array(output->arena, room, 1);

		if (!larger)
			return false;
		if (section->size)
			memcpy(larger, section->data, section->size);
		section->data = larger;
		section->room = room;
	}
	if (section->type != SHT_NOBITS && data && size)
		memcpy(section->data + start, data, size);
	section->size = end;
	*offset = start;
	return true;
}

bool output_add_reloc(struct output *output, struct output_section *section,
		      const struct output_reloc *reloc)
{
	return arena_push(output->arena, section->relocs, section->nr_relocs, section->room_relocs,
			  *reloc);
}
