/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest module that the running kernel's loader would accept: some code and data with
 * relocations of each kind, and nothing that could be run. For tests of code that reads modules.
 */
#ifndef LPATCH_TESTS_TINY_MODULE_H
#define LPATCH_TESTS_TINY_MODULE_H

#include "common/file.h"

/* The numbers of its sections. */
enum tiny_section {
	TINY_NULL,
	TINY_TEXT,
	TINY_RELA_TEXT,
	TINY_DATA,
	TINY_RELA_DATA,
	TINY_KLP_RELA,
	TINY_MODINFO,
	TINY_MODULE,
	TINY_BSS,
	TINY_SYMTAB,
	TINY_STRTAB,
	TINY_SHSTRTAB,
	NR_TINY_SECTIONS
};

/* Undefined: _printk, and, weak, perhaps; of live patching: schedule of vmlinux. */
enum tiny_symbol {
	TINY_SYMBOL_NULL,
	TINY_SYMBOL_TEXT,
	TINY_SYMBOL_INIT,
	TINY_SYMBOL_PRINTK,
	TINY_SYMBOL_PERHAPS,
	TINY_SYMBOL_KLP,
	TINY_SYMBOL_ABS,
	NR_TINY_SYMBOLS
};

/* The file of a module of that name for the running kernel, to be freed by the caller. */
struct blob tiny_module(const char *name);

/* Where the header of a section, and its contents, are in the file: bytes from its begin. */
size_t tiny_header(const struct blob *module, enum tiny_section section);
size_t tiny_contents(const struct blob *module, enum tiny_section section);

#endif
