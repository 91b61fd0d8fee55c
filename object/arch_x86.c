/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object/arch_x86.h"

#include <string.h>

struct arch_field arch_x86_field(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return (struct arch_field){.nothing = true};
	case R_X86_64_64:
		return (struct arch_field){.size = 8, .mask = UINT64_MAX};
	case R_X86_64_32:
		return (struct arch_field){.size = 4, .mask = UINT32_MAX};
	case R_X86_64_32S:
		return (struct arch_field){.size = 4, .mask = UINT32_MAX, .sign_extended = true};
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return (struct arch_field){
			.size = 4, .mask = UINT32_MAX, .relative = true, .sign_extended = true};
	case R_X86_64_PC64:
		return (struct arch_field){.size = 8, .mask = UINT64_MAX, .relative = true};
	}
	return (struct arch_field){0};
}

/* What follows an opcode, besides prefixes: M a ModRM byte, and the immediate. */
enum {
	M = 1,   /* ModRM */
	B = 2,   /* 1 byte */
	W = 4,   /* 2 bytes */
	Z = 8,   /* 4 bytes, 2 with the operand size prefix */
	V = 16,  /* Z, 8 bytes with REX.W */
	D = 32,  /* 4 bytes whatever the prefixes say: the target of a branch */
	A = 64,  /* an address: 8 bytes, 4 with the address size prefix */
	G = 128, /* the immediate (B or Z) only if ModRM.reg is 0 or 1 */
	X = 256, /* no instruction in 64-bit mode, or handled elsewhere */
};

/* clang-format off */
static const uint16_t one_byte[256] = {
	/* 00 */ M, M, M, M, B, Z, X, X, M, M, M, M, B, Z, X, X,
	/* 10 */ M, M, M, M, B, Z, X, X, M, M, M, M, B, Z, X, X,
	/* 20 */ M, M, M, M, B, Z, X, X, M, M, M, M, B, Z, X, X,
	/* 30 */ M, M, M, M, B, Z, X, X, M, M, M, M, B, Z, X, X,
	/* 40 */ X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
	/* 50 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* 60 */ X, X, X, M, X, X, X, X, Z, M|Z, B, M|B, 0, 0, 0, 0,
	/* 70 */ B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	/* 80 */ M|B, M|Z, X, M|B, M, M, M, M, M, M, M, M, M, M, M, M,
	/* 90 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, X, 0, 0, 0, 0, 0,
	/* a0 */ A, A, A, A, 0, 0, 0, 0, B, Z, 0, 0, 0, 0, 0, 0,
	/* b0 */ B, B, B, B, B, B, B, B, V, V, V, V, V, V, V, V,
	/* c0 */ M|B, M|B, W, 0, X, X, M|B, M|Z, W|B, 0, W, 0, 0, B, X, 0,
	/* d0 */ M, M, M, M, X, X, X, 0, M, M, M, M, M, M, M, M,
	/* e0 */ B, B, B, B, B, B, B, B, D, D, X, B, 0, 0, 0, 0,
	/* f0 */ X, 0, X, X, 0, 0, M|B|G, M|Z|G, 0, 0, 0, 0, 0, 0, M, M,
};

static const uint16_t two_byte[256] = {
	/* 00 */ M, M, M, M, X, 0, 0, 0, 0, 0, X, 0, X, M, 0, M|B,
	/* 10 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* 20 */ M, M, M, M, X, X, X, X, M, M, M, M, M, M, M, M,
	/* 30 */ 0, 0, 0, 0, 0, 0, X, 0, X, X, X, X, X, X, X, X,
	/* 40 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* 50 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* 60 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* 70 */ M|B, M|B, M|B, M|B, M, M, M, 0, M, M, X, X, M, M, M, M,
	/* 80 */ D, D, D, D, D, D, D, D, D, D, D, D, D, D, D, D,
	/* 90 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* a0 */ 0, 0, 0, M, M|B, M, X, X, 0, 0, 0, M, M|B, M, M, M,
	/* b0 */ M, M, M, M, M, M, M, M, M, M, M|B, M, M, M, M, M,
	/* c0 */ M, M, M|B, M, M|B, M|B, M|B, M, 0, 0, 0, 0, 0, 0, 0, 0,
	/* d0 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* e0 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
	/* f0 */ M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
};
/* clang-format on */

