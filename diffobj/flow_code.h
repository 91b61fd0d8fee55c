/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The instructions of a function with its cold parts, and which one can follow which. */
#ifndef LPATCH_DIFFOBJ_FLOW_CODE_H
#define LPATCH_DIFFOBJ_FLOW_CODE_H

#include "diffobj/arch_motion.h"
#include "diffobj/piece.h"

#define NO_STEP UINT32_MAX

/* One instruction. */
struct step {
	const struct piece *piece;
	uint32_t at; /* offset in the section */
	struct arch_insn insn;
	struct arch_motion motion;
	const struct reloc *branch;       /* of its target */
	const struct reloc *displacement; /* of its memory operand */
	const struct reloc *immediate;
	uint32_t next;        /* the step after it; NO_STEP: nothing can follow */
	uint32_t target;      /* of a jump or branch; NO_STEP: not in this function */
	arch_registers stack; /* registers that may hold an address in the stack before it */
};

struct code {
	const struct piece *whole;
	struct step *steps;
	uint32_t nr_steps;
	bool broken; /* part of it could not be read */
};

/* Reads the code around a piece: a function, or another piece of code. NULL without memory. */
struct code *code_read(struct arena *arena, const struct piece *piece);

/* The step with the byte at that offset of the piece's section; NO_STEP if there is none. */
uint32_t code_step(const struct code *code, const struct piece *piece, int64_t offset);

/* The registers that hold a value computed from `registers` after the step. */
arch_registers code_advance(const struct step *step, arch_registers registers);

/* Whether the operand of a call or jump leads to a place in the same function. */
bool code_is_inside(const struct code *code, const struct reloc *reloc);

#endif
