/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts that the object differ relies on: instructions and names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "diffobj/names.h"
#include "object/arch_x86.h"

static const struct {
	const char *instruction;
	const char *bytes;
	unsigned int length; /* as the processor decodes it; 0: no instruction */
} instructions[] = {
	{"nop", "\x90", 1},
	{"ret", "\xc3", 1},
	{"push %r13", "\x41\x55", 2},
	{"mov %rsp,%rbp", "\x48\x89\xe5", 3},
	{"mov 0x30(%rdi),%rax", "\x48\x8b\x47\x30", 4},
	{"mov 0x12345678(%rsp),%eax", "\x8b\x84\x24\x78\x56\x34\x12", 7},
	{"movb $1, x(%rip)", "\xc6\x05\x00\x00\x00\x00\x01", 7},
	{"movl $1, x(%rip)", "\xc7\x05\x00\x00\x00\x00\x01\x00\x00\x00", 10},
	{"movw $1, x(%rip)", "\x66\xc7\x05\x00\x00\x00\x00\x01\x00", 9},
	{"testb $1, x(%rip)", "\xf6\x05\x00\x00\x00\x00\x01", 7},
	{"notb x(%rip)", "\xf6\x15\x00\x00\x00\x00", 6},
	{"cmpl $0, x(%rip)", "\x83\x3d\x00\x00\x00\x00\x00", 7},
	{"mov $0x1122334455667788,%rax", "\x48\xb8\x88\x77\x66\x55\x44\x33\x22\x11", 10},
	{"mov $0x11223344,%esi", "\xbe\x44\x33\x22\x11", 5},
	{"call", "\xe8\x00\x00\x00\x00", 5},
	{"je near", "\x0f\x84\x00\x00\x00\x00", 6},
	{"jmp short", "\xeb\x10", 2},
	{"lock xadd %eax,x(%rip)", "\xf0\x0f\xc1\x05\x00\x00\x00\x00", 8},
	{"bts $3,x(%rip)", "\x0f\xba\x2d\x00\x00\x00\x00\x03", 8},
	{"endbr64", "\xf3\x0f\x1e\xfa", 4},
	{"five bytes of nop", "\x0f\x1f\x44\x00\x00", 5},
	{"ud2", "\x0f\x0b", 2},
	{"crc32q %rax,%rcx", "\xf2\x48\x0f\x38\xf1\xc8", 6},
	{"vpxor %ymm0,%ymm0,%ymm0", "\xc5\xfd\xef\xc0", 4},
	{"shlx %rax,%rbx,%rcx", "\xc4\xe2\xf9\xf7\xcb", 5},
	{"mov %gs:x(%rip),%rax", "\x65\x48\x8b\x05\x00\x00\x00\x00", 8},
	{"movabs 0x8877665544332211,%al", "\xa0\x11\x22\x33\x44\x55\x66\x77\x88", 9},
	{"enter", "\xc8\x10\x00\x01", 4},
	{"nothing in 64-bit mode", "\x06", 0},
	{"an opcode that is cut off", "\x0f", 0},
	{"an immediate that is cut off", "\xe8\x00\x00", 0},
};

static void lengths_are_those_of_the_processor(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++) {
		uint8_t code[16] = {};
		size_t left = instructions[i].length ? sizeof(code) : 0;

		/* What is cut off has as many bytes as it shows. */
		if (!left)
			left = instructions[i].bytes[0] == '\xe8' ? 3 : 1;
		memcpy(code, instructions[i].bytes,
		       instructions[i].length ? instructions[i].length : left);
		if (arch_insn_length(code, left) != instructions[i].length)
			fail_msg("%s has %u bytes, not %u", instructions[i].instruction,
				 arch_insn_length(code, left), instructions[i].length);
	}
}

static void branches_tell_where_they_go(void **state)
{
	struct arch_branch branch;

	(void)state;
	assert_true(arch_insn_branch((const uint8_t *)"\xe8\x10\x00\x00\x00", 5, &branch));
	assert_int_equal(branch.target, 0x15);
	assert_int_equal(branch.field, 1);
	assert_int_equal(branch.field_size, 4);
	assert_true(arch_insn_branch((const uint8_t *)"\x0f\x84\xfa\xff\xff\xff", 6, &branch));
	assert_int_equal(branch.target, 0);
	assert_true(arch_insn_branch((const uint8_t *)"\x74\xfe", 2, &branch));
	assert_int_equal(branch.target, 0);
	assert_int_equal(branch.field_size, 1);
	assert_true(arch_insn_branch((const uint8_t *)"\x2e\xe8\x00\x00\x00\x00", 6, &branch));
	assert_int_equal(branch.field, 2);
	assert_false(arch_insn_branch((const uint8_t *)"\xff\xd0", 2, &branch));
}

static void padding_is_told_from_code(void **state)
{
	(void)state;
	assert_true(arch_is_padding((const uint8_t *)"\x90\x66\x90\x0f\x1f\x00\xcc\x00", 8));
	assert_true(
		arch_is_padding((const uint8_t *)"\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00", 10));
	assert_false(arch_is_padding((const uint8_t *)"\x90\xc3", 2));
}

static const struct {
	const char *name, *stem;
} stems[] = {
	{"tcp_v4_rcv", "tcp_v4_rcv"},
	{"count.3", "count"},
	{"f.constprop.0", "f.constprop"},
	{"f.constprop.0.isra.12", "f.constprop.isra"},
	{"f.part.0.cold", "f.part.cold"},
	{"f.cold.7", "f.cold"},
	{"f.lto_priv.5", "f"},
	{"f.llvm.1234567890", "f"},
	{"f.count", "f.count"},
	{"__UNIQUE_ID_ddebug612.20", "__UNIQUE_ID_ddebug"},
	{"__BTF_ID__func__f__123", "__BTF_ID__func__f__"},
	{".LC5", ".LC5"},
};

static void stems_lack_what_compilers_number(void **state)
{
	struct arena arena = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stems); i++)
		assert_string_equal(name_stem(&arena, stems[i].name), stems[i].stem);
	arena_release(&arena);
}

static void cold_parts_are_told_by_name(void **state)
{
	(void)state;
	assert_int_equal(name_of_cold_part("f.cold"), 1);
	assert_int_equal(name_of_cold_part("f.isra.0.cold"), 8);
	assert_int_equal(name_of_cold_part("f.cold.12"), 1);
	assert_int_equal(name_of_cold_part("f.coldish"), 0);
	assert_int_equal(name_of_cold_part("f"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_those_of_the_processor),
		cmocka_unit_test(branches_tell_where_they_go),
		cmocka_unit_test(padding_is_told_from_code),
		cmocka_unit_test(stems_lack_what_compilers_number),
		cmocka_unit_test(cold_parts_are_told_by_name),
	};

	return cmocka_run_group_tests_name("diffobj parts", tests, NULL, NULL);
}