/* The position of the decoder. */
struct reader {
	const uint8_t *code;
	size_t left; /* bytes that may be read; left - at of them after `at` */
	size_t at;
	bool operand_size, address_size, rex_w;
	unsigned int rex; /* R, X and B, as in the prefix; not those of VEX and EVEX */
};

static bool is_prefix(uint8_t byte)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
	case 0x66:
	case 0x67:
	case 0xf0:
	case 0xf2:
	case 0xf3:
		return true;
	default:
		return false;
	}
}

static void read_prefixes(struct reader *reader)
{
	while (reader->at < reader->left && is_prefix(reader->code[reader->at])) {
		reader->operand_size |= reader->code[reader->at] == 0x66;
		reader->address_size |= reader->code[reader->at] == 0x67;
		reader->at++;
	}
	if (reader->at < reader->left && (reader->code[reader->at] & 0xf0) == 0x40) {
		reader->rex = reader->code[reader->at++] & 15;
		reader->rex_w = reader->rex & 8;
	}
}

/* The opcode, with the prefixes that are part of it; X if there is none. */
static uint16_t read_opcode(struct reader *reader)
{
	const uint8_t *code = reader->code + reader->at;
	size_t left = reader->left - reader->at;

	if (!left)
		return X;
	if (code[0] == 0x0f && left > 2 && (code[1] == 0x38 || code[1] == 0x3a)) {
		reader->at += 3;
		return code[1] == 0x38 ? M : M | B;
	}
	if (code[0] == 0x0f) {
		reader->at += 2;
		return left > 1 ? two_byte[code[1]] : X;
	}

	/* VEX of two and three bytes, EVEX: the map is in the prefix. */
	size_t prefix = code[0] == 0xc5 ? 2 : code[0] == 0xc4 ? 3 : code[0] == 0x62 ? 4 : 0;

	if (prefix) {
		unsigned int map = prefix == 2 ? 1
				   : left > 1  ? code[1] & (prefix == 4 ? 7 : 31)
					       : 0;

		if (left <= prefix)
			return X;
		reader->at += prefix + 1;
		if (map == 1)
			return two_byte[code[prefix]] & (M | B);
		return map == 2 || map == 5 || map == 6 ? M : map == 3 ? M | B : X;
	}
	reader->at++;
	return one_byte[code[0]];
}

/* A bit of the REX prefix as the fourth bit of a register's number. */
static unsigned int rex_bit(const struct reader *reader, unsigned int bit)
{
	return reader->rex & bit ? 8 : 0;
}

/* The SIB byte; false if the code ends before it does. Without a base four bytes follow. */
static bool read_sib(struct reader *reader, unsigned int mod, struct arch_insn *insn)
{
	if (reader->at >= reader->left)
		return false;

	uint8_t sib = reader->code[reader->at++];
	unsigned int index = ((sib >> 3) & 7) | rex_bit(reader, 2);

	if (index != 4)
		insn->index = (int)index;
	if ((sib & 7) != 5 || mod)
		insn->base = (int)((sib & 7) | rex_bit(reader, 1));
	return true;
}

/* ModRM, SIB and displacement; false if the code ends before they do. */
static bool read_modrm(struct reader *reader, struct arch_insn *insn)
{
	if (reader->at >= reader->left)
		return false;

	uint8_t modrm = reader->code[reader->at++];
	unsigned int mod = modrm >> 6, rm = modrm & 7;

	insn->has_modrm = true;
	insn->reg = ((modrm >> 3) & 7) | rex_bit(reader, 4);
	insn->rm = rm | rex_bit(reader, 1);
	insn->memory = mod != 3;
	if (mod == 3)
		return true;
	if (rm != 4 && (rm != 5 || mod))
		insn->base = (int)insn->rm;
	if (rm == 4 && !read_sib(reader, mod, insn))
		return false;
	if (mod != 1 && mod != 2 && insn->base != ARCH_NO_REGISTER)
		return true;

	size_t size = mod == 1 ? 1 : 4;

	if (reader->left - reader->at < size)
		return false;
	if (size == 4) {
		insn->displacement = (unsigned int)reader->at;
		memcpy(&insn->distance, reader->code + reader->at, 4);
	} else {
		/* NOLINTNEXTLINE(bugprone-signed-char-misuse): a distance, which may be negative */
		insn->distance = (int8_t)reader->code[reader->at];
	}
	reader->at += size;
	return true;
}

