/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the proof: proof.c fills it, the others read it. */
#ifndef LPATCH_CREATE_PROOF_PROOF_INTERNAL_H
#define LPATCH_CREATE_PROOF_PROOF_INTERNAL_H

#include "create/arch.h"
#include "create/proof/proof.h"

/* Code of the image that the kernel rewrites, as the tables of the image say. */
struct image_sites {
	bool known;
	struct image_site {
		uint64_t address, length; /* bytes */
	} * items;                        /* by address */
	size_t count, room;
	bool no_memory;
};

struct proof {
	const struct kernel_image *image;
	char *object_name; /* "vmlinux" or a module's name */
	bool is_module;
	const char *source;
	struct object object;               /* the exact original */
	const struct kernel_symbol *anchor; /* see proof_name() */
	uint64_t *section_address;          /* by section index; 0: not known */
	uint64_t *section_candidate;        /* by section index: one of several places that fit */
	uint64_t *symbol_address;           /* by symbol index; 0: not known */
	bool *section_differs;              /* by section index: code that is not in the image */
	struct proof_mismatch mismatch;     /* .difference is NULL if there is none */
	const char *module;                 /* path of the module's file, or NULL */
	struct image_sites *sites;          /* collected when they are first needed */
};

/*
 * Calls `found` for the sites of the image that overlap a range of addresses and that the image's
 * own tables name.
 */
struct lp_error *proof_image_sites(const struct proof *proof, uint64_t address, uint64_t size,
				   arch_image_site_found *found, void *context);

/* Leaves bytes, or what a relocation fills, out of what is compared in the running kernel. */
void proof_mask(struct proven_text *text, uint64_t address, uint64_t length);
void proof_mask_field(struct proven_text *text, uint64_t address, const struct arch_field *field);

/* The first symbol of that name in the image, in kallsyms order, or NULL; and the next. */
const struct kernel_symbol *proof_named(const struct proof *proof, const char *name);
const struct kernel_symbol *proof_next_named(const struct proof *proof,
					     const struct kernel_symbol *symbol);

/*
 * Reads from the image the value that the linker used for the relocation's
 * symbol. False if the image has no contents there, or the relocation is of an
 * unknown kind.
 */
bool proof_read_back(const struct proof *proof, const struct section *section,
		     const struct reloc *reloc, uint64_t *value);

/* Where a byte of the original's section is in the image; 0 if that is not known. */
uint64_t proof_place(const struct proof *proof, const struct section *section, uint64_t offset);

/*
 * The offset from `begin` on at which the section differs from the image bytes
 * that `address` (of the section's start) puts there, relocated fields aside;
 * `end` if it doesn't.
 */
uint64_t proof_first_difference(const struct proof *proof, const struct section *section,
				uint64_t address, uint64_t begin, uint64_t end);

/* Bytes from a symbol of the image to the next one, or to the end of its section. */
uint64_t proof_image_size(const struct proof *proof, const struct kernel_symbol *symbol);

/* True for a function with code of its own in that section. */
bool proof_is_function(const struct symbol *symbol, const struct section *section);

/* Fills proof->mismatch in for a section that is not in the image as a whole. */
struct lp_error *proof_section_mismatch(struct proof *proof, const struct section *section);

/* The same for a reference that means `value` in the image, and something else in the original. */
struct lp_error *proof_reference_mismatch(struct proof *proof, const struct section *section,
					  const struct reloc *reloc, uint64_t value);

/* Finds the functions of a section that differs one by one, where they are the same. */
void proof_place_functions(struct proof *proof, const struct section *section);

/* The same-named symbol of the image at that address, or NULL. */
const struct kernel_symbol *proof_named_at(const struct proof *proof, const char *name,
					   uint64_t address);

/* proof_text() for a function that is not proven. */
struct lp_error *proof_image_text(const struct proof *proof, const char *name,
				  struct proven_text *text);

/* Where a symbol of the original is in the image; 0 if that is not known. */
uint64_t proof_symbol_place(const struct proof *proof, const struct symbol *symbol);

#endif
