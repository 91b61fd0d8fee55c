// SPDX-License-Identifier: GPL-2.0-or-later
#include "object/special_rules.h"

#include "common/cleanup.h"

/*
 * Where Linux defines them (6.1 unless another version is named):
 * struct alt_instr, arch/x86/include/asm/alternative.h: 12 bytes; 13 until
 * 5.17 (with padlen); 14 since 6.5 (flags). struct paravirt_patch_site,
 * asm/paravirt_types.h. struct bug_entry, asm-generic/bug.h: with and without
 * CONFIG_DEBUG_BUGVERBOSE. struct exception_table_entry, asm/extable.h.
 * struct jump_entry, linux/jump_label.h. struct static_call_site,
 * linux/static_call_types.h. The rest are lists of places, made by objtool
 * (tools/objtool/check.c) or the compiler.
 */
/* clang-format off */
const struct special_rule special_rules[] = {
	{".altinstructions", HAS_MEANING, 0, 0,
		{{12, 2, {0, 4}, 0, 11}, {13, 2, {0, 4}, 0, 11}, {14, 2, {0, 4}, 0, 13}}},
	{".parainstructions", HAS_MEANING, 0, 0, {{16, 1, {0}, 6, 0}}},
	{"__bug_table", HAS_MEANING, 8, 2, {{12, 2, {0, 4}, 0, 0}, {8, 1, {0}, 0, 0}}},
	{"__ex_table", HAS_MEANING, 0, 0, {{12, 2, {0, 4}, 0, 0}}},
	{"__jump_table", HAS_MEANING, 0, 0, {{16, 3, {0, 4, 8}, 0, 0}}},
	{".static_call_sites", HAS_MEANING, 0, 0, {{8, 2, {0, 4}, 0, 0}}},
	{".retpoline_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".return_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".call_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".cfi_sites", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".ibt_endbr_seal", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".smp_locks", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{".orc_unwind_ip", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{"__mcount_loc", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
	{"__patchable_function_entries", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
	{".kcfi_traps", FOLLOWS_FROM_CODE, 0, 0, {{4, 1, {0}, 0, 0}}},
	{"_kprobe_blacklist", FOLLOWS_FROM_CODE, 0, 0, {{8, 1, {0}, 0, 0}}},
};
/* clang-format on */

const size_t nr_special_rules = ARRAY_SIZE(special_rules);
