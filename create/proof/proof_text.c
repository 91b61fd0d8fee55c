// SPDX-License-Identifier: GPL-2.0-or-later
/* The expected bytes of a replaced function in the running kernel. */
#include <string.h>

#include "create/proof/proof_internal.h"

/* The state of the callback for rewritten sites. */
struct masking {
	const struct section *section;
	uint64_t begin; /* of the function in its section */
	struct proven_text *text;
};

static void mask_out(void *context, const struct section *section, uint64_t offset, uint64_t length)
{
	const struct masking *masking = context;

	if (section != masking->section)
		return;
	proof_mask(masking->text, masking->text->address + offset - masking->begin, length);
}

/* True if two places keep their distance wherever the kernel or the module is loaded. */
static bool moves_along(const struct proof *proof, uint64_t address, uint64_t other)
{
	if (!proof->is_module)
		return other >= arch_kernel_base;
	/* The loader places each section of a module by itself. */
	size_t available = kernel_image_available(proof->image, address);
	size_t there = kernel_image_available(proof->image, other);

	return there && available - there == other - address;
}

/*
 * Absolute addresses change when the kernel is loaded at a random place, and
 * so do distances to what does not move along: per-cpu offsets, constants.
 */
static void mask_relocated(const struct proof *proof, struct masking *masking)
{
	const struct section *section = masking->section;
	size_t count;
	const struct reloc *relocs = section_relocs(section, masking->begin,
						    masking->begin + masking->text->size, &count);

	for (size_t i = 0; i < count; i++) {
		struct arch_field field = arch_relocation_field(relocs[i].type);
		uint64_t value;

		if (!field.relative || !proof_read_back(proof, section, &relocs[i], &value) ||
		    !moves_along(proof, masking->text->address, value))
			proof_mask_field(masking->text,
					 masking->text->address + relocs[i].offset - masking->begin,
					 &field);
	}
}

static void mask_image_site(void *context, uint64_t address, uint64_t length)
{
	proof_mask(context, address, length);
}

struct lp_error *proof_text(const struct proof *proof, const char *name, struct proven_text *text)
{
	const struct symbol *found = NULL;

	*text = (struct proven_text){0};
	for (size_t i = 1; i < proof->object.nr_symbols && !found; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if (symbol->type == STT_FUNC && symbol->section && !strcmp(symbol->name, name))
			found = symbol;
	}
	uint64_t address = found ? proof_symbol_place(proof, found) : 0;

	if (!address && proof_mismatch(proof))
		return proof_image_text(proof, name, text);
	if (found && found->bind == STB_WEAK &&
	    address != proof_place(proof, found->section, found->value))
		return lp_error_hint(
			lp_error_new(LP_UNSAFE,
				     "%s: %s is weak, and %s has the definition of another source "
				     "file: the change of this one has no effect",
				     proof->source, name, proof->object_name),
			"Leave this function out of the patch.");
	const uint8_t *bytes =
		address ? kernel_image_bytes(proof->image, address, found->size) : NULL;

	if (!bytes || !found->size || found->size > UINT32_MAX)
		return lp_error_new(LP_NOT_PROVEN,
				    "%s: the address of the function %s in the kernel is not known",
				    proof->source, name);
	text->address = address;
	text->size = found->size;
	text->expect = malloc(found->size);
	text->mask = malloc(found->size);
	if (!text->expect || !text->mask) {
		proven_text_clear(text);
		return lp_error_no_memory();
	}
	memcpy(text->expect, bytes, found->size);
	memset(text->mask, 0xff, found->size);
	struct masking masking = {.section = found->section, .begin = found->value, .text = text};

	mask_relocated(proof, &masking);
	arch_rewritten_sites(&proof->object, mask_out, &masking);
	/* What objtool finds only when the kernel or a module is linked, the object does not name.
	 */
	struct lp_error *error =
		proof_image_sites(proof, text->address, text->size, mask_image_site, text);

	if (error)
		proven_text_clear(text);
	return error;
}
