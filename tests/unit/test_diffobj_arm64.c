/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects for arm64, as far as they are compared: the object differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

#define ONLY_COMPARED "arm64: objects for this architecture can only be compared"

/* asm/jump_label.h of arm64, Linux 6.12 */
#define LABEL                                                                                    \
	"static inline __attribute__((always_inline)) int label(struct static_key *key)\n"       \
	"{ asm goto(\"1: nop\\n.pushsection __jump_table, \\\"aw\\\"\\n.align 3\\n\"\n"          \
	"\".long 1b - ., %l[yes] - .\\n.quad %c0 - .\\n.popsection\" : : \"i\"(key) : : yes);\n" \
	"return 0; yes: return 1; }\nextern struct static_key on, off;\n"

/* asm/asm-bug.h of arm64, Linux 6.12 */
#define BUG                                                                               \
	"#define BUG(flags) asm volatile(\".pushsection __bug_table, \\\"aw\\\"\\n\"\\\n" \
	"\"2: .long 1f - .\\n.long %c0 - .\\n.short %c1\\n.short \" #flags \"\\n\"\\\n"   \
	"\".popsection\\n1: brk 0x800\" : : \"i\"(__FILE__), \"i\"(__LINE__))\n"

/* Two instructions that take the address of `what`, the second with the registers. */
#define TAKE(to, from, what)                                                                \
	"asm volatile(\"adrp x9, " what "\\n add " to ", " from ", :lo12:" what "\" : : : " \
	"\"x9\");"

#define SAME(what, both_versions, one, other)                                                \
	{                                                                                    \
		.sentence = what, .compiler = WITH_CLANG_FOR_ARM64, .both = (both_versions), \
		.original = (one), .patched = (other),                                       \
	}

#define CHANGED(what, both_versions, one, other, changed)                                          \
	{                                                                                          \
		.sentence = what, .compiler = WITH_CLANG_FOR_ARM64, .both = (both_versions),       \
		.original = (one), .patched = (other), .out = (changed), .refused = ONLY_COMPARED, \
	}

