/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an x86-64 instruction moves where, as far as it takes to follow an
 * address: Intel SDM volume 2, and the System V ABI for calls.
 */
#ifndef LPATCH_DIFFOBJ_ARCH_MOTION_H
#define LPATCH_DIFFOBJ_ARCH_MOTION_H

#include "object/arch_x86.h"

enum arch_motion_kind {
	ARCH_NOTHING, /* no address: a comparison, a test, flags, parts of a register */
	ARCH_VALUE,   /* a register gets a value */
	ARCH_STORE,   /* the memory operand gets one */
	ARCH_PUSH,    /* the stack gets one */
	ARCH_CALL,
	ARCH_JUMP,
	ARCH_BRANCH, /* a jump that may not be taken */
	ARCH_RETURN,
};

/* A set of registers: bit 0 is %rax, bit 15 is %r15. */
typedef uint16_t arch_registers;

struct arch_motion {
	enum arch_motion_kind kind;
	int to;              /* ARCH_VALUE: the register that gets it; else ARCH_NO_REGISTER */
	int other;           /* another one that gets it, of an exchange */
	bool adds;           /* what was in `to` is a part of the value */
	arch_registers from; /* registers of which it is made */
	bool immediate;      /* it is made of the immediate */
	bool address;        /* it is made of the memory operand's address */
	bool content;        /* it is made of the memory operand's content */
};

#define ARCH_STACK_POINTER 4 /* %rsp */
#define ARCH_RESULT        0 /* %rax */
#define ARCH_ARGUMENTS     6 /* in registers */

/* The register that the argument of that number is passed in, from 0 on. */
extern const uint8_t arch_argument_registers[ARCH_ARGUMENTS];

/* The registers that a called function leaves as they were. */
#define ARCH_CALLEE_SAVED ((arch_registers)0xf038)

/* What the instruction does. One that is not known does nothing. */
struct arch_motion arch_motion(const struct arch_insn *insn);

#endif
