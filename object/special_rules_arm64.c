// SPDX-License-Identifier: GPL-2.0-or-later
/* The sections of entries of arm64 kernels, by Linux 4.18 to 6.12. */
#include "object/arch_arm64.h"

/* clang-format off */
#define PLACES(section) \
	{section, FOLLOWS_FROM_CODE, {{8, {{0, ADDRESS}}, 0, 0}}, 0, 0, NOTHING_TELLS, false}

const struct special_rule special_rules_arm64[] = {
	/*
	 * struct alt_instr, arch/arm64/include/asm/alternative.h: if the replacement is empty, the
	 * second field leads to a function that makes it.
	 */
	{".altinstructions", HAS_MEANING,
		{{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, NOTHING_TELLS, false},
	/* struct bug_entry, asm-generic/bug.h, and the macros in asm/asm-bug.h */
	{"__bug_table", HAS_MEANING, {
		/* since 5.19 (69505e3d9a39) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		/* up to 5.18 */
		{12, {{0, FROM_FIELD}, {4, FROM_ENTRY}}, 0, 0},
		/* without CONFIG_DEBUG_BUGVERBOSE */
		{8, {{0, FROM_FIELD}}, 0, 0}}, 8, 2, SECOND_NAMES_SOURCE, false},
	/* struct exception_table_entry, asm/extable.h */
	{"__ex_table", HAS_MEANING, {
		/* since 5.16 (d6e2cc564775: a type and data) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		{8, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, NOTHING_TELLS, false},
	/* struct jump_entry, linux/jump_label.h and asm/jump_label.h */
	{"__jump_table", HAS_MEANING, {
		/* since 4.20 (c296146c058c) */
		{16, {{0, FROM_FIELD}, {4, FROM_FIELD}, {8, FROM_FIELD_8}}, 0, 0},
		{24, {{0, ADDRESS}, {8, ADDRESS}, {16, ADDRESS}}, 0, 0}}, 0, 0, NOTHING_TELLS, true},
	PLACES("__mcount_loc"),
	PLACES("__patchable_function_entries"),
	PLACES("_kprobe_blacklist"),
	{},
};
/* clang-format on */
