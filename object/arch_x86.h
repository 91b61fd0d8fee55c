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

/* The bytes of the instruction at `code`, of which `left` may be read; 0 if it is none. */
unsigned int arch_insn_length(const uint8_t *code, size_t left);

/* There is no such register. */
#define ARCH_NO_REGISTER (-1)

/* The parts of an instruction, as far as its length depends on them. */
struct arch_insn {
	unsigned int length;       /* bytes */
	unsigned int opcode;       /* its last byte; 0x0f00 more if 0f is in front of it */
	bool known;                /* false: of one of the other maps, VEX or EVEX */
	bool operand_size;         /* it has the prefix 66 */
	bool has_modrm;            /* the following are from its ModRM byte */
	unsigned int reg;          /* 0 to 15 */
	unsigned int rm;           /* register, 0 to 15, if it is no memory operand */
	bool memory;               /* it has a memory operand, of these: */
	int base, index;           /* registers or ARCH_NO_REGISTER */
	int32_t distance;          /* its displacement as a number */
	unsigned int displacement; /* where its four bytes are, from the begin; 0: there are none */
	unsigned int immediate;    /* likewise the immediate; 0: there is none */
};

/* Takes the instruction at `code` apart, of which `left` may be read; false if it is none. */
bool arch_insn_decode(const uint8_t *code, size_t left, struct arch_insn *insn);

/* A direct call or jump. */
struct arch_branch {
	unsigned int field;      /* where its operand is, in bytes from its begin */
	unsigned int field_size; /* 1 or 4 bytes */
	int64_t target;          /* in bytes from its begin */
};

/* Whether the instruction of `length` bytes at `code` is a direct call or jump, and where to. */
bool arch_insn_branch(const uint8_t *code, unsigned int length, struct arch_branch *branch);

/* Whether the four bytes at `field`, `before` bytes into the code, are the operand of one. */
bool arch_is_branch_operand(const uint8_t *field, size_t before);

/* Whether they are the operand of an instruction that takes the address itself (lea). */
bool arch_is_address_operand(const uint8_t *field, size_t before);

/*
 * Whether two instructions do the same with their operands in memory, whichever
 * registers the compiler has chosen for the rest: `a` and `b` are their first
 * bytes, up to the address that stands in them.
 */
bool arch_same_operation(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

/* Whether a stretch of code is nothing but no-ops, int3 or zeros: padding. */
bool arch_is_padding(const uint8_t *code, size_t size);

#endif
