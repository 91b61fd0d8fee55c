// SPDX-License-Identifier: GPL-2.0-or-later
/* Which bits of a function the running kernel may have changed. */
#include "create/proof/proof_internal.h"

static void mask_bits(struct proven_text *text, uint64_t address, uint8_t bits)
{
	if (address >= text->address && address - text->address < text->size)
		text->mask[address - text->address] &= (uint8_t)~bits;
}

void proof_mask(struct proven_text *text, uint64_t address, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++)
		mask_bits(text, address + i, 0xff);
}

void proof_mask_field(struct proven_text *text, uint64_t address, const struct arch_field *field)
{
	for (unsigned int i = 0; i < field->size; i++)
		mask_bits(text, address + i, (uint8_t)(field->mask >> (8 * i)));
}