static size_t immediate_size(const struct reader *reader, uint16_t form, unsigned int reg)
{
	size_t size = 0;

	if ((form & G) && reg > 1)
		return 0;
	if (form & B)
		size += 1;
	if (form & W)
		size += 2;
	if (form & Z)
		size += reader->operand_size && !reader->rex_w ? 2 : 4;
	if (form & V)
		size += reader->rex_w ? 8 : reader->operand_size ? 2 : 4;
	if (form & D)
		size += 4;
	if (form & A)
		size += reader->address_size ? 4 : 8;
	return size;
}

bool arch_insn_decode(const uint8_t *code, size_t left, struct arch_insn *insn)
{
	struct reader reader = {.code = code, .left = left > 15 ? 15 : left};

	*insn = (struct arch_insn){.base = ARCH_NO_REGISTER, .index = ARCH_NO_REGISTER};
	read_prefixes(&reader);

	size_t begin = reader.at;
	uint16_t form = read_opcode(&reader);

	if ((form & X) || ((form & M) && !read_modrm(&reader, insn)))
		return false;

	size_t size = immediate_size(&reader, form, insn->reg & 7);

	insn->operand_size = reader.operand_size;
	if (size)
		insn->immediate = (unsigned int)reader.at;
	reader.at += size;
	if (reader.at > reader.left)
		return false;
	insn->length = (unsigned int)reader.at;
	insn->opcode = code[begin];
	insn->known = code[begin] != 0xc4 && code[begin] != 0xc5 && code[begin] != 0x62;
	if (code[begin] == 0x0f) {
		insn->opcode = 0x0f00 | code[begin + 1];
		insn->known = code[begin + 1] != 0x38 && code[begin + 1] != 0x3a;
	} else if (!insn->has_modrm) {
		/* In the opcode itself; see the callers. */
		insn->rm = (code[begin] & 7) | rex_bit(&reader, 1);
	}
	return true;
}

unsigned int arch_insn_length(const uint8_t *code, size_t left)
{
	struct arch_insn insn;

	return arch_insn_decode(code, left, &insn) ? insn.length : 0;
}

bool arch_insn_branch(const uint8_t *code, unsigned int length, struct arch_branch *branch)
{
	struct reader reader = {.code = code, .left = length};

	read_prefixes(&reader);
	code += reader.at;

	bool near =
		code[0] == 0xe8 || code[0] == 0xe9 || (code[0] == 0x0f && (code[1] & 0xf0) == 0x80);
	bool close = code[0] == 0xeb || (code[0] & 0xf0) == 0x70 || (code[0] & 0xfc) == 0xe0;

	if (!near && !close)
		return false;

	int32_t distance;

	branch->field_size = near ? 4 : 1;
	branch->field = length - branch->field_size;
	if (near)
		memcpy(&distance, code - reader.at + branch->field, 4);
	else
		/* NOLINTNEXTLINE(bugprone-signed-char-misuse): a distance, which may be negative */
		distance = (int8_t)code[-(int)reader.at + (int)branch->field];
	branch->target = (int64_t)length + distance;
	branch->relocation = near ? R_X86_64_PLT32 : 0;
	branch->counted_from = branch->field_size;
	return true;
}

static bool insn_is_end(const uint8_t *code, unsigned int length)
{
	struct reader reader = {.code = code, .left = length};

	read_prefixes(&reader);
	code += reader.at;
	switch (code[0]) {
	case 0xe9: /* jmp */
	case 0xeb:
	case 0xc2: /* ret */
	case 0xc3:
		return true;
	case 0xff: /* jmp through a register or memory */
		return (code[1] >> 3 & 7) == 4;
	case 0x0f:
		return code[1] == 0x0b; /* ud2 */
	default:
		return false;
	}
}

/*
 * call, jmp and the conditional jumps with 4 bytes. Other instructions with a relative field
 * have a mod r/m in front of it, 0x05 to 0x3d.
 */
static bool is_branch_operand(uint32_t type, const uint8_t *field, size_t before)
{
	if (!arch_x86_field(type).relative)
		return false;
	if (before >= 1 && (field[-1] == 0xe8 || field[-1] == 0xe9))
		return true;
	return before >= 2 && field[-2] == 0x0f && (field[-1] & 0xf0) == 0x80;
}

