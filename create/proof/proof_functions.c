// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparing original and image function by function, if they differ as a whole. */
#include "common/text.h"
#include "create/proof/proof_internal.h"

uint64_t proof_image_size(const struct proof *proof, const struct kernel_symbol *symbol)
{
	uint64_t available = kernel_image_available(proof->image, symbol->address);

	return symbol->size && symbol->size < available ? symbol->size : available;
}

static bool is_same_at(const struct proof *proof, const struct symbol *symbol,
		       const struct kernel_symbol *known)
{
	uint64_t end = symbol->value + symbol->size;

	return proof_first_difference(proof, symbol->section, known->address - symbol->value,
				      symbol->value, end) == end;
}

/* The only address in the image with the original's code of the function, or 0. */
static uint64_t place_function(const struct proof *proof, const struct symbol *symbol)
{
	uint64_t found = 0;

	for (const struct kernel_symbol *known = proof_named(proof, symbol->name); known;
	     known = proof_next_named(proof, known)) {
		if (!is_same_at(proof, symbol, known))
			continue;
		if (found)
			return 0;
		found = known->address;
	}
	return found;
}

void proof_place_functions(struct proof *proof, const struct section *section)
{
	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if (proof_is_function(symbol, section))
			proof->symbol_address[i] = place_function(proof, symbol);
	}
}

static struct lp_error *function_differs(struct proof *proof, const struct symbol *symbol,
					 const struct kernel_symbol *known, uint64_t at)
{
	struct proof_mismatch *mismatch = &proof->mismatch;

	mismatch->function = symbol->name;
	mismatch->offset = at - symbol->value;
	mismatch->compiled = symbol->section->data + symbol->value;
	mismatch->compiled_size = symbol->size;
	mismatch->section = symbol->section;
	mismatch->begin = symbol->value;
	mismatch->address = known->address;
	mismatch->kernel_size = proof_image_size(proof, known);
	mismatch->kernel = kernel_image_bytes(proof->image, known->address, mismatch->kernel_size);
	return text_format(&mismatch->difference, "%s differs from byte %llu on", symbol->name,
			   (unsigned long long)mismatch->offset);
}

/* The first function in the section that differs by itself, in the order of the symbols. */
struct lp_error *proof_section_mismatch(struct proof *proof, const struct section *section)
{
	struct proof_mismatch *mismatch = &proof->mismatch;

	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];
		const struct kernel_symbol *known;

		if (!proof_is_function(symbol, section))
			continue;
		known = proof_named(proof, symbol->name);
		if (!known) {
			mismatch->function = symbol->name;
			return text_format(&mismatch->difference, "%s has no function %s",
					   proof->object_name, symbol->name);
		}
		if (proof_next_named(proof, known))
			continue;
		uint64_t end = symbol->value + symbol->size;
		uint64_t at = proof_first_difference(proof, section, known->address - symbol->value,
						     symbol->value, end);

		if (at < end)
			return function_differs(proof, symbol, known, at);
	}
	return text_format(&mismatch->difference,
			   "the functions of section %s are in another order", section->name);
}

struct lp_error *proof_reference_mismatch(struct proof *proof, const struct section *section,
					  const struct reloc *reloc, uint64_t value)
{
	struct proof_mismatch *mismatch = &proof->mismatch;
	const struct kernel_symbol *known =
		symbol_table_find_address(kernel_image_symbols(proof->image), value);

	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if (!proof_is_function(symbol, section) || reloc->offset < symbol->value ||
		    reloc->offset - symbol->value >= symbol->size)
			continue;
		mismatch->function = symbol->name;
		mismatch->offset = reloc->offset - symbol->value;
	}
	return text_format(&mismatch->difference,
			   "%s refers to %s at byte %llu, where the kernel has %s",
			   mismatch->function ?: section->name, reloc->symbol->name,
			   mismatch->function ? (unsigned long long)mismatch->offset
					      : (unsigned long long)reloc->offset,
			   known ? known->name : "something else");
}
