/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing a relocatable ELF file in place: symbols renamed and added,
 * relocation sections added. What the two passes of link.c share.
 */
#ifndef LPATCH_CREATE_ELF_EDIT_H
#define LPATCH_CREATE_ELF_EDIT_H

#include <gelf.h>
#include <stdbool.h>

#include "common/error.h"

struct elf_edit {
	const char *path;
	int fd;
	Elf *elf;
	size_t symtab;   /* index of the symbol table's section */
	size_t strtab;   /* of its names */
	size_t shstrtab; /* of the sections' names */
	size_t nr_symbols;
	void **owned; /* buffers that libelf refers to until the file is closed */
	size_t nr_owned;
};

/* Opens the file for editing. The caller calls elf_edit_close() in either case. */
struct lp_error *elf_edit_open(const char *path, struct elf_edit *edit);

/* Writes what was changed. */
struct lp_error *elf_edit_commit(struct elf_edit *edit);

void elf_edit_close(struct elf_edit *edit);

/* Reads symbol `index`; *name stays valid until the next change of names. */
struct lp_error *elf_edit_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				 const char **name);

/* Replaces symbol `index`, under another name if `name` isn't NULL. */
struct lp_error *elf_edit_set_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				     const char *name);

/* Adds a symbol behind the last one; it must not be local. */
struct lp_error *elf_edit_add_symbol(struct elf_edit *edit, GElf_Sym *symbol, const char *name);

/* Adds a section with the header's type, flags, link and info and these contents, which are copied.
 */
struct lp_error *elf_edit_add_section(struct elf_edit *edit, const char *name,
				      const GElf_Shdr *header, const void *data, size_t size,
				      Elf_Type type);

#endif
