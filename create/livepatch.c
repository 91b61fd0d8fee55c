// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/livepatch.h"

#include <string.h>

#include "common/text.h"
#include "create/elf_edit.h"

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
 * Splits the relocations: those that refer to renamed symbols go to *moved,
 * the others close up. A symbol that stands in for one behind it passes the
 * distance on to the addend.
 */
static void split_relocations(Elf_Data *data, renamed_symbols renamed, size_t nr_symbols,
			      GElf_Rela *moved, size_t *nr_moved)
{
	Elf64_Rela *relas = data->d_buf;
	size_t count = data->d_size / sizeof(*relas), kept = 0;

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
	data->d_size = kept * sizeof(*relas);
}

static struct lp_error *move_relocations(struct elf_edit *edit, Elf_Scn *section, GElf_Shdr *header,
					 renamed_symbols renamed)
{
	Elf_Data *data = elf_getdata(section, NULL);
	_cleanup_free_ GElf_Rela *moved = data ? malloc(data->d_size + 1) : NULL;
	_cleanup_free_ char *name = NULL;
	size_t nr_moved;
	GElf_Shdr target;
	const char *target_name;

	if (!moved)
		return lp_error_no_memory();
	if (!gelf_getshdr(elf_getscn(edit->elf, header->sh_info), &target))
		return lp_error_new(LP_INTERNAL, "%s: relocations for a section that isn't there",
				    edit->path);
	target_name = elf_strptr(edit->elf, edit->shstrtab, target.sh_name);
	split_relocations(data, renamed, edit->nr_symbols, moved, &nr_moved);
	if (!nr_moved)
		return NULL;
	elf_flagdata(data, ELF_C_SET, ELF_F_DIRTY);
	lp_try(text_format(&name, ".klp.rela.vmlinux.%s", target_name));
	GElf_Shdr added = *header;

	added.sh_flags |= SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH;
	return elf_edit_add_section(edit, name, &added, moved, nr_moved * sizeof(*moved),
				    ELF_T_RELA);
}

static struct lp_error *resolve(struct elf_edit *edit, const struct symbol_map *map)
{
	_cleanup_free_ renamed_symbols renamed = calloc(edit->nr_symbols, sizeof(*renamed));
	size_t nr_sections;

	if (!renamed || elf_getshdrnum(edit->elf, &nr_sections))
		return lp_error_no_memory();
	lp_try(rename_symbols(edit, map, renamed));
	for (size_t i = 1; i < nr_sections; i++) {
		Elf_Scn *section = elf_getscn(edit->elf, i);
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
		    !header.sh_size)
			continue;
		lp_try(move_relocations(edit, section, &header, renamed));
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
