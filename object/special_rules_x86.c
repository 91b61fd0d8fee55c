// SPDX-License-Identifier: GPL-2.0-or-later
/* The sections of entries of x86 kernels. */
#include "object/arch_x86.h"
#include "object/special_rules.h"

/* clang-format off */
#define PLACES(section, kind) \
	{section, FOLLOWS_FROM_CODE, {{(kind) == ADDRESS ? 8 : 4, {{0, kind}}, 0, 0}}, 0, 0, NOTHING_TELLS, false}

/* For each layout the versions of Linux that have it, and the commit that made the difference. */
const struct special_rule special_rules_x86[] = {
	/*
	 * struct alt_instr, arch/x86/include/asm/alternative.h. Up to 5.12, static_cpu_has()
	 * (asm/cpufeature.h) makes entries with no replacement whose second field is empty.
	 */
	{".altinstructions", HAS_MEANING, {
		/* up to 4.0; 5.13 (23c1ad538f4f) to 6.2 */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 11},
		/* 4.1 (4332195c5615: padlen) to 5.12 */
		{13, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 11},
		/* since 6.3 (5d1dd961e743: flags) */
		{14, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 13}}, 0, 0, NOTHING_TELLS, false},
	/*
	 * struct paravirt_patch_site, asm/paravirt_types.h, up to 6.7: an address, type and length,
	 * and what may be clobbered (2 bytes); the rest is padding, which old assembly leaves out
	 * at the end.
	 */
	{".parainstructions", HAS_MEANING, {{16, {{0, ADDRESS}}, 6, 0}}, 0, 0, NOTHING_TELLS, false},
	/* struct bug_entry, asm-generic/bug.h, and the macros in asm/bug.h */
	{"__bug_table", HAS_MEANING, {
		/* since 5.19 (69505e3d9a39) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		/* up to 5.18 */
		{12, {{0, FROM_FIELD}, {4, FROM_ENTRY}}, 0, 0},
		/* without CONFIG_DEBUG_BUGVERBOSE */
		{8, {{0, FROM_FIELD}}, 0, 0}}, 8, 2, SECOND_NAMES_SOURCE, false},
	/* struct exception_table_entry, asm/extable.h */
	{"__ex_table", HAS_MEANING, {
		/* since 5.16 (46d28947d987: a type and data) */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0},
		/* 4.6 (548acf19234d: a handler) to 5.15 */
		{12, {{0, FROM_FIELD}, {4, FROM_FIELD}, {8, FROM_FIELD}}, 0, 0},
		/* up to 4.5 */
		{8, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, THIRD_NAMES_HANDLER, false},
	/* struct jump_entry, linux/jump_label.h and asm/jump_label.h */
	{"__jump_table", HAS_MEANING, {
		/* since 4.20 (b34006c425a9) */
		{16, {{0, FROM_FIELD}, {4, FROM_FIELD}, {8, FROM_FIELD_8}}, 0, 0},
		/* up to 4.19 */
		{24, {{0, ADDRESS}, {8, ADDRESS}, {16, ADDRESS}}, 0, 0}}, 0, 0, NOTHING_TELLS, true},
	/* struct static_call_site, linux/static_call_types.h, since 5.10 */
	{".static_call_sites", HAS_MEANING,
		{{8, {{0, FROM_FIELD}, {4, FROM_FIELD}}, 0, 0}}, 0, 0, NOTHING_TELLS, false},
	/* Lists of places, made by objtool (tools/objtool/check.c), macros or the compiler. */
	PLACES(".retpoline_sites", FROM_FIELD),
	PLACES(".return_sites", FROM_FIELD),
	PLACES(".call_sites", FROM_FIELD),
	PLACES(".cfi_sites", FROM_FIELD),
	PLACES(".ibt_endbr_seal", FROM_FIELD),
	PLACES(".smp_locks", FROM_FIELD),
	PLACES(".orc_unwind_ip", FROM_FIELD),
	PLACES("__mcount_loc", ADDRESS),
	PLACES("__patchable_function_entries", ADDRESS),
	PLACES(".kcfi_traps", FROM_FIELD),
	PLACES("_kprobe_blacklist", ADDRESS),
	{},
};
/* clang-format on */
