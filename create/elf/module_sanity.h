/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that every module must pass, independent of its contents. Each of
 * these returns LP_INTERNAL with one line that names the file, the section and
 * what is wrong. module_file.c asks them in this order, while it reads.
 */
#ifndef LPATCH_CREATE_ELF_MODULE_SANITY_H
#define LPATCH_CREATE_ELF_MODULE_SANITY_H

#include "create/elf/module_file.h"

/* A section's header by itself. Names are not known yet: messages have the sections' numbers. */
struct lp_error *module_sanity_header(const struct module_file *file, size_t index);

/* Checks that sections and headers don't overlap in the file. */
struct lp_error *module_sanity_overlaps(const struct module_file *file, const Elf64_Ehdr *header);

/* Checks that sections refer to sections of the right kind. */
struct lp_error *module_sanity_links(const struct module_file *file);

/* Symbol `index`, whose name may be NULL: not found. */
struct lp_error *module_sanity_symbol(const struct module_file *file, size_t index);

/* One relocation of the section that it fills. */
struct lp_error *module_sanity_relocation(const struct module_file *file,
					  const struct module_section *section,
					  const struct module_relocation *relocation);

#endif
