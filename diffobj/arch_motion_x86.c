/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/arch_motion.h"

#include <string.h>

const uint8_t arch_argument_registers[ARCH_ARGUMENTS] = {7, 6, 2, 1, 8, 9};

#define REGISTER(number) ((arch_registers)(1u << (number)))

static struct arch_motion motion(enum arch_motion_kind kind)
{
	return (struct arch_motion){
		.kind = kind, .to = ARCH_NO_REGISTER, .other = ARCH_NO_REGISTER};
}

/* The register gets a value that is not a known address. */
static struct arch_motion overwrites(unsigned int reg)
{
	struct arch_motion result = motion(ARCH_VALUE);

	result.to = (int)reg;
	return result;
}

/* The register's value becomes a part of that of the operand r/m. */
static struct arch_motion to_operand(const struct arch_insn *insn, bool adds)
{
	struct arch_motion result = motion(insn->memory ? ARCH_STORE : ARCH_VALUE);

	result.from = REGISTER(insn->reg);
	if (!insn->memory)
		result.to = (int)insn->rm;
	result.adds = adds;
	return result;
}

/* The operand's value becomes a part of that of the register. */
static struct arch_motion from_operand(const struct arch_insn *insn, bool adds)
{
	struct arch_motion result = overwrites(insn->reg);

	if (insn->memory)
		result.content = true;
	else
		result.from = REGISTER(insn->rm);
	result.adds = adds;
	return result;
}

/* The operand r/m gets the immediate. */
static struct arch_motion immediate_to_operand(const struct arch_insn *insn, bool adds)
{
	struct arch_motion result = motion(insn->memory ? ARCH_STORE : ARCH_VALUE);

	if (!insn->memory)
		result.to = (int)insn->rm;
	result.immediate = true;
	result.adds = adds;
	return result;
}

static struct arch_motion exchange(const struct arch_insn *insn)
{
	struct arch_motion result = to_operand(insn, true);

	if (!insn->memory) {
		result.other = (int)insn->reg;
		result.from |= REGISTER(insn->rm);
	}
	return result;
}

static struct arch_motion takes_address(const struct arch_insn *insn)
{
	struct arch_motion result = overwrites(insn->reg);

	result.address = true;
	if (insn->base != ARCH_NO_REGISTER)
		result.from |= REGISTER(insn->base);
	if (insn->index != ARCH_NO_REGISTER)
		result.from |= REGISTER(insn->index);
	return result;
}

/*
 * add, or, adc, sbb, and, sub, xor, cmp: the result of arithmetic on an address still counts as
 * that address.
 */
static struct arch_motion arithmetic(const struct arch_insn *insn)
{
	unsigned int operation = insn->opcode >> 3, form = insn->opcode & 7;
	bool adds = operation <= 2;

	if (form == 5 && adds) {
		struct arch_motion result = overwrites(ARCH_RESULT);

		result.immediate = result.adds = true;
		return result;
	}
	if (!insn->memory && insn->reg == insn->rm && (operation == 5 || operation == 6) &&
	    (form == 1 || form == 3))
		return overwrites(insn->rm);
	if (form == 1 && adds)
		return to_operand(insn, true);
	if (form == 3 && adds && !insn->memory)
		return from_operand(insn, true);
	return motion(ARCH_NOTHING);
}

/* The opcode ff. */
static struct arch_motion group_five(const struct arch_insn *insn)
{
	switch (insn->reg & 7) {
	case 2:
	case 3:
		return motion(ARCH_CALL);
	case 4:
	case 5:
		return motion(ARCH_JUMP);
	case 6: {
		struct arch_motion result = motion(ARCH_PUSH);

		result.content = insn->memory;
		result.from = insn->memory ? 0 : REGISTER(insn->rm);
		return result;
	}
	default:
		return motion(ARCH_NOTHING);
	}
}

static struct arch_motion push(arch_registers from, bool immediate)
{
	struct arch_motion result = motion(ARCH_PUSH);

	result.from = from;
	result.immediate = immediate;
	return result;
}

static struct arch_motion one_byte(const struct arch_insn *insn)
{
	unsigned int opcode = insn->opcode;

	if (opcode < 0x40)
		return arithmetic(insn);
	if (opcode >= 0x50 && opcode < 0x58)
		return push(REGISTER(insn->rm), false);
	if (opcode >= 0x58 && opcode < 0x60)
		return overwrites(insn->rm);
	if ((opcode >= 0x70 && opcode < 0x80) || (opcode >= 0xe0 && opcode < 0xe4))
		return motion(ARCH_BRANCH);
	if (opcode >= 0xb8 && opcode < 0xc0)
		return immediate_to_operand(insn, false);
	if (opcode > 0x90 && opcode < 0x98) {
		struct arch_motion result = overwrites(ARCH_RESULT);

		result.other = (int)insn->rm;
		result.from = REGISTER(ARCH_RESULT) | REGISTER(insn->rm);
		return result;
	}
	switch (opcode) {
	case 0x63: /* movslq */
	case 0x8b: /* mov */
		return from_operand(insn, false);
	case 0x68:
		return push(0, true);
	case 0x69: /* imul */
	case 0x6b:
		return overwrites(insn->reg);
	case 0x81: /* add and its like */
		return (insn->reg & 7) <= 1 ? immediate_to_operand(insn, true)
					    : motion(ARCH_NOTHING);
	case 0x87:
		return exchange(insn);
	case 0x89:
		return to_operand(insn, false);
	case 0x8d:
		return takes_address(insn);
	case 0xc7:
		return immediate_to_operand(insn, false);
	case 0xc2:
	case 0xc3:
		return motion(ARCH_RETURN);
	case 0xe8:
		return motion(ARCH_CALL);
	case 0xe9:
	case 0xeb:
		return motion(ARCH_JUMP);
	case 0xff:
		return group_five(insn);
	default:
		return motion(ARCH_NOTHING);
	}
}

static struct arch_motion two_bytes(const struct arch_insn *insn)
{
	unsigned int opcode = insn->opcode & 0xff;

	if (opcode >= 0x40 && opcode < 0x50) /* cmov */
		return from_operand(insn, true);
	if (opcode >= 0x80 && opcode < 0x90)
		return motion(ARCH_BRANCH);
	switch (opcode) {
	case 0xaf: /* imul */
	case 0xb6: /* movzx */
	case 0xb7:
	case 0xb8: /* popcnt, bsf, bsr */
	case 0xbc:
	case 0xbd:
	case 0xbe: /* movsx */
	case 0xbf:
		return overwrites(insn->reg);
	case 0xb1: /* cmpxchg */
	case 0xc1: /* xadd */
	case 0xc3: /* movnti */
		return to_operand(insn, true);
	default:
		return motion(ARCH_NOTHING);
	}
}

/* Stores without a ModRM byte: stos, of %rax where %rdi says. */
static bool is_string_store(const struct arch_insn *insn)
{
	return insn->opcode == 0xab;
}

struct arch_motion arch_motion(const struct arch_insn *insn)
{
	if (!insn->known)
		return motion(ARCH_NOTHING);
	if (is_string_store(insn)) {
		struct arch_motion result = motion(ARCH_STORE);

		result.from = REGISTER(ARCH_RESULT);
		return result;
	}
	return insn->opcode & 0x0f00 ? two_bytes(insn) : one_byte(insn);
}

/* arch/x86/lib/retpoline.S */
bool arch_is_return_thunk(const char *name)
{
	return !strcmp(name, "__x86_return_thunk");
}

bool arch_is_indirect_thunk(const char *name)
{
	const char *begin = "__x86_indirect_";

	return !strncmp(name, begin, strlen(begin));
}
