/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an x86-64 instruction moves where, in the detail needed to follow an
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
	int other;           /* the other register of an exchange */
	bool adds;           /* the old value of `to` is part of the new one */
	arch_registers from; /* registers that the value is computed from */
	bool immediate;      /* it is computed from the immediate */
	bool address;        /* it is computed from the memory operand's address */
	bool content;        /* it is computed from the memory operand's content */
};

#define ARCH_STACK_POINTER 4 /* %rsp */
#define ARCH_RESULT        0 /* %rax */
#define ARCH_ARGUMENTS     6 /* in registers */

/* The register that passes argument number `n`, counted from 0. */
extern const uint8_t arch_argument_registers[ARCH_ARGUMENTS];

/* The registers that a called function preserves. */
#define ARCH_CALLEE_SAVED ((arch_registers)0xf038)

/* What the instruction does. An unknown instruction does nothing. */
struct arch_motion arch_motion(const struct arch_insn *insn);

/* Whether a jump to the function of that name is a return, or one to where a register says. */
bool arch_is_return_thunk(const char *name);
bool arch_is_indirect_thunk(const char *name);

#endif
