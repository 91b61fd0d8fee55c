// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/arch.h"

#include <string.h>

#include "common/cleanup.h"

const char arch_name[] = "x86_64";
const char arch_folder[] = "arch/x86";

/* __START_KERNEL_map in arch/x86/include/asm/page_64_types.h, Linux 6.1. */
const uint64_t arch_kernel_base = 0xffffffff80000000;

struct arch_field arch_relocation_field(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return (struct arch_field){.nothing = true};
	case R_X86_64_64:
		return (struct arch_field){.size = 8};
	case R_X86_64_32:
		return (struct arch_field){.size = 4};
	case R_X86_64_32S:
		return (struct arch_field){.size = 4, .sign_extended = true};
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return (struct arch_field){.size = 4, .relative = true, .sign_extended = true};
	case R_X86_64_PC64:
		return (struct arch_field){.size = 8, .relative = true};
	}
	return (struct arch_field){0};
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

/*
 * call, jmp and the conditional jumps with 4 bytes. Other instructions with a relative field
 * have a mod r/m in front of it, 0x05 to 0x3d.
 */
bool arch_is_branch(uint32_t type, const unsigned char *code, uint64_t offset)
{
	if (!arch_relocation_field(type).relative)
		return false;
	if (offset >= 1 && (code[offset - 1] == 0xe8 || code[offset - 1] == 0xe9))
		return true;
	return offset >= 2 && code[offset - 2] == 0x0f && (code[offset - 1] & 0xf0) == 0x80;
}
