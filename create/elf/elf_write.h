/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing an edited ELF file anew. */
#ifndef LPATCH_CREATE_ELF_ELF_WRITE_H
#define LPATCH_CREATE_ELF_ELF_WRITE_H

#include "create/elf/elf_edit.h"

/*
 * Writes all sections, in their order, to a new file, which replaces edit->path when
 * it is complete. LP_INTERNAL if it can't be written; edit->path is then unchanged.
 * Gives every section of edit->sections its sh_offset and sh_size.
 *
 * Never in place: elf_update() of a file that was read (libelf 0.188, __elf64_updatefile())
 * reads the new number of headers from an array with the old number, unless the section
 * header table moves. If added sections and names fit exactly into gaps between the others,
 * it doesn't move, and the memory after the array becomes the header of the last section. A
 * new file has no such array.
 */
struct lp_error *elf_write(struct elf_edit *edit);

#endif
