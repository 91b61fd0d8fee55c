// SPDX-License-Identifier: GPL-2.0-or-later
/* The address of a symbol of the original, and its form for the module loader. */
#include <string.h>

#include "create/proof/proof_internal.h"

/* The one symbol of that name and binding in the original; *ambiguous if there are several. */
static const struct symbol *find_symbol(const struct proof *proof, const char *name, bool local,
					bool *ambiguous)
{
	const struct symbol *found = NULL;

	*ambiguous = false;
	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if ((symbol->bind == STB_LOCAL) != local || symbol->type == STT_SECTION ||
		    symbol->type == STT_FILE || strcmp(symbol->name, name))
			continue;
		*ambiguous = found != NULL;
		found = symbol;
	}
	return found;
}

/* The kernel's one global symbol of that name: nm's types for those are capital letters. */
static uint64_t global_address(const struct proof *proof, const char *name)
{
	for (const struct kernel_symbol *known = proof_named(proof, name); known;
	     known = proof_next_named(proof, known)) {
		if (known->type >= 'A' && known->type <= 'Z')
			return known->address;
	}
	return 0;
}

/* A symbol of the module with a unique name, in the same section, not after the address. */
static const struct kernel_symbol *nearest_unique(const struct proof *proof, uint64_t address)
{
	const struct symbol_table *table = kernel_image_symbols(proof->image);
	const struct kernel_symbol *known = symbol_table_find_address(table, address);
	size_t available = kernel_image_available(proof->image, address);

	for (; known && known >= table->symbols; known--) {
		size_t there = kernel_image_available(proof->image, known->address);

		if (there != available + (address - known->address))
			return NULL;
		if (!symbol_table_position(table, known))
			return known;
	}
	return NULL;
}

/* The symbol that the address is counted from; see struct proven_symbol. */
static const struct kernel_symbol *base_symbol(const struct proof *proof, const char *name,
					       uint64_t address)
{
	const struct symbol_table *table = kernel_image_symbols(proof->image);
	const struct kernel_symbol *itself = proof_named_at(proof, name, address);

	/* Symbols that don't move with the image (per-cpu offsets) are named themselves. */
	if (!proof->is_module)
		return address < arch_kernel_base ? itself : proof->anchor;
	if (itself && !symbol_table_position(table, itself))
		return itself;
	return nearest_unique(proof, address);
}

struct lp_error *proof_name(const struct proof *proof, const char *name, uint64_t address,
			    struct proven_symbol *symbol)
{
	const struct kernel_symbol *base = base_symbol(proof, name, address);

	if (!base)
		return lp_error_new(LP_NOT_PROVEN, "%s: the symbol table of %s does not have %s",
				    proof->source, proof->object_name, name);
	unsigned int position = symbol_table_position(kernel_image_symbols(proof->image), base);

	*symbol = (struct proven_symbol){
		.address = address,
		.object = proof->object_name,
		.name = base->name,
		.position = position ? position : 1,
		.offset = address - base->address,
	};
	return NULL;
}

bool proof_knows(const struct proof *proof, const char *name)
{
	bool ambiguous;
	const struct symbol *found = find_symbol(proof, name, false, &ambiguous);

	return found && !ambiguous && found->undefined && proof_symbol_place(proof, found);
}

struct lp_error *proof_find(const struct proof *proof, const char *name, bool local,
			    struct proven_symbol *symbol)
{
	bool ambiguous;
	const struct symbol *found = find_symbol(proof, name, local, &ambiguous);
	uint64_t address = found && !ambiguous ? proof_symbol_place(proof, found) : 0;

	/* An address from an object that isn't proven must agree with the symbol table. */
	if (address && proof_mismatch(proof) && !proof_named_at(proof, name, address))
		address = 0;
	if (!address && !local)
		address = global_address(proof, name);
	if (!address && local && !ambiguous) {
		const struct kernel_symbol *known = proof_named(proof, name);

		/* Nothing that is proven refers to it, but there is only one. */
		if (known && !proof_next_named(proof, known))
			address = known->address;
	}
	if (!address)
		return lp_error_new(proof_mismatch(proof) ? LP_NOT_PROVEN : LP_UNSAFE,
				    "%s: the address of %s in the kernel is not certain: %s",
				    proof->source, name,
				    ambiguous ? "the source has several of that name"
					      : "no proven code refers to it");
	return proof_name(proof, name, address, symbol);
}
