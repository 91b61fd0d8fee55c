/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of special sections as Linux 4.1 to 6.12 make them: the object differ. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

#define LAYOUTS "#include \"layouts.h\"\n"

/* A function that stays, with what the row is about in it. */
#define G(what)    "int g(int *a) { " what " return *a; }\n"
#define G2(what)   "int g2(int *a) { " what " return *a; }\n"
#define F(what)    "int f(int *a) { " what " return *a; }\n"
#define MORE(what) "int f(int *a) { " what " return *a + 1; }\n"
#define NEW(what)  "int h(int *a) { " what " return *a - 1; }\n"

#define ALT_13(new, feature) "asm volatile(ALTERNATIVE_13(\"nop\", \"" new "\", " #feature "));"
#define ALT_14(new, feature) "asm volatile(ALTERNATIVE_14(\"nop\", \"" new "\", " #feature "));"

/* What each layout is tried with; `entries` are those of one function. */
#define EACH_WAY(name, with, changed, entries, twice)                                             \
	{                                                                                         \
		.sentence = name ": a function whose entries are as before is unchanged",         \
		.both = LAYOUTS G(with),                                                          \
		.original = F(with),                                                              \
		.patched = F(with),                                                               \
	},                                                                                        \
		{                                                                                 \
			.sentence = name ": only an entry that differs changes its function",     \
			.both = LAYOUTS G(with),                                                  \
			.original = F(with),                                                      \
			.patched = F(changed),                                                    \
			.out = "f",                                                               \
			.holds = entries,                                                         \
		},                                                                                \
		{                                                                                 \
			.sentence = name ": only the entries of a changed function are included", \
			.both = LAYOUTS G(with),                                                  \
			.original = F(with),                                                      \
			.patched = MORE(with),                                                    \
			.out = "f",                                                               \
			.holds = entries,                                                         \
		},                                                                                \
		{                                                                                 \
			.sentence = name ": the entries of a new function are included",          \
			.both = LAYOUTS G(with),                                                  \
			.original = F(with),                                                      \
			.patched = F(with) NEW(with),                                             \
			.out = "+h",                                                              \
			.holds = entries,                                                         \
		},                                                                                \
	{                                                                                         \
		.sentence = name ": the entries of several functions are included",               \
		.both = LAYOUTS G(with), .original = F(with), .patched = MORE(with) NEW(with),    \
		.out = "f +h", .holds = twice,                                                    \
	}

