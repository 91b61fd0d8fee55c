// SPDX-License-Identifier: GPL-2.0-or-later
#include "object/arch_arm64.h"

#include <elf.h>
#include <string.h>

#include "common/cleanup.h"

/* The parts of instructions that relocations fill. */
#define IMM26 0x03ffffffu /* b, bl */
#define IMM19 0x00ffffe0u /* b.cond, cbz, ldr of a literal */
#define IMM14 0x0007ffe0u /* tbz */
#define IMM16 0x001fffe0u /* movz, movk */
#define IMM12 0x003ffc00u /* add, ldr, str */
#define IMM21 0x60ffffe0u /* adr, adrp */

struct kind {
	uint32_t type;
	struct arch_field field;
};

/* clang-format off */
#define INSN(type, mask)         {R_AARCH64_##type, {4, mask, false, false, false}}
#define RELATIVE(type, mask)     {R_AARCH64_##type, {4, mask, false, true, true}}
#define DATA(type, size, is_relative) \
	{R_AARCH64_##type, {size, UINT64_MAX >> (64 - 8 * (size)), false, is_relative, (size) < 8}}

/* Those of apply_relocate_add(), arch/arm64/kernel/module.c, Linux 6.12. */
static const struct kind kinds[] = {
	{R_AARCH64_NONE, {0, 0, true, false, false}},
	DATA(ABS64, 8, false), DATA(ABS32, 4, false), DATA(ABS16, 2, false),
	DATA(PREL64, 8, true), DATA(PREL32, 4, true), DATA(PREL16, 2, true),
	INSN(MOVW_UABS_G0, IMM16), INSN(MOVW_UABS_G0_NC, IMM16),
	INSN(MOVW_UABS_G1, IMM16), INSN(MOVW_UABS_G1_NC, IMM16),
	INSN(MOVW_UABS_G2, IMM16), INSN(MOVW_UABS_G2_NC, IMM16),
	INSN(MOVW_UABS_G3, IMM16),
	INSN(MOVW_SABS_G0, IMM16), INSN(MOVW_SABS_G1, IMM16), INSN(MOVW_SABS_G2, IMM16),
	RELATIVE(MOVW_PREL_G0, IMM16), RELATIVE(MOVW_PREL_G0_NC, IMM16),
	RELATIVE(MOVW_PREL_G1, IMM16), RELATIVE(MOVW_PREL_G1_NC, IMM16),
	RELATIVE(MOVW_PREL_G2, IMM16), RELATIVE(MOVW_PREL_G2_NC, IMM16),
	RELATIVE(MOVW_PREL_G3, IMM16),
	RELATIVE(LD_PREL_LO19, IMM19), RELATIVE(ADR_PREL_LO21, IMM21),
	RELATIVE(ADR_PREL_PG_HI21, IMM21), RELATIVE(ADR_PREL_PG_HI21_NC, IMM21),
	INSN(ADD_ABS_LO12_NC, IMM12),
	INSN(LDST8_ABS_LO12_NC, IMM12), INSN(LDST16_ABS_LO12_NC, IMM12),
	INSN(LDST32_ABS_LO12_NC, IMM12), INSN(LDST64_ABS_LO12_NC, IMM12),
	INSN(LDST128_ABS_LO12_NC, IMM12),
	RELATIVE(TSTBR14, IMM14), RELATIVE(CONDBR19, IMM19),
	RELATIVE(JUMP26, IMM26), RELATIVE(CALL26, IMM26),
};
/* clang-format on */

static struct arch_field field_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].type == type)
			return kinds[i].field;
	return (struct arch_field){0};
}

static uint32_t word_at(const uint8_t *code)
{
	uint32_t word;

	memcpy(&word, code, sizeof(word));
	return word;
}

static unsigned int insn_length(const uint8_t *code, size_t left)
{
	(void)code;
	return left < 4 ? 0 : 4;
}

/* The direct branches: their fixed bits, where the distance in words is, and its relocation. */
static const struct {
	uint32_t mask, value;
	unsigned int shift, bits;
	uint32_t relocation;
} branches[] = {
	{0xfc000000, 0x14000000, 0, 26, R_AARCH64_JUMP26},   /* b */
	{0xfc000000, 0x94000000, 0, 26, R_AARCH64_CALL26},   /* bl */
	{0xff000000, 0x54000000, 5, 19, R_AARCH64_CONDBR19}, /* b.cond */
	{0x7e000000, 0x34000000, 5, 19, R_AARCH64_CONDBR19}, /* cbz, cbnz */
	{0x7e000000, 0x36000000, 5, 14, R_AARCH64_TSTBR14},  /* tbz, tbnz */
};

