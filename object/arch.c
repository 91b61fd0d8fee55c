// SPDX-License-Identifier: GPL-2.0-or-later
#include "object/arch.h"

#include "common/cleanup.h"
#include "object/arch_arm64.h"
#include "object/arch_x86.h"

const struct arch *arch_of_machine(uint16_t machine)
{
	static const struct arch *const known[] = {&arch_x86, &arch_arm64};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i]->machine == machine)
			return known[i];
	return NULL;
}

static uint8_t mask_of(const struct arch_field *field, unsigned int byte)
{
	return (uint8_t)(field->mask >> (8 * byte));
}

bool arch_same_around(const struct arch_field *field, const uint8_t *a, const uint8_t *b)
{
	for (unsigned int i = 0; i < field->size; i++)
		if ((a[i] ^ b[i]) & ~mask_of(field, i))
			return false;
	return true;
}

void arch_clear_field(const struct arch_field *field, uint8_t *at)
{
	for (unsigned int i = 0; i < field->size; i++)
		at[i] &= (uint8_t)~mask_of(field, i);
}
