// SPDX-License-Identifier: GPL-2.0-or-later
/* Look-ups: names and bytes of the image, and the addresses of the original's symbols. */
#include <string.h>

#include "create/proof/proof_internal.h"

const struct kernel_symbol *proof_named(const struct proof *proof, const char *name)
{
	return symbol_table_find_name(kernel_image_symbols(proof->image), name);
}

const struct kernel_symbol *proof_next_named(const struct proof *proof,
					     const struct kernel_symbol *symbol)
{
	return symbol_table_next(kernel_image_symbols(proof->image), symbol);
}

uint64_t proof_first_difference(const struct proof *proof, const struct section *section,
				uint64_t address, uint64_t begin, uint64_t end)
{
	const uint8_t *image = kernel_image_bytes(proof->image, address + begin, end - begin);
	size_t count;
	const struct reloc *reloc = section_relocs(section, begin, end, &count);
	uint64_t at = begin;

	if (!image)
		return begin;
	for (size_t i = 0; i <= count; i++) {
		uint64_t stop = i < count ? reloc[i].offset : end;

		for (; at < stop; at++) {
			if (section->data[at] != image[at - begin])
				return at;
		}
		if (i == count)
			break;

		const struct arch_field field = arch_relocation_field(reloc[i].type);

		if (at + field.size <= end &&
		    !arch_same_around(&field, section->data + at, image + (at - begin)))
			return at;
		at += field.size;
	}
	return end;
}

bool proof_is_function(const struct symbol *symbol, const struct section *section)
{
	return symbol->section == section && symbol->type == STT_FUNC && symbol->size;
}

uint64_t proof_place(const struct proof *proof, const struct section *section, uint64_t offset)
{
	if (proof->section_address[section->index])
		return proof->section_address[section->index] + offset;
	if (!proof->section_differs[section->index])
		return 0;
	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if (proof->symbol_address[i] && proof_is_function(symbol, section) &&
		    offset >= symbol->value && offset - symbol->value < symbol->size)
			return proof->symbol_address[i] + (offset - symbol->value);
	}
	return 0;
}

/* The value that the linker used for the symbol, read from the image. */
bool proof_read_back(const struct proof *proof, const struct section *section,
		     const struct reloc *reloc, uint64_t *value)
{
	struct arch_field field = arch_relocation_field(reloc->type);
	uint64_t place = proof_place(proof, section, reloc->offset);
	const uint8_t *bytes =
		field.size && place ? kernel_image_bytes(proof->image, place, field.size) : NULL;

	if (!bytes)
		return false;
	uint64_t found = arch_read_field(reloc->type, bytes);

	*value = found - reloc->addend + (field.relative ? place : 0);
	return true;
}

const struct kernel_symbol *proof_named_at(const struct proof *proof, const char *name,
					   uint64_t address)
{
	const struct kernel_symbol *known = proof_named(proof, name);

	while (known && known->address != address)
		known = proof_next_named(proof, known);
	return known;
}

/* Where the original's symbol is, or 0. */
uint64_t proof_symbol_place(const struct proof *proof, const struct symbol *symbol)
{
	uint64_t known = proof->symbol_address[symbol->index], place;

	if (known)
		return known;
	if (!symbol->section || !proof->section_address[symbol->section->index])
		return 0;
	place = proof->section_address[symbol->section->index] + symbol->value;
	/* The code of a weak function is there also where another object's took its name. */
	if (symbol->bind == STB_WEAK && !proof_named_at(proof, symbol->name, place))
		return 0;
	return place;
}

const struct proof_mismatch *proof_mismatch(const struct proof *proof)
{
	return proof->mismatch.difference ? &proof->mismatch : NULL;
}
