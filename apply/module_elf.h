/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of a module as the kernel's loader reads it, which is by its raw headers
 * (elf_validity_check(), setup_load_info(), simplify_symbols(), apply_relocations() in
 * kernel/module/main.c and apply_relocate_add() in arch/x86/kernel/module.c, Linux 6.1).
 *
 * What the loader refuses is refused here, and also what it does not verify, such as
 * the index of a symbol: a wrong one makes it read and write out of bounds.
 */
#ifndef LPATCH_APPLY_MODULE_ELF_H
#define LPATCH_APPLY_MODULE_ELF_H

#include <elf.h>
#include <stdbool.h>

#include "common/error.h"
#include "common/file.h"

/* include/uapi/linux/elf.h, Linux 6.1. */
#define SHN_LIVEPATCH      0xff20
#define SHF_RELA_LIVEPATCH 0x00100000

/* A section in memory and in the file. */
struct module_elf_section {
	Elf64_Shdr header;
	const char *name;
	const unsigned char *data; /* NULL for SHT_NOBITS */
};

struct module_elf {
	const char *name;          /* of the module */
	const unsigned char *data; /* not ours */
	size_t size;               /* bytes, without a signature */
	struct module_elf_section *sections;
	size_t nr_sections;
	size_t headers; /* where their headers begin in the file */
	size_t table;   /* index of the symbol table */
	Elf64_Sym *symbols;
	size_t nr_symbols;
	const char *names; /* of symbols */
};

/* One relocation of what is loaded. */
struct module_elf_relocation {
	Elf64_Rela rela;
	const struct module_elf_section *filled;
	const Elf64_Sym *symbol;
};

/*
 * Reads the file of the module `name`; both must outlive *elf. LP_BAD_BUNDLE with one line
 * that says what is wrong. To be cleared in either case.
 */
struct lp_error *module_elf_read(const char *name, const struct blob *file, struct module_elf *elf);

void module_elf_clear(struct module_elf *elf);

/* The section of that name that is loaded, or NULL. */
const struct module_elf_section *module_elf_section(const struct module_elf *elf, const char *name);

static inline const char *module_elf_symbol_name(const struct module_elf *elf,
						 const Elf64_Sym *symbol)
{
	return elf->names + symbol->st_name;
}

/* The value of "KEY=" in .modinfo, or NULL. */
const char *module_elf_info(const struct module_elf *elf, const char *key);

typedef struct lp_error *module_elf_visit(void *context,
					  const struct module_elf_relocation *relocation);

/* Calls `visit` for each relocation of what is loaded, up to the first error. */
struct lp_error *module_elf_relocations(const struct module_elf *elf, module_elf_visit *visit,
					void *context);

/*
 * Whether a relocation can hold the value of a symbol at `address`, wherever the module is put:
 * an address of the kernel or its modules, which are the highest 2 GB, or one of a per-cpu
 * variable, which are small.
 */
bool module_elf_can_hold(const struct module_elf_relocation *relocation, uint64_t address);

/* A fault of the module: LP_BAD_BUNDLE. */
struct lp_error *module_elf_fault(const struct module_elf *elf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
