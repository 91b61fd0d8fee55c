// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/late_symbols.h"

#include <string.h>

#include "common/late_symbols.h"
#include "common/text.h"
#include "create/arch.h"
#include "create/elf.h"

/* Far apart from each other; lpatch-apply checks that all were moved by the same distance. */
static const char *const bases[] = {"_stext", "_etext", "__end_rodata"};

static struct lp_error *make_name(const struct symbol_entry *entry, char **name)
{
	const struct proven_symbol *place = &entry->place;

	if (strcmp(place->object, "vmlinux") != 0)
		return text_format(name, LATE_SYMBOL_MODULE "%s.%s,%u", place->object, place->name,
				   place->position);
	return text_format(name, "%s%s",
			   place->address < arch_kernel_base ? LATE_SYMBOL_FIXED
							     : LATE_SYMBOL_VMLINUX,
			   entry->symbol);
}

static struct lp_error *resolve_symbol(struct elf_edit *edit, size_t index,
				       const struct symbol_map *map)
{
	_cleanup_free_ char *new_name = NULL;
	const char *name;
	GElf_Sym symbol;

	lp_try(elf_edit_symbol(edit, index, &symbol, &name));
	const struct symbol_entry *entry =
		symbol.st_shndx == SHN_UNDEF ? symbol_map_find(map, name) : NULL;

	if (!entry)
		return NULL;
	lp_try(make_name(entry, &new_name));
	symbol.st_shndx = SHN_ABS;
	symbol.st_value = text_starts_with(new_name, LATE_SYMBOL_MODULE)
				  ? (GElf_Addr)entry->place.offset
				  : entry->place.address;
	return elf_edit_set_symbol(edit, index, &symbol, new_name);
}

static struct lp_error *add_base(struct elf_edit *edit, const char *name,
				 const struct symbol_table *kernel)
{
	const struct kernel_symbol *known = symbol_table_find_name(kernel, name);
	_cleanup_free_ char *base = NULL;

	if (!known)
		return lp_error_new(LP_NOT_PROVEN,
				    "the kernel's symbol table has no %s, from which lpatch-apply "
				    "finds the kernel's load address",
				    name);
	GElf_Sym symbol = {
		.st_info = GELF_ST_INFO(STB_GLOBAL, STT_NOTYPE),
		.st_shndx = SHN_ABS,
		.st_value = known->address,
	};

	lp_try(text_format(&base, LATE_SYMBOL_BASE "%s", name));
	return elf_edit_add_symbol(edit, &symbol, base);
}

static struct lp_error *resolve(struct elf_edit *edit, const struct symbol_map *map,
				const struct symbol_table *kernel)
{
	size_t nr_symbols = edit->nr_symbols;

	for (size_t i = 1; i < nr_symbols; i++)
		lp_try(resolve_symbol(edit, i, map));
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		lp_try(add_base(edit, bases[i], kernel));
	return elf_edit_commit(edit);
}

struct lp_error *late_symbols_resolve(const char *path, const struct symbol_map *map,
				      const struct symbol_table *kernel)
{
	struct elf_edit edit;
	struct lp_error *error = elf_edit_open(path, &edit);

	if (!error)
		error = resolve(&edit, map, kernel);
	elf_edit_close(&edit);
	return error;
}
