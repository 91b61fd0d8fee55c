/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about x86-64: relocation kinds (ELF x86-64 psABI) and instructions
 * (Intel SDM volume 2, appendix A).
 */
#ifndef LPATCH_OBJECT_ARCH_X86_H
#define LPATCH_OBJECT_ARCH_X86_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object/arch.h"
#include "object/special_rules.h"

extern const struct arch arch_x86;

extern const struct special_rule special_rules_x86[];

/* What the relocation fills, as in struct arch; and likewise the three that follow. */
struct arch_field arch_x86_field(uint32_t type);

unsigned int arch_insn_length(const uint8_t *code, size_t left);

bool arch_insn_branch(const uint8_t *code, unsigned int length, struct arch_branch *branch);

bool arch_is_padding(const uint8_t *code, size_t size);

/* No register. */
#define ARCH_NO_REGISTER (-1)

/* The parts of an instruction, as far as its length depends on them. */
struct arch_insn {
	unsigned int length;       /* bytes */
	unsigned int opcode;       /* its last byte; plus 0x0f00 if 0f is in front of it */
	bool known;                /* false for other maps, VEX and EVEX */
	bool operand_size;         /* it has the prefix 66 */
	bool has_modrm;            /* the following are from its ModRM byte */
	unsigned int reg;          /* 0 to 15 */
	unsigned int rm;           /* register, 0 to 15, if it is no memory operand */
	bool memory;               /* it has a memory operand, of these: */
	int base, index;           /* registers or ARCH_NO_REGISTER */
	int32_t distance;          /* its displacement as a number */
	unsigned int displacement; /* offset of its four bytes from the start; 0: it has none */
	unsigned int immediate;    /* offset of the immediate; 0: there is none */
};

/* Decodes the instruction at `code`, of which `left` bytes may be read; false if there is none. */
bool arch_insn_decode(const uint8_t *code, size_t left, struct arch_insn *insn);

#endif
