/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reading and comparing objects needs to know about their architecture. One
 * struct arch answers for each; docs/porting.md says what must be answered.
 */
#ifndef LPATCH_OBJECT_ARCH_H
#define LPATCH_OBJECT_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct special_rule;

/* What a relocation does to the field it fills, which is little-endian. */
struct arch_field {
	unsigned int size;  /* bytes; 0 for a kind that is not known, or fills nothing */
	uint64_t mask;      /* the bits of the field that it fills */
	bool nothing;       /* fills nothing: only says that the symbol is needed */
	bool relative;      /* counted from a place that moves with the field */
	bool sign_extended; /* the field is shorter than an address, and may be negative */
};

/* A direct call or jump. */
struct arch_branch {
	unsigned int field;      /* offset of its operand, in bytes from its start */
	unsigned int field_size; /* bytes */
	int64_t target;          /* in bytes from its start */
	/*
	 * The relocation that fills the field, or 0 if it can't reach another section, and the
	 * bytes from the field to where the distance is counted from.
	 */
	uint32_t relocation;
	int64_t counted_from;
};

struct arch {
	const char *name; /* for messages: "x86-64" */
	uint16_t machine; /* e_machine */
	bool is_complete; /* objects can be made, and their instructions shown; false: only compared
			   */
	uint32_t distance; /* the relocation for a distance of 32 bits in data */
	/*
	 * In code, bytes from a relative field to where the distance is counted from, if the
	 * instruction ends with the field, and whether more may follow: an immediate.
	 */
	int8_t counted_from;
	bool immediate_follows;
	/* The sections of entries (object/special_rules.h), up to one without a name. */
	const struct special_rule *special_rules;

	/* What a relocation of that kind fills. */
	struct arch_field (*field)(uint32_t type);

	/* Whether a symbol of that name marks no start of a function or variable. */
	bool (*is_mark)(const char *name);

	/*
	 * The length of the instruction at `code` in bytes, of which `left` may be read; 0 if there
	 * is none.
	 */
	unsigned int (*insn_length)(const uint8_t *code, size_t left);

	/* Whether the instruction of `length` bytes is a direct call or jump, and where to. */
	bool (*insn_branch)(const uint8_t *code, unsigned int length, struct arch_branch *branch);

	/* Whether nothing goes on behind it: a jump without a condition, a return, a trap. */
	bool (*insn_is_end)(const uint8_t *code, unsigned int length);

	/* Whether it puts a constant where a function takes its second argument, and which. */
	bool (*insn_second_argument)(const uint8_t *code, unsigned int length, uint32_t *value);

	/*
	 * Whether the field of a relocation of kind `type`, `before` bytes into the code, is the
	 * operand of a direct call or jump; or of an instruction that takes, or may take, the
	 * address itself, instead of what is there.
	 */
	bool (*is_branch_operand)(uint32_t type, const uint8_t *field, size_t before);
	bool (*is_address_operand)(uint32_t type, const uint8_t *field, size_t before);

	/*
	 * Whether two instructions do the same with their operands in memory, with any choice of
	 * registers for the rest: `a` and `b` are their first bytes, up to the field of a
	 * relocation, which follows.
	 */
	bool (*same_operation)(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

	/* Whether a range of code is only what fills gaps. */
	bool (*is_padding)(const uint8_t *code, size_t size);
};

/* The architecture of an object with that e_machine; NULL if it is not known. */
const struct arch *arch_of_machine(uint16_t machine);

/* Whether two fields are the same, but for the bits that the relocation fills. */
bool arch_same_around(const struct arch_field *field, const uint8_t *a, const uint8_t *b);

/* Clears the bits that the relocation fills. */
void arch_clear_field(const struct arch_field *field, uint8_t *at);

#endif
