/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the proof share: proof.c makes it, the others ask it. */
#ifndef LPATCH_CREATE_PROOF_INTERNAL_H
#define LPATCH_CREATE_PROOF_INTERNAL_H

#include "create/arch.h"
#include "create/proof.h"

struct proof {
	const struct kernel_image *image;
	char *object_name; /* "vmlinux" or a module's name */
	bool is_module;
	const char *source;
	struct object object;               /* the exact original */
	const struct kernel_symbol *anchor; /* see proof_name() */
	uint64_t *section_address;          /* by section index; 0: not known */
	uint64_t *symbol_address;           /* by symbol index; 0: not known */
};

/* The first symbol of that name in the image, in kallsyms order, or NULL; and the next. */
const struct kernel_symbol *proof_named(const struct proof *proof, const char *name);
const struct kernel_symbol *proof_next_named(const struct proof *proof,
					     const struct kernel_symbol *symbol);

/*
 * Reads back from the image what the linker put in the place of the
 * relocation's symbol. False if the image has no contents there, or the
 * relocation is of an unknown kind.
 */
bool proof_read_back(const struct proof *proof, const struct section *section,
		     const struct reloc *reloc, uint64_t *value);

/* Where a symbol of the original is in the image; 0 if that is not known. */
uint64_t proof_symbol_place(const struct proof *proof, const struct symbol *symbol);

#endif
