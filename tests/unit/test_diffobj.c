/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions, variables and constants: the output of the object differ. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

static const struct diffobj_case cases[] = {
	{
		.sentence = "two builds of the same source differ in nothing",
		.both = "int f(int a) { printk(\"%d\", a); return work(a); }",
		.original = "",
		.patched = "",
	},
	{
		.sentence = "a comment changes nothing",
		.original = "int f(int a) { return work(a); }",
		.patched = "/* now with a comment */\nint f(int a) { return work(a); }",
	},
	{
		.sentence = "a changed function is replaced, and only that one",
		.both = "int g(int a) { return work(a) + 1; }",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) * 3; }",
		.out = "f",
		.refers = "work __fentry__ !g",
		.holds = ".text.f __mcount_loc=8 !.text.g",
		.defines = "local:f",
	},
	{
		.sentence = "a changed static function is replaced by a local symbol",
		.both = "static noinline int s(int a);\nint g(int a) { return s(a) + 1; }",
		.original = "static noinline int s(int a) { return work(a); }",
		.patched = "static noinline int s(int a) { return work(a) * 3; }",
		.out = "s",
		.refers = "work !g",
		.defines = "local:s",
	},
	{
		.sentence = "a new function is included with its callers, global if it is global "
			    "in the source",
		.original = "int f(int a) { return a; }",
		.patched = "noinline int n(int a) { return work(a) * 2; }\n"
			   "int f(int a) { return n(a) + 1; }",
		.out = "f +n",
		.defines = "local:f global:n",
	},
	{
		.sentence = "a new static function stays local",
		.original = "int f(int a) { return a; }",
		.patched = "static noinline int n(int a) { return work(a) * 2; }\n"
			   "int f(int a) { return n(a) + 1; }",
		.out = "f +n",
		.defines = "local:f local:n",
	},
	{
		.sentence = "a new global function is included even if no function here calls it",
		.original = "int f(int a) { return a; }",
		.patched = "int f(int a) { return a; }\nint n(int a) { return work(a); }",
		.out = "+n",
		.defines = "global:n",
	},
	{
		.sentence = "an unchanged static function is referred to, not copied",
		.both = "static noinline int s(int a) { return work(a) * 7; }",
		.original = "int f(int a) { return s(a); }",
		.patched = "int f(int a) { return s(a + 1); }",
		.out = "f",
		.refers = "s !work",
		.holds = "!.text.s",
	},
	{
		.sentence = "a changed inline function replaces those it was inlined into",
		.original = "static inline int i(int a) { return a + 1; }\n"
			    "int f(int a) { return work(i(a)); }\nint g(int a) { return work(a); }",
		.patched = "static inline int i(int a) { return a + 2; }\n"
			   "int f(int a) { return work(i(a)); }\nint g(int a) { return work(a); }",
		.out = "f",
	},
	{
		.sentence = "replaced functions call each other's replacement",
		.original = "noinline int f(int a) { return work(a); }\n"
			    "int g(int a) { return f(a) + 1; }",
		.patched = "noinline int f(int a) { return work(a) * 5; }\n"
			   "int g(int a) { return f(a) + 2; }",
		.out = "f g",
		.refers = "work !f !f.original",
	},
	{
		.sentence = "a function that calls itself calls its replacement",
		.original = "int f(int a) { return a ? f(a - 1) * work(a) : 0; }",
		.patched = "int f(int a) { return a ? f(a - 1) * work(a) : 1; }",
		.out = "f",
		.refers = "!f !f.original",
	},
	{
		.sentence = "the address of a replaced function stays the original's",
		.original = "int f(int a) { use(f); return work(a); }",
		.patched = "int f(int a) { use(f); return work(a) * 5; }",
		.out = "f",
		.refers = "f.original",
		.defines = "local:f",
	},
	{
		.sentence = "the address of a new function is its own",
		.original = "int f(int a) { return work(a); }",
		.patched = "static int n(int a) { return work(a) * 5; }\n"
			   "int f(int a) { use(n); return work(a); }",
		.out = "f +n",
		.refers = "!n",
	},
	{
		.sentence = "a removed function is no change by itself",
		.original = "int f(int a) { return a; }\nint g(int a) { return work(a); }",
		.patched = "int f(int a) { return a; }",
	},
	{
		.sentence = "a function that became global is the same function",
		.both = "int g(int a);",
		.original = "static noinline int s(int a) { return work(a); }\n"
			    "int g(int a) { return s(a) + 1; }",
		.patched = "noinline int s(int a) { return work(a); }\n"
			   "int g(int a) { return s(a) + 1; }",
	},
	{
		.sentence = "a function that moved to another section is the same function",
		.original = "int f(int a) { return work(a); }",
		.patched = "__sched int f(int a) { return work(a); }",
	},
	{
		.sentence = "variables of the running kernel are referred to, not copied",
		.both = "static int count; int total = 5; static __read_mostly int mostly = 3;",
		.original = "int f(int a) { count += a; total++; return work(mostly); }",
		.patched =
			"int f(int a) { count += a; total += 2; mostly++; return work(mostly); }",
		.out = "f",
		.refers = "count total mostly",
		.holds = "!.bss.count !.data.total !.data..read_mostly",
	},
	{
		.sentence = "a new static variable is included",
		.original = "int f(int a) { return work(a); }",
		.patched = "static int seen;\nstatic int limit = 7;\n"
			   "void set(int a) { limit = a; }\n"
			   "int f(int a) { return seen++ < limit ? work(a) : 0; }",
		.out = "f +set",
		.holds = ".bss.seen=4 .data.limit=4",
		.defines = "local:seen local:limit",
	},
	{
		.sentence = "a new global variable is included even if no function here uses it",
		.original = "int f(int a) { return work(a); }",
		.patched = "int fresh = 3;\nint f(int a) { return work(a); }",
		.out = "*fresh",
		.holds = ".data.fresh=4",
		.defines = "global:fresh",
	},
	{
		.sentence = "a new variable that points to others brings or names them",
		.both = "static int old = 1; int g(void) { return work(old++); }",
		.original = "int f(int a) { return work(a); }",
		.patched = "static int young = 1;\nstatic int *list[] = {&old, &young};\n"
			   "int f(int a) { return work(*list[a]); }",
		.out = "f",
		.refers = "old !young",
		.holds = ".rodata.list=16 .data.young=4",
	},
	{
		.sentence = "a variable that is renumbered is the same by use",
		.original = "int f(int a) { static int count; return work(count += a); }\n"
			    "int g(int a) { static int count; return work(count -= a); }",
		.patched = "int z(int a) { static int count; return work(count *= a); }\n"
			   "int f(int a) { static int count; return work(count += a); }\n"
			   "int g(int a) { static int count; return work(count -= a); }",
		.out = "+z",
		.holds = ".bss.count.2=4",
	},
	{
		.sentence = "a changed function keeps its static variable among several of a name",
		.original = "int f(int a) { static int count; return work(count += a); }\n"
			    "int g(int a) { static int count; return work(count -= a); }",
		.patched = "int g(int a) { static int count; return work(count -= a); }\n"
			   "int f(int a) { static int count; return work(count += a + 1); }",
		.out = "f",
		.refers = "count.1 !count.0",
		.holds = "!.bss.count.0 !.bss.count.1",
	},
	{
		.sentence = "static variables of one name in one function are distinguished by "
			    "their sizes",
		.original = "int f(int a) { { static int v; work(v++); } return 0; }",
		.patched = "int f(int a) { { static int v; work(v++); } { static long v; "
			   "work(v += 2); } return 0; }",
		.out = "f",
		.refers = "v.0.original",
		.holds = ".bss.v.0=8 !.bss.v.1",
	},
	{
		.sentence = "a static variable stays the same when its function is not inlined any "
			    "more",
		.original = "static inline int h(int a) { static int v; return work(v += a); }\n"
			    "int f(int a) { return h(a) + 1; }",
		.patched = "static noinline int h(int a) { static int v; return work(v += a); }\n"
			   "int f(int a) { return h(a) + 1; }",
		.out = "f +h",
		.refers = "v.0",
	},
	{
		.sentence = "a static variable stays the same when its function is inlined now",
		.original = "static noinline int h(int a) { static int v; return work(v += a); }\n"
			    "int f(int a) { return h(a) + 1; }",
		.patched = "static inline int h(int a) { static int v; return work(v += a); }\n"
			   "int f(int a) { return h(a) + 1; }",
		.out = "f",
		.refers = "v.0 !h",
	},
	{
		.sentence = "a static variable of another function is not the same",
		.original = "int f(int a) { static int v; return work(v += a); }",
		.patched = "int g(int a) { static int v; return work(v -= a); }\n"
			   "int f(int a) { return work(a); }",
		.out = "f +g",
		.refers = "!v.0 !v.0.original",
		.holds = ".bss.v.0=4",
	},
	{
		.sentence = "a static variable of a function that may have been renamed is refused",
		.original = "int f(int a) { static int v; return work(v += a); }",
		.patched = "int g(int a) { static int v; return work(v += a); }",
		.refused = "g: which of the original's variables of that name",
	},
	{
		.sentence = "which of two equal static variables is new is not certain",
		.original = "int f(int a) { { static int v; work(v++); } return 0; }",
		.patched = "int f(int a) { { static int v; work(v += 2); } { static int v; "
			   "work(v += 3); } return 0; }",
		.refused = "f: which of the original's variables of that name",
	},
	{
		.sentence = "string literals are compared by their text",
		.original = "int g(void) { return printk(\"zero\"); }\n"
			    "int f(void) { return printk(\"one\"); }",
		.patched = "int f(void) { return printk(\"one\"); }\n"
			   "int g(void) { return printk(\"two\"); }",
		.out = "g",
		.holds = ".rodata.g.str1.1=4",
	},
	{
		.sentence = "a changed message replaces the function that prints it",
		.original = "int f(int a) { return printk(\"a is %d\\n\", a); }",
		.patched = "int f(int a) { return printk(\"a was %d\\n\", a); }",
		.out = "f",
		.refers = "printk",
	},
	{
		.sentence = "the name of a function as a string is included",
		.original = "int f(int a) { return printk(\"%s\", __func__); }",
		.patched = "int f(int a) { return printk(\"%s!\", __func__); }",
		.out = "f",
		.refers = "!__func__.0",
		.holds = ".rodata.__func__.0=2",
	},
	{
		.sentence = "a constant table that didn't change stays the original's",
		.both = "static const int table[] = {1, 2, 4, 8, 16, 99};",
		.original = "int f(unsigned int a) { return work(table[a]); }",
		.patched = "int f(unsigned int a) { return work(table[a + 1]); }",
		.out = "f",
		.refers = "table",
		.holds = "!.rodata.table",
	},
	{
		.sentence = "a constant of the same size is rewritten in place",
		.original = "static const int table[] = {1, 2, 4, 8};\n"
			    "int f(unsigned int a) { return work(table[a]); }",
		.patched = "static const int table[] = {1, 2, 5, 8};\n"
			   "int f(unsigned int a) { return work(table[a]); }",
		.out = "=table",
		.defines = "local:table.new",
	},
	{
		.sentence = "a table of operations that gained a function is rewritten in place",
		.both = "struct ops { int (*open)(int); int (*close)(int); };\n"
			"static int o(int a) { return work(a); }",
		.original = "const struct ops ops = {o};",
		.patched = "static int c(int a) { return work(a) + 1; }\n"
			   "const struct ops ops = {o, c};",
		.out = "=ops +c",
		.refers = "o !c",
		.defines = "local:c local:ops.new",
	},
	{
		.sentence = "a constant that grew moves, and its users are replaced",
		.original = "static const int table[] = {1, 2, 4, 8};\n"
			    "int f(unsigned int a) { return work(table[a]); }\n"
			    "int g(unsigned int a) { return work(a); }",
		.patched = "static const int table[] = {1, 2, 4, 8, 16};\n"
			   "int f(unsigned int a) { return work(table[a]); }\n"
			   "int g(unsigned int a) { return work(a); }",
		.out = "f",
		.refers = "!table",
		.holds = ".rodata.table=20",
		.note = "table moves into the update",
	},
	{
		.sentence = "a constant that grew and that a constant points to moves, the other "
			    "follows",
		.both = "struct ranges { const int *list; int number; };\nint f(const struct "
			"ranges *);",
		.original = "static const int list[] = {1, 2, 4};\n"
			    "static const struct ranges r = {list, 3}, same = {list, 0};\n"
			    "int g(int a) { return f(a ? &r : &same); }",
		.patched = "static const int list[] = {1, 2, 4, 8};\n"
			   "static const struct ranges r = {list, 4}, same = {list, 0};\n"
			   "int g(int a) { return f(a ? &r : &same); }",
		.out = "=r =same",
		.refers = "!list",
		.holds = ".rodata.list=16 .rodata.r=16 .rodata.same=16",
		.note = "list moves into the update",
	},
	{
		.sentence = "a constant that grew and that a variable points to is refused",
		.both = "static const int table[];\nextern const int *where;",
		.original = "static const int table[] = {1, 2, 4, 8};\nconst int *where = table;",
		.patched =
			"static const int table[] = {1, 2, 4, 8, 16};\nconst int *where = table;",
		.refused = "table: where keeps using the old one",
	},
	{
		.sentence = "a changed initial value of a variable is refused",
		.original = "int limit = 5;\nint f(void) { return work(limit); }",
		.patched = "int limit = 6;\nint f(void) { return work(limit); }",
		.refused = "limit: its initial value changed from 5 to 6",
	},
	{
		.sentence = "a variable that grew is refused",
		.original = "int list[4];\nint f(int a) { return work(list[a]); }",
		.patched = "int list[6];\nint f(int a) { return work(list[a]); }",
		.refused = "list: its size changed from 16 to 24 bytes",
	},
	{
		.sentence = "a cold part goes with its function",
		.both = "void __cold bad(const char *);",
		.original = "int f(int a) { if (a == 9) { bad(\"nine\"); work(1); } return a; }",
		.patched = "int f(int a) { if (a == 8) { bad(\"eight\"); work(1); } return a; }",
		.out = "f",
		.refers = "bad",
		.defines = "local:f local:f.cold",
	},
	{
		.sentence = "a function whose cold part alone changed is replaced as a whole",
		.both = "void __cold bad(const char *);",
		.original = "int f(int a) { if (a == 9) { bad(\"nine\"); work(1); } return a; }",
		.patched = "int f(int a) { if (a == 9) { bad(\"nine\"); work(2); } return a; }",
		.out = "f",
		.defines = "local:f local:f.cold",
	},
	{
		.sentence = "clones that are only renumbered are the same",
		.original = "static noinline int s(int *p, int k) { return work(*p * k); }\n"
			    "int f(int *a) { return s(a, 3) + 1; }",
		.patched = "static noinline int t(int *p, int k) { return work(*p + k); }\n"
			   "int g(int *a) { return t(a, 5) + 1; }\n"
			   "static noinline int s(int *p, int k) { return work(*p * k); }\n"
			   "int f(int *a) { return s(a, 3) + 1; }",
		.out = "+g +t.constprop.0.isra.0",
	},
	{
		.sentence = "an alias is the same function under another name",
		.both = "long g(long a) __attribute__((alias(\"f\")));",
		.original = "long f(long a) { return work(a); }",
		.patched = "long f(long a) { return work(a) + 1; }",
		.out = "f",
	},
	{
		.sentence = "a weak function is replaced like any other",
		.original = "__weak int f(int a) { return work(a); }",
		.patched = "__weak int f(int a) { return work(a) + 1; }",
		.out = "f",
	},
	{
		.sentence = "THIS_MODULE stays that of the patched module",
		.both = "extern char __this_module[];",
		.original = "int f(int a) { use(__this_module); return work(a); }",
		.patched = "int f(int a) { use(__this_module); return work(a) + 1; }",
		.out = "f",
		.refers = "__this_module.original !__this_module",
	},
	{
		.sentence =
			"line numbers alone are no change where a function is known to take them",
		.both = "void __might_sleep(const char *file, int line);",
		.original = "int f(int a) { __might_sleep(__FILE__, __LINE__); return work(a); }",
		.patched =
			"\n\nint f(int a) { __might_sleep(__FILE__, __LINE__); return work(a); }",
	},
	{
		.sentence = "other numbers are a change",
		.both = "void __may_sleep(const char *file, int line);",
		.original = "int f(int a) { __may_sleep(__FILE__, __LINE__); return work(a); }",
		.patched = "\n\nint f(int a) { __may_sleep(__FILE__, __LINE__); return work(a); }",
		.out = "f",
	},
	{
		.sentence = "a variable that no code wrote to moves if new code writes to it",
		.original = "static int limit[3] = {1, 2, 3};\n"
			    "int f(int a) { return work(limit[a]); }",
		.patched = "static int limit[3] = {1, 2, 3}; void set(int a) { limit[a] = a; }\n"
			   "int f(int a) { return work(limit[a]); }",
		.out = "f +set",
		.refers = "!limit",
		.holds = ".data.limit=12",
		.note = "limit moves into the update",
	},
	{
		.sentence = "a function that lost its __init counts as new",
		.original = "__init static int s(int a) { return work(a) * 5; }\n"
			    "__init int i(void) { return s(1); }\nint f(int a) { return a; }",
		.patched = "static noinline int s(int a) { return work(a) * 5; }\n"
			   "__init int i(void) { return s(1); }\nint f(int a) { return s(a); }",
		.skip_init = true,
		.out = "f +s",
		.refers = "!s",
		.finds = "never-runs i: it has already run",
	},
	{
		.sentence = "padding before a function stays with it",
		.flags = "-fpatchable-function-entry=16,16",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = "__patchable_function_entries=8",
		.defines = "local:f",
	},
	{
		.sentence = "the end of an array among others is distinguished from the start of "
			    "the next",
		.both = "static __read_mostly int first[4], second[4];\n"
			"void set(int a) { first[a] = second[a] = a; }",
		.original = "int f(int *p) { return p < first + 4 ? work(first[1]) : 0; }",
		.patched = "int f(int *p) { return p < first + 4 ? work(first[1]) : 1; }",
		.out = "f",
	},
	{
		.sentence =
			"per-CPU variables: the old one is referred to, the new one is included",
		.both = "static __percpu int old;",
		.original = "int f(int a) { return work(old); }",
		.patched =
			"static __percpu int young;\nint f(int a) { young++; return work(old++); }",
		.out = "f",
		.refers = "old !young",
		.holds = ".data..percpu=4",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj", cases, ARRAY_SIZE(cases));
}
