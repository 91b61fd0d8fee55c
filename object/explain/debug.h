/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the readers of DWARF. */
#ifndef LPATCH_OBJECT_EXPLAIN_DEBUG_H
#define LPATCH_OBJECT_EXPLAIN_DEBUG_H

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct explained {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf;
	GElf_Addr bias;

	/* All DW_TAG_subprogram of the units, filled in at first use. */
	Dwarf_Die *functions;
	size_t nr_functions;
	bool has_functions;
};

/* Where libdwfl has put byte `offset` of section `index`; false if there is no such section. */
bool debug_address(struct explained *explained, size_t index, uint64_t offset, Dwarf_Addr *address);

struct explained_variable;

/* Sets file and line of a variable or function; false if they are not known. */
bool debug_describe_place(Dwarf_Die *die, struct explained_variable *variable);

/* Sets the type, "" if there is none. */
void debug_describe_type(Dwarf_Die *die, struct explained_variable *variable);

/* Kernel files are named from the top of the tree; directories above it are dropped. */
const char *debug_short_name(const char *file);

#endif
