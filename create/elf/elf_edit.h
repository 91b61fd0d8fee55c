/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing a relocatable ELF file: symbols renamed and added, relocations taken
 * out, sections added. The file is read into memory, changed there, and written
 * anew as a whole (create/elf/elf_write.h). Shared by link.c and the passes after
 * it.
 */
#ifndef LPATCH_CREATE_ELF_ELF_EDIT_H
#define LPATCH_CREATE_ELF_ELF_EDIT_H

#include <elf.h>
#include <gelf.h>
#include <stdbool.h>

#include "common/error.h"

struct elf_edit_section {
	Elf64_Shdr header;   /* sh_name counts in the section `shstrtab`; sh_size is not kept up */
	unsigned char *data; /* NULL for SHT_NOBITS and for one that is empty */
	size_t size;         /* bytes */
};

struct elf_edit {
	const char *path;
	Elf64_Ehdr header;
	struct elf_edit_section *sections; /* 0 is the empty one */
	size_t nr_sections;
	size_t symtab;   /* index of the symbol table's section */
	size_t strtab;   /* of its names */
	size_t shstrtab; /* of the sections' names; may be the same one */
	size_t nr_symbols;
};

/*
 * Reads the file. LP_INTERNAL, with its path, if it is no relocatable 64-bit ELF file with a
 * symbol table. The caller calls elf_edit_close() in either case.
 */
struct lp_error *elf_edit_open(const char *path, struct elf_edit *edit);

/*
 * Replaces the file that was read by the changed one, in which no section has an address; after an
 * error it is unchanged.
 */
struct lp_error *elf_edit_commit(struct elf_edit *edit);

void elf_edit_close(struct elf_edit *edit);

/* Reads symbol `index`; *name stays valid until the next change of names. */
struct lp_error *elf_edit_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				 const char **name);

/* Replaces symbol `index`, under another name if `name` isn't NULL. */
struct lp_error *elf_edit_set_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				     const char *name);

/* Adds a symbol after the last one; it must not be local. */
struct lp_error *elf_edit_add_symbol(struct elf_edit *edit, GElf_Sym *symbol, const char *name);

/* The name of a section, or NULL if the file does not say; valid until the next change of names. */
const char *elf_edit_section_name(const struct elf_edit *edit, size_t index);

/*
 * Adds a section after the last one, with the header's type, flags, alignment, link and info
 * and these contents, which are copied. Pointers to sections are no longer valid.
 */
struct lp_error *elf_edit_add_section(struct elf_edit *edit, const char *name,
				      const Elf64_Shdr *header, const void *data, size_t size);

#endif
