/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finished module, or an object that went into one, read like by the loader:
 * from its bytes, with only the structures of elf.h. It shares no code with the
 * writer of the file, and trusts nothing in it.
 */
#ifndef LPATCH_CREATE_ELF_MODULE_FILE_H
#define LPATCH_CREATE_ELF_MODULE_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/file.h"

/* include/uapi/linux/elf.h, Linux 6.1. */
#define SHN_LIVEPATCH      0xff20
#define SHF_RELA_LIVEPATCH 0x00100000

struct module_relocation {
	uint64_t offset; /* bytes from the start of the section that it fills */
	uint32_t type;   /* R_X86_64_* */
	uint32_t symbol; /* index in module_file.symbols */
	int64_t addend;
	uint32_t from; /* index of the section that contains it */
};

struct module_section {
	const char *name;
	Elf64_Shdr header;
	const unsigned char *data;             /* NULL for SHT_NOBITS */
	struct module_relocation *relocations; /* that fill it, by offset */
	size_t nr_relocations;
};

struct module_symbol {
	const char *name;
	Elf64_Sym symbol;
};

struct module_file {
	const char *name; /* for messages */
	struct blob bytes;
	struct module_section *sections; /* 0 is the empty one */
	size_t nr_sections;
	struct module_symbol *symbols; /* 0 is the empty one */
	size_t nr_symbols;
	uint32_t *by_name; /* indices of the symbols, sorted by name */
	uint32_t first_global;
};

/*
 * Reads `bytes`, of which it makes a copy, without a signature at the end. `name` must outlive
 * it. LP_INTERNAL, one line that names the file, the section and what is wrong, unless
 *  - every section header is one that the linker makes: a kind that is known, a name, a power of
 *    two as alignment and an offset that fits it, contents inside the file that overlap with
 *    nothing, links to sections of the right kind, whole entries;
 *  - every symbol has a name and lies in its section, local ones first;
 *  - every relocation is of a known kind, fills bytes of its section and has a symbol.
 * The caller calls module_file_clear() in either case.
 */
struct lp_error *module_file_read(const char *name, const struct blob *bytes,
				  struct module_file *file);

void module_file_clear(struct module_file *file);

/* The first section of that name, or NULL. */
const struct module_section *module_file_section(const struct module_file *file, const char *name);

/*
 * The symbols of that name: the first of them in file->by_name, as an index there, and their
 * number in *count, which may be 0.
 */
size_t module_file_symbols(const struct module_file *file, const char *name, size_t *count);

/* The relocation that fills the section at that offset, or NULL. */
const struct module_relocation *module_section_relocation(const struct module_section *section,
							  uint64_t offset);

static inline bool module_section_is_code(const struct module_section *section)
{
	return (section->header.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) ==
	       (SHF_ALLOC | SHF_EXECINSTR);
}

static inline bool module_section_is_loaded(const struct module_section *section)
{
	return section->header.sh_flags & SHF_ALLOC && section->header.sh_type != SHT_RELA;
}

#endif