static bool is_address_operand(uint32_t type, const uint8_t *field, size_t before)
{
	if (!arch_x86_field(type).relative)
		return true;
	/* lea is 8d and a ModRM byte. */
	return before >= 2 && field[-2] == 0x8d;
}

/* The start of an instruction without the parts that name registers. */
struct operation {
	uint8_t bytes[8]; /* prefixes, REX.W, opcode, and what of ModRM is no register */
	size_t size;
};

/* Whether ModRM.reg is a part of the opcode (Intel SDM volume 2, table A-6). */
static bool is_group(const uint8_t *opcode)
{
	switch (opcode[0]) {
	case 0x80:
	case 0x81:
	case 0x83:
	case 0x8f:
	case 0xc0:
	case 0xc1:
	case 0xc6:
	case 0xc7:
	case 0xd0 ... 0xd3:
	case 0xf6:
	case 0xf7:
	case 0xfe:
	case 0xff:
		return true;
	case 0x0f:
		return opcode[1] < 2 || opcode[1] == 0x18 || opcode[1] == 0xae ||
		       opcode[1] == 0xba || opcode[1] == 0xc7;
	default:
		return false;
	}
}

static void append(struct operation *operation, uint8_t byte)
{
	if (operation->size < sizeof(operation->bytes))
		operation->bytes[operation->size++] = byte;
}

/* False if there is no opcode. */
static bool read_operation(const uint8_t *code, size_t size, struct operation *operation)
{
	struct reader reader = {.code = code, .left = size};

	*operation = (struct operation){};
	read_prefixes(&reader);
	for (size_t i = 0; i < reader.at; i++)
		append(operation, is_prefix(code[i]) ? code[i] : 0x40 | reader.rex_w << 3);
	/* A REX prefix that only names registers counts as none. */
	if (operation->size && operation->bytes[operation->size - 1] == 0x40)
		operation->size--;

	size_t opcode = reader.at;
	uint16_t form = read_opcode(&reader);

	if (form & X)
		return false;
	for (size_t i = opcode; i < reader.at; i++)
		append(operation, code[i]);
	if ((code[opcode] & 0xf8) == 0xb8) /* mov $address, register */
		operation->bytes[operation->size - 1] = 0xb8;
	if (!(form & M) || reader.at >= size)
		return true;

	uint8_t modrm = code[reader.at];
	bool is_memory = modrm >> 6 != 3;

	append(operation, is_memory);
	append(operation, is_group(code + opcode) ? modrm >> 3 & 7 : 0);
	return true;
}

static bool same_operation(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	struct operation left, right;

	return read_operation(a, a_size, &left) && read_operation(b, b_size, &right) &&
	       left.size == right.size && !memcmp(left.bytes, right.bytes, left.size);
}

bool arch_is_padding(const uint8_t *code, size_t size)
{
	size_t at = 0;

	while (at < size) {
		const uint8_t *insn = code + at;
		unsigned int length = arch_insn_length(insn, size - at);
		struct reader reader = {.code = insn, .left = length};

		read_prefixes(&reader);
		insn += reader.at;
		if (length &&
		    (insn[0] == 0x90 || insn[0] == 0xcc || (insn[0] == 0x0f && insn[1] == 0x1f)))
			at += length;
		else if (code[at] == 0)
			at++;
		else
			return false;
	}
	return true;
}

/* mov $imm32,%esi */
static bool insn_second_argument(const uint8_t *code, unsigned int length, uint32_t *value)
{
	if (length != 5 || code[0] != 0xbe)
		return false;
	memcpy(value, code + 1, sizeof(*value));
	return true;
}

/* __pfx_f (objtool 6.2 and later) and __cfi_f (clang) are names for the bytes before f. */
static bool is_mark(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6);
}

const struct arch arch_x86 = {
	.name = "x86-64",
	.machine = EM_X86_64,
	.is_complete = true,
	.distance = R_X86_64_PC32,
	.counted_from = 4,
	.immediate_follows = true,
	.special_rules = special_rules_x86,
	.field = arch_x86_field,
	.is_mark = is_mark,
	.insn_length = arch_insn_length,
	.insn_branch = arch_insn_branch,
	.insn_is_end = insn_is_end,
	.insn_second_argument = insn_second_argument,
	.is_branch_operand = is_branch_operand,
	.is_address_operand = is_address_operand,
	.same_operation = same_operation,
	.is_padding = arch_is_padding,
};
