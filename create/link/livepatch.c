// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/livepatch.h"

#include <string.h>

#include "common/text.h"
#include "create/elf.h"

/* include/uapi/linux/elf.h, Linux 6.1. */
#define SHN_LIVEPATCH      0xff20
#define SHF_RELA_LIVEPATCH 0x00100000

/* By symbol index: the entry that the symbol has become, or NULL. */
typedef const struct symbol_entry **renamed_symbols;

static struct lp_error *rename_symbols(struct elf_edit *edit, const struct symbol_map *map,
				       renamed_symbols renamed)
{
	for (size_t i = 1; i < edit->nr_symbols; i++) {
		_cleanup_free_ char *name = NULL;
		const char *symbol_name;
		GElf_Sym symbol;

		lp_try(elf_edit_symbol(edit, i, &symbol, &symbol_name));
		if (symbol.st_shndx != SHN_UNDEF)
			continue;
		renamed[i] = symbol_map_find(map, symbol_name);
		if (!renamed[i])
			continue;
		lp_try(text_format(&name, ".klp.sym.%s.%s,%u", renamed[i]->place.object,
				   renamed[i]->place.name, renamed[i]->place.position));
		symbol.st_shndx = SHN_LIVEPATCH;
		lp_try(elf_edit_set_symbol(edit, i, &symbol, name));
	}
	return NULL;
}

/*
 * Splits the relocations: those that refer to renamed symbols go to *moved, the
 * others close up. For a symbol that is named by its distance from another, the
 * distance is added to the addend.
 */
static void split_relocations(struct elf_edit_section *section, renamed_symbols renamed,
			      size_t nr_symbols, Elf64_Rela *moved, size_t *nr_moved)
{
	Elf64_Rela *relas = (Elf64_Rela *)section->data;
	size_t count = section->size / sizeof(*relas), kept = 0;

	*nr_moved = 0;
	for (size_t i = 0; i < count; i++) {
		size_t symbol = ELF64_R_SYM(relas[i].r_info);

		if (symbol >= nr_symbols || !renamed[symbol]) {
			relas[kept++] = relas[i];
			continue;
		}
		moved[*nr_moved] = relas[i];
		moved[(*nr_moved)++].r_addend += renamed[symbol]->place.offset;
	}
	section->size = kept * sizeof(*relas);
}

static struct lp_error *move_relocations(struct elf_edit *edit, size_t index,
					 renamed_symbols renamed)
{
	struct elf_edit_section *section = &edit->sections[index];
	Elf64_Shdr added = section->header;
	const char *target_name = added.sh_info < edit->nr_sections
					  ? elf_edit_section_name(edit, added.sh_info)
					  : NULL;
	_cleanup_free_ Elf64_Rela *moved = malloc(section->size);
	_cleanup_free_ char *name = NULL;
	size_t nr_moved;

	if (!moved)
		return lp_error_no_memory();
	if (!target_name)
		/* cppcheck-suppress memleak ; freed at the end of its scope */
		return lp_error_new(LP_INTERNAL, "%s: relocations for a section that isn't there",
				    edit->path);
	split_relocations(section, renamed, edit->nr_symbols, moved, &nr_moved);
	if (!nr_moved)
		return NULL;
	lp_try(text_format(&name, ".klp.rela.vmlinux.%s", target_name));
	added.sh_flags |= SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH;
	return elf_edit_add_section(edit, name, &added, moved, nr_moved * sizeof(*moved));
}

static struct lp_error *resolve(struct elf_edit *edit, const struct symbol_map *map)
{
	_cleanup_free_ renamed_symbols renamed = calloc(edit->nr_symbols, sizeof(*renamed));
	size_t nr_sections = edit->nr_sections;

	if (!renamed)
		return lp_error_no_memory();
	lp_try(rename_symbols(edit, map, renamed));
	for (size_t i = 1; i < nr_sections; i++) {
		if (edit->sections[i].header.sh_type == SHT_RELA && edit->sections[i].size)
			lp_try(move_relocations(edit, i, renamed));
	}
	return elf_edit_commit(edit);
}

struct lp_error *livepatch_resolve(const char *path, const struct symbol_map *map)
{
	struct elf_edit edit;
	struct lp_error *error = elf_edit_open(path, &edit);

	if (!error)
		error = resolve(&edit, map);
	elf_edit_close(&edit);
	return error;
}
