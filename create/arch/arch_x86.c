// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/arch.h"

#include <string.h>

#include "object/arch_x86.h"

const char arch_name[] = "x86_64";
const char arch_folder[] = "arch/x86";

/* __START_KERNEL_map in arch/x86/include/asm/page_64_types.h, Linux 6.1. */
const uint64_t arch_kernel_base = 0xffffffff80000000;

const struct arch *arch_of_objects(void)
{
	return &arch_x86;
}

struct arch_field arch_relocation_field(uint32_t type)
{
	return arch_x86.field(type);
}

/* All fields are whole bytes. The target is little-endian, as is every host this is built for. */
uint64_t arch_read_field(uint32_t type, const uint8_t *bytes)
{
	const struct arch_field field = arch_relocation_field(type);
	uint64_t value = 0;

	memcpy(&value, bytes, field.size);
	return field.sign_extended && field.size == 4 ? (uint64_t)(int64_t)(int32_t)value : value;
}

void arch_fill_field(uint32_t type, uint8_t *bytes, uint64_t value)
{
	memcpy(bytes, &value, arch_relocation_field(type).size);
}

/* The size that Linux maps for its image (KERNEL_IMAGE_SIZE, asm/page_64_types.h of 6.1). */
#define IMAGE_SIZE (1ull << 30)

/* Per-cpu offsets of the kernel's own variables are below that. */
#define PERCPU_SIZE (1ull << 20)

bool arch_may_move(uint64_t address, uint32_t word)
{
	uint64_t absolute = (uint64_t)(int64_t)(int32_t)word, target = address + 4 + absolute;

	return absolute - arch_kernel_base < IMAGE_SIZE || target < PERCPU_SIZE;
}

bool arch_is_branch(uint32_t type, const unsigned char *code, uint64_t offset)
{
	return arch_x86.is_branch_operand(type, code + offset, offset);
}
