/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing an edited ELF file anew. */
#ifndef LPATCH_CREATE_ELF_ELF_WRITE_H
#define LPATCH_CREATE_ELF_ELF_WRITE_H

#include "create/elf/elf_edit.h"

/*
 * Writes all sections, in their order, to a new file, which takes the place of
 * edit->path when it is complete. LP_INTERNAL if it can't be written; edit->path
 * is as it was then. Gives every section of edit->sections its sh_offset and sh_size.
 *
 * Never in place: elf_update() of a file that was read (libelf 0.188, __elf64_updatefile())
 * writes as many headers as there are sections now out of an array that has as many as there
 * were, unless the section header table moves. Where added sections and names fill just what
 * gaps between the others had taken, it doesn't move, and what follows the array in memory
 * becomes the header of the last section. A new file has no such array.
 */
struct lp_error *elf_write(struct elf_edit *edit);

#endif
