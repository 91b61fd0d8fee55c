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

/* Bytes of the field of a relocation; 0 for a kind that kernel objects don't have. */
unsigned int arch_reloc_size(uint32_t type);

/* Whether the field holds a distance from its own place. */
bool arch_reloc_is_relative(uint32_t type);

/*
 * The length of the instruction at `code` in bytes, of which `left` may be read; 0 if there is
 * none.
 */
unsigned int arch_insn_length(const uint8_t *code, size_t left);

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

/* A direct call or jump. */
struct arch_branch {
	unsigned int field;      /* offset of its operand, in bytes from its start */
	unsigned int field_size; /* 1 or 4 bytes */
	int64_t target;          /* in bytes from its start */
};

/* Whether the instruction of `length` bytes at `code` is a direct call or jump, and where to. */
bool arch_insn_branch(const uint8_t *code, unsigned int length, struct arch_branch *branch);

/* Whether nothing goes on behind the instruction: a jump that has no condition, ret, ud2. */
bool arch_insn_is_end(const uint8_t *code, unsigned int length);

/* Whether the four bytes at `field`, `before` bytes into the code, are the operand of one. */
bool arch_is_branch_operand(const uint8_t *field, size_t before);

/* Whether they are the operand of an instruction that takes the address itself (lea). */
bool arch_is_address_operand(const uint8_t *field, size_t before);

/*
 * Whether two instructions do the same with their operands in memory, with any
 * choice of registers for the rest: `a` and `b` are their first bytes, up to
 * the address in them.
 */
bool arch_same_operation(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

/* Whether a range of code is only no-ops, int3 or zeros: padding. */
bool arch_is_padding(const uint8_t *code, size_t size);

#endif