/* clang-format off */
static const struct diffobj_case cases[] = {
	SAME("functions, texts and variables that moved are no change",
	     "static int count, limit = 3;",
	     "int g(int a) { printk(\"in g\"); return work(a + limit++); }\n"
	     "int f(int a) { printk(\"in f\"); return work(a + count++); }",
	     "int f(int a) { printk(\"in f\"); return work(a + count++); }\n"
	     "int g(int a) { printk(\"in g\"); return work(a + limit++); }"),
	CHANGED("a changed function is found, and only that one",
		"int g(int a) { return work(a) + 1; }\nstatic int count;",
		"int f(int a) { return work(a + count++); }",
		"int f(int a) { return work(a - count++); }", "f"),
	CHANGED("a text that differs changes its function", "",
		"int g(int a) { printk(\"both\"); return a; } int f(int a) { printk(\"f\"); return a; }",
		"int g(int a) { printk(\"both\"); return a; } int f(int a) { printk(\"F\"); return a; }",
		"f"),
	CHANGED("a new function is found", "",
		"int f(int a) { return work(a); }",
		"static noinline int h(int a) { return work(a) + 1; } int f(int a) { return h(a); }",
		"f +h"),
	CHANGED("a call of another function is a change", "int other(int a);",
		"int f(int a) { return work(a) + 1; } int g(int a) { return work(a) + 2; }",
		"int f(int a) { return other(a) + 1; } int g(int a) { return work(a) + 2; }", "f"),
	CHANGED("a jump instead of a call is a change, though both have the same field", "",
		"void f(void) { asm volatile(\"bl work\"); }",
		"void f(void) { asm volatile(\"b work\"); }", "f"),
	CHANGED("a register beside the bits of a relocation is compared", "",
		"void f(void) { " TAKE("x10", "x9", "work") " }",
		"void f(void) { " TAKE("x11", "x9", "work") " }", "f"),
	CHANGED("another width of a load is a change, though both have the same relocation",
		"",
		"void f(void) { asm volatile(\"ldr x9, [x9, :lo12:work]\"); }",
		"void f(void) { asm volatile(\"ldr x9, [x9, :lo12:work]\\n nop\"); }", "f"),
	CHANGED("an address of something else is a change", "",
		"void f(void) { " TAKE("x10", "x9", "work") " }",
		"void f(void) { " TAKE("x10", "x9", "use") " }", "f"),
	CHANGED("a static variable of a function is the same by use", "",
		"int f(int a) { static int count; return work(count += a); }\n"
		"int g(int a) { static int count; return work(count -= a); }",
		"int g(int a) { static int count; return work(count -= a); }\n"
		"int f(int a) { static int count; return work(count += a + 1); }", "f"),
	{
		.sentence = "a static variable that was renamed is found by its use",
		.compiler = WITH_CLANG_FOR_ARM64,
		.original = "static int old; static char *p; int f(int a) { p++; return old += a; }",
		.patched = "static int young; static char *p; int f(int a) { p++; return young += a; }",
	},
	CHANGED("a call that the assembler has resolved is compared by its target",
		"static __sched noinline int h(int a) { return work(a) + 3; }\n"
		"__sched int k(int a) { return h(a) + 1; }",
		"__sched int g(int a) { return a; } __sched int f(int a) { return h(a) + 2; }",
		"__sched int g(int a) { return work(a) * 7; } __sched int f(int a) { return h(a) + 2; }",
		"g"),
	{
		.sentence = "what a symbol marks as data is not named by it",
		.compiler = WITH_CLANG_FOR_ARM64,
		.both = "#define CASES(n) switch (a) { case 0: return work(5); case 1: return work(n);"
			"case 2: return work(n + 1); case 3: return a + n; case 4: return work(3); }\n",
		.flags = "-fjump-tables",
		.original = "int f(int a) { CASES(7) return 0; } int g(int a) { CASES(8) return 1; }",
		.patched = "int h(int a) { CASES(9) return 2; } int g(int a) { CASES(8) return 1; }"
			   "int f(int a) { CASES(7) return 0; }",
		.out = "+h",
		.refused = ONLY_COMPARED,
	},
	SAME("the line number of a debugging check is no change",
	     "void __might_resched(const char *, int, unsigned);",
	     "int f(int a) { __might_resched(\"f\", __LINE__, 0); return work(a); }",
	     "\n\nint f(int a) { __might_resched(\"f\", __LINE__, 0); return work(a); }"),
	CHANGED("a number that is no line number is a change", "void other(const char *, int);",
		"int f(int a) { other(\"f\", __LINE__); return work(a); }",
		"\n\nint f(int a) { other(\"f\", __LINE__); return work(a); }", "f"),
	SAME("entries that are as before are no change", LABEL BUG,
	     "int f(int a) { if (label(&on)) BUG(1); return a; }",
	     "\nint f(int a) { if (label(&on)) BUG(1); return a; }"),
	CHANGED("the key of a jump label that differs changes its function", LABEL,
		"int f(int a) { if (label(&on)) work(a); return a; } int g(int a) { return label(&on); }",
		"int f(int a) { if (label(&off)) work(a); return a; } int g(int a) { return label(&on); }",
		"f"),
	CHANGED("the flags of a warning that differ change its function", BUG,
		"int f(int a) { BUG(1); return a; } int g(int a) { BUG(1); return a; }",
		"int f(int a) { BUG(3); return a; } int g(int a) { BUG(1); return a; }", "f"),
	{
		.sentence = "entries of a kind that is not known for arm64 are refused",
		.compiler = WITH_CLANG_FOR_ARM64,
		.both = "asm(\".pushsection .static_call_sites, \\\"a\\\"\\n .quad 1\\n .popsection\");",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.refused = ONLY_COMPARED "|.static_call_sites: no known size",
		.out = "f",
	},
};

/* clang-format on */

int main(void)
{
	return diffobj_run_cases("diffobj arm64", cases, ARRAY_SIZE(cases));
}
