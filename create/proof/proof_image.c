// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The expected bytes of a replaced function that is not proven: the function in
 * the image, found by its name. The core can still detect changes by others.
 */
#include <string.h>

#include "create/proof/proof_internal.h"

static void mask_image_site(void *context, uint64_t address, uint64_t length)
{
	proof_mask(context, address, length);
}

/* A linked kernel does not say where its relocations were. */
static void mask_kernel(const struct proof *proof, struct proven_text *text)
{
	for (uint32_t i = 0; i + 4 <= text->size; i++) {
		uint32_t word;

		memcpy(&word, text->expect + i, sizeof(word));
		if (arch_may_move(text->address + i, word))
			proof_mask(text, text->address + i, sizeof(word));
	}
	arch_image_sites(proof->image, mask_image_site, text);
}

/* Where in the module's file the function is. */
struct module_function {
	const struct symbol *symbol;
	struct proven_text *text;
};

static void mask_module_site(void *context, const struct section *section, uint64_t offset,
			     uint64_t length)
{
	const struct module_function *function = context;

	if (section == function->symbol->section)
		proof_mask(function->text,
			   function->text->address + offset - function->symbol->value, length);
}

/* The module's file still has its relocations, and all of them change when it is loaded. */
static struct lp_error *mask_module(const struct object *module, const char *name,
				    struct proven_text *text)
{
	struct module_function function = {.text = text};

	for (size_t i = 1; i < module->nr_symbols; i++) {
		const struct symbol *symbol = &module->symbols[i];

		if (symbol->type == STT_FUNC && symbol->section && !strcmp(symbol->name, name))
			function.symbol = symbol;
	}
	if (!function.symbol)
		return lp_error_new(LP_NOT_PROVEN, "%s has no function %s", module->path, name);
	const struct section *section = function.symbol->section;
	uint64_t begin = function.symbol->value;
	size_t count;
	const struct reloc *relocs = section_relocs(section, begin, begin + text->size, &count);

	for (size_t i = 0; i < count; i++) {
		const struct arch_field field = arch_relocation_field(relocs[i].type);

		proof_mask_field(text, text->address + relocs[i].offset - begin, &field);
	}
	arch_rewritten_sites(module, mask_module_site, &function);
	return NULL;
}

static struct lp_error *mask(const struct proof *proof, const char *name, struct proven_text *text)
{
	struct object module = {0};

	if (!proof->module) {
		mask_kernel(proof, text);
		return NULL;
	}
	struct lp_error *error = object_open(proof->module, &module);

	if (!error)
		error = mask_module(&module, name, text);
	object_close(&module);
	return error;
}

static struct lp_error *fill(const struct proof *proof, const struct kernel_symbol *known,
			     struct proven_text *text)
{
	uint64_t size = proof_image_size(proof, known);
	const uint8_t *bytes = kernel_image_bytes(proof->image, known->address, size);

	if (!bytes || !size || size > UINT32_MAX)
		return lp_error_new(LP_NOT_PROVEN, "%s has no code for %s", proof->object_name,
				    known->name);
	text->address = known->address;
	text->size = size;
	text->expect = malloc(size);
	text->mask = malloc(size);
	if (!text->expect || !text->mask)
		return lp_error_no_memory();
	memcpy(text->expect, bytes, size);
	memset(text->mask, 0xff, size);
	return mask(proof, known->name, text);
}

struct lp_error *proof_image_text(const struct proof *proof, const char *name,
				  struct proven_text *text)
{
	const struct kernel_symbol *known = proof_named(proof, name);

	*text = (struct proven_text){0};
	if (!known || proof_next_named(proof, known))
		return lp_error_hint(
			lp_error_new(LP_NOT_PROVEN,
				     "%s: the function %s can't be found in %s: it %s of that name",
				     proof->source, name, proof->object_name,
				     known ? "has several" : "has none"),
			"In an object that is not proven, only functions with unique names can be "
			"replaced.");
	struct lp_error *error = fill(proof, known, text);

	if (error)
		proven_text_clear(text);
	return error;
}

void proven_text_clear(struct proven_text *text)
{
	free(text->expect);
	free(text->mask);
	*text = (struct proven_text){0};
}
