// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/direct.h"

#include <stdlib.h>
#include <string.h>

#include "core-module/kernel_symbols.h"
#include "create/core/core_symbols.h"
#include "create/elf.h"

/* By symbol index: how a reference to it is rewritten. */
struct rewrite {
	bool wanted;
	int64_t distance; /* bytes from the anchor */
};

struct resolving {
	struct elf_edit *edit;
	const struct kernel_image *kernel;
	const struct exports *exports;
	struct rewrite *rewrites;
	size_t anchor; /* index of its symbol; 0: not found yet */
};

static struct lp_error *anchor_address(const struct kernel_image *kernel, uint64_t *address)
{
	lp_try(core_symbols_find(kernel, LPATCH_ANCHOR, address));
	return *address ? NULL
			: lp_error_new(LP_UNSAFE, "the kernel has no symbol " LPATCH_ANCHOR
						  ", and lpatch's core can't work without it");
}

struct lp_error *direct_distance(const struct kernel_image *kernel, const char *name,
				 int64_t *distance, bool *known)
{
	uint64_t anchor, address = 0;

	*known = false;
	if (core_symbols_contain(name))
		lp_try(core_symbols_find(kernel, name, &address));
	if (!address)
		return NULL;
	lp_try(anchor_address(kernel, &anchor));
	*distance = (int64_t)(address - anchor);
	*known = true;
	return NULL;
}

static struct lp_error *resolve_symbol(struct resolving *resolving, size_t index)
{
	struct rewrite *rewrite = &resolving->rewrites[index];
	const char *name;
	GElf_Sym symbol;

	lp_try(elf_edit_symbol(resolving->edit, index, &symbol, &name));
	if (symbol.st_shndx != SHN_UNDEF)
		return NULL;
	if (!strcmp(name, LPATCH_ANCHOR))
		resolving->anchor = index;
	if (GELF_ST_BIND(symbol.st_info) == STB_WEAK || exports_find(resolving->exports, name))
		return NULL;
	lp_try(direct_distance(resolving->kernel, name, &rewrite->distance, &rewrite->wanted));
	if (!rewrite->wanted)
		return lp_error_new(LP_BUILD_FAILED,
				    "the kernel does not export %s to modules, and lpatch's core "
				    "can't work without it",
				    name);
	symbol.st_info = GELF_ST_INFO(STB_WEAK, GELF_ST_TYPE(symbol.st_info));
	return elf_edit_set_symbol(resolving->edit, index, &symbol, NULL);
}

static void rewrite_relocations(const struct resolving *resolving, struct elf_edit_section *section)
{
	Elf64_Rela *relas = (Elf64_Rela *)section->data;

	for (size_t i = 0; i < section->size / sizeof(*relas); i++) {
		size_t symbol = ELF64_R_SYM(relas[i].r_info);

		if (symbol >= resolving->edit->nr_symbols || !resolving->rewrites[symbol].wanted)
			continue;
		relas[i].r_info = ELF64_R_INFO(resolving->anchor, ELF64_R_TYPE(relas[i].r_info));
		relas[i].r_addend += resolving->rewrites[symbol].distance;
	}
}

static struct lp_error *resolve(struct resolving *resolving)
{
	struct elf_edit *edit = resolving->edit;

	for (size_t i = 1; i < edit->nr_symbols; i++)
		lp_try(resolve_symbol(resolving, i));
	if (!resolving->anchor)
		return lp_error_new(LP_INTERNAL, "%s does not refer to " LPATCH_ANCHOR, edit->path);
	for (size_t i = 1; i < edit->nr_sections; i++) {
		if (edit->sections[i].header.sh_type == SHT_RELA)
			rewrite_relocations(resolving, &edit->sections[i]);
	}
	return elf_edit_commit(edit);
}

struct lp_error *direct_resolve(const char *path, const struct kernel_image *kernel,
				const struct exports *exports)
{
	struct elf_edit edit;
	struct resolving resolving = {.edit = &edit, .kernel = kernel, .exports = exports};
	struct lp_error *error = elf_edit_open(path, &edit);

	if (!error) {
		resolving.rewrites = calloc(edit.nr_symbols, sizeof(*resolving.rewrites));
		error = resolving.rewrites ? resolve(&resolving) : lp_error_no_memory();
	}
	free(resolving.rewrites);
	elf_edit_close(&edit);
	return error;
}