/* clang-format off */
static const struct diffobj_case cases[] = {
	EACH_WAY("alternatives of 13 bytes", ALT_13("sfence", 78), ALT_13("sfence", 79),
		 ".altinstructions=13 .altinstr_replacement=3",
		 ".altinstructions=26 .altinstr_replacement=6"),
	EACH_WAY("replacements in alternatives of 13 bytes", ALT_13("sfence", 78),
		 ALT_13("lfence", 78), ".altinstructions=13 .altinstr_replacement=3",
		 ".altinstructions=26 .altinstr_replacement=6"),
	EACH_WAY("alternatives of 14 bytes", ALT_14("sfence", 78), ALT_14("sfence", 0x1004e),
		 ".altinstructions=14 .altinstr_replacement=3",
		 ".altinstructions=28 .altinstr_replacement=6"),
	EACH_WAY("alternatives without a replacement",
		 "if (static_cpu_has(77, 1)) work(*a);", "if (static_cpu_has(78, 1)) work(*a);",
		 ".altinstructions=26 .altinstr_replacement=5 .altinstr_aux=18",
		 ".altinstructions=52 .altinstr_replacement=10 .altinstr_aux=36"),
	EACH_WAY("code in .altinstr_aux",
		 "if (static_cpu_has(77, 1)) work(*a);", "if (static_cpu_has(77, 2)) work(*a);",
		 ".altinstructions=26 .altinstr_replacement=5 .altinstr_aux=18",
		 ".altinstructions=52 .altinstr_replacement=10 .altinstr_aux=36"),
	EACH_WAY("jump labels of 24 bytes",
		 "extern struct static_key on; if (static_branch_24(&on)) work(*a);",
		 "extern struct static_key off; if (static_branch_24(&off)) work(*a);",
		 "__jump_table=24", "__jump_table=48"),
	EACH_WAY("jump labels of 16 bytes",
		 "extern struct static_key on; if (static_branch(&on)) work(*a);",
		 "extern struct static_key off; if (static_branch(&off)) work(*a);",
		 "__jump_table=16", "__jump_table=32"),
	EACH_WAY("handlers of exceptions",
		 "work(PUT_USER(1, *a, -14, ex_handler_default));",
		 "work(PUT_USER(1, *a, -14, ex_handler_uaccess));",
		 "__ex_table=12 .fixup=10", "__ex_table=24 .fixup=20"),
	EACH_WAY("code in .fixup",
		 "work(PUT_USER(1, *a, -14, ex_handler_default));",
		 "work(PUT_USER(1, *a, -22, ex_handler_default));",
		 "__ex_table=12 .fixup=10", "__ex_table=24 .fixup=20"),
	EACH_WAY("exceptions of 8 bytes",
		 "asm volatile(\"1: movl $1, (%0)\\n nop\\n2:\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));",
		 "asm volatile(\"1: movl $1, (%0)\\n2: nop\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));",
		 "__ex_table=8", "__ex_table=16"),
	EACH_WAY("entries of code in .text..refcount",
		 "REFCOUNT_INC(a, ex_handler_refcount);", "REFCOUNT_INC(a, ex_handler_default);",
		 "__ex_table=12 .text..refcount=6", "__ex_table=24 .text..refcount=12"),
	EACH_WAY("paravirtual calls",
		 "extern void *op; PARAVIRT_CLOBBER(op, 1);", "extern void *op; PARAVIRT_CLOBBER(op, 3);",
		 ".parainstructions=16", ".parainstructions=32"),
	EACH_WAY("bugs counted from the entry",
		 "BUG_FROM_ENTRY(\"kernel/fork.c\");", "BUG_FROM_ENTRY(\"kernel/exit.c\");",
		 "__bug_table=12", "__bug_table=24"),
	{
		.sentence = "the name of a source that is counted from the entry is included whole",
		.both = LAYOUTS G("BUG_FROM_ENTRY(\"a.c\"); printk(\"%s\");"),
		.original = F("BUG_FROM_ENTRY(\"a.c\");"),
		.patched = MORE("BUG_FROM_ENTRY(\"a.c\");"),
		.out = "f",
		.holds = "__bug_table=12 .rodata.g.str1.1=4",
	},
	{
		.sentence = "a handler of exceptions is referred to by name",
		.both = LAYOUTS,
		.original = F("work(PUT_USER(1, *a, -14, ex_handler_default));"),
		.patched = MORE("work(PUT_USER(1, *a, -14, ex_handler_default));"),
		.out = "f",
		.refers = "ex_handler_default work",
	},
	{
		.sentence = "code in .fixup goes back to the replacement",
		.both = LAYOUTS,
		.original = F("work(PUT_USER(1, *a, -14, ex_handler_default));"),
		.patched = MORE("work(PUT_USER(1, *a, -14, ex_handler_default));"),
		.out = "f",
		.refers = "!f !f.original",
	},
	{
		.sentence = "the static key of a jump label of 24 bytes is the kernel's",
		.both = LAYOUTS "static struct static_key on;\nvoid put(void) { use(&on); }",
		.original = F("if (static_branch_24(&on)) work(*a);"),
		.patched = MORE("if (static_branch_24(&on)) work(*a);"),
		.out = "f",
		.refers = "on",
	},
	{
		.sentence = "code in .fixup that falls through to another function's is kept with it",
		.both = LAYOUTS
			"asm(\".pushsection .fixup, \\\"ax\\\"\\n.Lone: mov $1, %eax\\n\"\n"
			"\".Ltwo: mov $2, %edx\\n jmp work\\n.popsection\");\n"
			"#define WRITE(to) asm volatile(\"1: movl $1, (%0)\\n\" EX_HANDLE(1b, to, ex_handler_x)"
			" : : \"D\"(a) : \"ax\", \"dx\")\n"
			G("WRITE(.Ltwo);"),
		.original = F("WRITE(.Lone);"),
		.patched = MORE("WRITE(.Lone);"),
		.out = "f",
		.holds = ".fixup=15 __ex_table=12",
	},
	{
		.sentence = "an alternative that refers to nothing is another than one that does",
		.both = LAYOUTS,
		.original = F(ALT_13("", 9)),
		.patched = F("ALTERNATIVE_NONE(\"\");"),
		.out = "f",
	},
	{
		.sentence = "of two layouts of bugs the one that leads to names of sources is taken",
		.both = LAYOUTS
			"asm(\".pushsection .rodata.str1.1, \\\"aMS\\\", @progbits, 1\\n\"\n"
			"\".string \\\"%d\\\\n\\\"\\n .string \\\"kernel/fork.c\\\"\\n.popsection\");",
		.original = F("BUG_AT(4);"),
		.patched = MORE("BUG_AT(4);"),
		.out = "f",
		.holds = "__bug_table=12 .rodata.str1.1=14",
	},
	{
		.sentence = "names that lead to no start of a text are counted from the entry",
		.both = LAYOUTS
			"asm(\".pushsection .rodata.str1.1, \\\"aMS\\\", @progbits, 1\\n\"\n"
			"\".string \\\"a.c\\\"\\n .string \\\"%d\\\\n\\\"\\n.popsection\");",
		.original = F("BUG_FROM_ENTRY_AT(0);"),
		.patched = MORE("BUG_FROM_ENTRY_AT(0);"),
		.out = "f",
		.holds = "__bug_table=12 .rodata.str1.1=4",
	},
	{
		.sentence = "bugs that go with two layouts are refused",
		.both = LAYOUTS
			"asm(\".pushsection .rodata.str1.1, \\\"aMS\\\", @progbits, 1\\n\"\n"
			"\".string \\\"a.c\\\"\\n .string \\\"b.c\\\"\\n.popsection\");",
		.original = F("BUG_AT(4);"),
		.patched = MORE("BUG_AT(4);"),
		.refused = "__bug_table: fit two layouts",
	},
	{
		.sentence = "debug messages of Linux up to 5.11 are the kernel's",
		.both = "#undef PR_DEBUG_SECTION\n#define PR_DEBUG_SECTION \"__verbose\"\n",
		.original = F("pr_debug(\"in f\");") G("pr_debug(\"in g\");"),
		.patched = MORE("pr_debug(\"in f\");") G("pr_debug(\"in g\");"),
		.out = "f",
		.refers = "__dynamic_pr_debug descriptor.3",
		.holds = "!__verbose",
	},
	{
		.sentence = "an alternative that lacks a byte is refused",
		.both = LAYOUTS G(ALT_13("sfence", 78))
			"asm(\".pushsection .altinstructions, \\\"a\\\"\\n .long g - .\\n .long g - .\\n"
			" .word 1\\n .byte 1\\n .byte 1\\n.popsection\");",
		.original = F(ALT_13("sfence", 78)),
		.patched = MORE(ALT_13("sfence", 78)),
		.refused = ".altinstructions: no known size",
	},
	{
		.sentence = "an alternative with a replacement that nothing refers to is refused",
		.both = LAYOUTS G("")
			"asm(\".pushsection .altinstructions, \\\"a\\\"\\n .long g - .\\n .long 0\\n"
			" .word 1\\n .byte 1\\n .byte 1\\n .byte 0\\n.popsection\");",
		.original = F(ALT_13("sfence", 78)),
		.patched = MORE(ALT_13("sfence", 78)),
		.refused = ".altinstructions: no known size",
	},
	{
		.sentence = "a size of entries in the section's header that is another is refused",
		.both = LAYOUTS,
		.original = F("ALTERNATIVE_NONE(\"M\\\", @progbits, 1 #\");"),
		.patched = MORE("ALTERNATIVE_NONE(\"M\\\", @progbits, 1 #\");"),
		.refused = ".altinstructions: no known size",
	},
	{
		.sentence = "a size of entries in the section's header that fits is taken",
		.both = LAYOUTS,
		.original = F("ALTERNATIVE_NONE(\"M\\\", @progbits, 13 #\");"),
		.patched = MORE("ALTERNATIVE_NONE(\"M\\\", @progbits, 13 #\");"),
		.out = "f",
	},
	{
		.sentence = "addresses where distances belong are refused",
		.both = LAYOUTS G("")
			"asm(\".pushsection __jump_table, \\\"aw\\\"\\n .long g\\n .long g\\n"
			" .quad g - .\\n.popsection\");",
		.original = F(""),
		.patched = MORE(""),
		.refused = "__jump_table: no known size",
	},
	{
		.sentence = "entries of no known size that differ are refused though no code changed",
		.both = G(""),
		.original = "asm(\".pushsection __ex_table, \\\"a\\\"\\n .long g - .\\n .long 1\\n"
			    ".popsection\");" F(""),
		.patched = "asm(\".pushsection __ex_table, \\\"a\\\"\\n .long g - .\\n .long 2\\n"
			   ".popsection\");" F(""),
		.refused = "__ex_table: no known size",
	},
	{
		.sentence = "entries of no known size that are gone are refused",
		.both = G(""),
		.original = "asm(\".pushsection __ex_table, \\\"a\\\"\\n .long g - .\\n .long 1\\n"
			    ".popsection\");" F(""),
		.patched = F(""),
		.refused = "__ex_table: no known size",
	},
	{
		.sentence = "code that only entries of no known size lead to is compared, and refused",
		.both = "#define FIX(n) asm(\".pushsection __ex_table, \\\"a\\\"\\n .long g - .\\n\"\\\n"
			"\" .long 1f\\n.popsection\\n.pushsection .fixup, \\\"ax\\\"\\n1: mov $\" #n\\\n"
			"\", %eax\\n jmp g\\n.popsection\")\n" G(""),
		.original = "FIX(1);" F(""),
		.patched = "FIX(2);" F(""),
		.refused = "__ex_table: no known size",
	},
	{
		.sentence = "exceptions with handlers are told from those without",
		.both = LAYOUTS
			G("asm volatile(\"1: movl $1, (%0)\\n2:\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));")
			G2("asm volatile(\"1: movl $1, (%0)\\n2:\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));"),
		.original = F("asm volatile(\"1: movl $1, (%0)\\n2:\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));"),
		.patched = MORE("asm volatile(\"1: movl $1, (%0)\\n2:\\n\" EX_TABLE_8(1b, 2b) : : \"D\"(a));"),
		.out = "f",
		.holds = "__ex_table=8",
	},
	{
		.sentence = "entries of no known size make no change",
		.both = "asm(\".pushsection __ex_table, \\\"a\\\"\\n .long g - .\\n .long 1\\n"
			".popsection\");" G(""),
		.original = F(""),
		.patched = F(""),
	},
	{
		.sentence = "an entry that belongs to no code is refused",
		.both = LAYOUTS
			"asm(\".pushsection __ex_table, \\\"a\\\"\\n .long else - .\\n .long else - .\\n"
			" .long 3\\n.popsection\");",
		.original = F(""),
		.patched = MORE(""),
		.refused = "__ex_table: belongs to no code",
	},
	{
		.sentence = "states of the unwinder of another size are refused",
		.both = "asm(\".pushsection .orc_unwind, \\\"aM\\\", @progbits, 8\\n .zero 24\\n.popsection\\n\"\n"
			"\".pushsection .orc_unwind_ip, \\\"a\\\"\\n .rept 4\\n .long g - .\\n .endr\\n.popsection\");" G(""),
		.original = F(""),
		.patched = MORE(""),
		.refused = ".orc_unwind: no known size",
	},
	{
		.sentence = "states of the unwinder that are no multiple are refused",
		.both = "asm(\".pushsection .orc_unwind, \\\"a\\\"\\n .zero 8\\n.popsection\\n\"\n"
			"\".pushsection .orc_unwind_ip, \\\"a\\\"\\n .long g - .\\n.popsection\");" G(""),
		.original = F(""),
		.patched = MORE(""),
		.refused = ".orc_unwind: no known size",
	},
	{
		.sentence = "places of the unwinder without states are refused",
		.both = "asm(\".pushsection .orc_unwind_ip, \\\"a\\\"\\n .long g - .\\n.popsection\");" G(""),
		.original = F(""),
		.patched = MORE(""),
		.refused = ".orc_unwind_ip: no .orc_unwind",
	},
	{
		.sentence = "the unwinder's header is not the update's",
		.both = "asm(\".pushsection .orc_header, \\\"a\\\"\\n .zero 20\\n.popsection\\n\"\n"
			"\".pushsection .orc_unwind, \\\"aM\\\", @progbits, 6\\n .zero 6\\n.popsection\\n\"\n"
			"\".pushsection .orc_unwind_ip, \\\"aM\\\", @progbits, 4\\n .long g - .\\n"
			".popsection\");" G(""),
		.original = F(""),
		.patched = MORE(""),
		.out = "f",
		.holds = "!.orc_header .orc_unwind=12 .orc_unwind_ip=8",
	},
};
/* clang-format on */

int main(void)
{
	return diffobj_run_cases("diffobj layouts", cases, ARRAY_SIZE(cases));
}
