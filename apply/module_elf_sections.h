/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of module_elf_read(): the contents of the sections. */
#ifndef LPATCH_APPLY_MODULE_ELF_SECTIONS_H
#define LPATCH_APPLY_MODULE_ELF_SECTIONS_H

#include "apply/module_elf.h"

/* Checks that no section shares bytes of the file with another one or with the headers. */
struct lp_error *module_elf_check_overlaps(const struct module_elf *elf);

/*
 * That the sections that the loader looks for are there and hold what they should, and that
 * relocations can be done.
 */
struct lp_error *module_elf_check_contents(const struct module_elf *elf);

#endif