static bool insn_branch(const uint8_t *code, unsigned int length, struct arch_branch *branch)
{
	uint32_t word = length == 4 ? word_at(code) : 0;

	for (size_t i = 0; i < ARRAY_SIZE(branches); i++) {
		if ((word & branches[i].mask) != branches[i].value)
			continue;

		unsigned int left = 32 - branches[i].bits - branches[i].shift;
		int32_t words = (int32_t)(word << left) >> (32 - branches[i].bits);

		*branch = (struct arch_branch){
			.field_size = 4,
			.target = (int64_t)words * 4,
			.relocation = branches[i].relocation,
		};
		return true;
	}
	return false;
}

/* brk is no end: the kernel goes on behind that of a warning. */
static bool insn_is_end(const uint8_t *code, unsigned int length)
{
	uint32_t word = length == 4 ? word_at(code) : 0;

	return (word & 0xfc000000) == 0x14000000 || /* b */
	       (word & 0xfe9ff000) == 0xd61f0000;   /* br, ret, and with authentication */
}

/* mov w1, #imm16 */
static bool insn_second_argument(const uint8_t *code, unsigned int length, uint32_t *value)
{
	uint32_t word = length == 4 ? word_at(code) : 0;

	*value = (word & IMM16) >> 5;
	return (word & ~IMM16) == 0x52800001;
}

static bool is_branch_operand(uint32_t type, const uint8_t *field, size_t before)
{
	(void)field;
	(void)before;
	return type == R_AARCH64_CALL26 || type == R_AARCH64_JUMP26 || type == R_AARCH64_CONDBR19 ||
	       type == R_AARCH64_TSTBR14;
}

/* The others read or write what is there. adrp is in front of either. */
static bool is_address_operand(uint32_t type, const uint8_t *field, size_t before)
{
	(void)field;
	(void)before;
	switch (type) {
	case R_AARCH64_LD_PREL_LO19:
	case R_AARCH64_LDST8_ABS_LO12_NC:
	case R_AARCH64_LDST16_ABS_LO12_NC:
	case R_AARCH64_LDST32_ABS_LO12_NC:
	case R_AARCH64_LDST64_ABS_LO12_NC:
	case R_AARCH64_LDST128_ABS_LO12_NC:
		return false;
	default:
		return true;
	}
}

/* An instruction without its registers, and without what relocations fill. */
static uint32_t operation_of(uint32_t word)
{
	static const struct {
		uint32_t mask, value, kept;
	} groups[] = {
		{0x1f000000, 0x10000000, 0x9f000000}, /* adr, adrp */
		{0x1f800000, 0x11000000, 0xffc00000}, /* add, sub of an immediate */
		{0x3b000000, 0x39000000, 0xffc00000}, /* load, store at a register and 12 bits */
		{0x3b000000, 0x18000000, 0xff000000}, /* load of a literal */
		{0x1f800000, 0x12800000, 0xffe00000}, /* movz, movk, movn */
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if ((word & groups[i].mask) == groups[i].value)
			return word & groups[i].kept;
	return word;
}

static bool same_operation(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	/* A field is the whole instruction: nothing is in front of it. */
	return !a_size && !b_size && operation_of(word_at(a)) == operation_of(word_at(b));
}

static bool is_padding(const uint8_t *code, size_t size)
{
	const uint32_t nop = 0xd503201f;

	for (size_t at = 0; at < size; at += 4)
		if (size - at < 4 || (word_at(code + at) && word_at(code + at) != nop))
			return false;
	return true;
}

/* Mapping symbols (ELF for the Arm 64-bit Architecture): "$x" before code, "$d" before data. */
static bool is_mark(const char *name)
{
	return name[0] == '$' && (name[1] == 'x' || name[1] == 'd') && (!name[2] || name[2] == '.');
}

const struct arch arch_arm64 = {
	.name = "arm64",
	.machine = EM_AARCH64,
	.distance = R_AARCH64_PREL32,
	.special_rules = special_rules_arm64,
	.field = field_of,
	.is_mark = is_mark,
	.insn_length = insn_length,
	.insn_branch = insn_branch,
	.insn_is_end = insn_is_end,
	.insn_second_argument = insn_second_argument,
	.is_branch_operand = is_branch_operand,
	.is_address_operand = is_address_operand,
	.same_operation = same_operation,
	.is_padding = is_padding,
};
