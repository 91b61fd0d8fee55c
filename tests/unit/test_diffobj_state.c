/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State: which variable of the running kernel a variable of the patched object is. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

/* clang-format off */
#define KEPT(name, from) "kept-state " name ": it keeps the content of " from
/* clang-format on */

static const struct diffobj_case cases[] = {
	{
		.sentence = "a static variable of a function that is renamed keeps its state",
		.original = "int f(int a) { static int last; last += a; return work(last); }",
		.patched = "int f(int a) { static int late; late += a; return work(late) + 1; }",
		.out = "f",
		.refers = "last.0",
		.holds = "!.bss.late.0",
		.states = KEPT("late", "last of f"),
	},
	{
		.sentence = "renamed alone, it changes nothing",
		.original = "int f(int a) { static int last; last += a; return work(last); }",
		.patched = "int f(int a) { static int late; late += a; return work(late); }",
		.states = "",
	},
	{
		.sentence = "renamed in two functions at once, each keeps its own",
		.original = "int f(int a) { static int n; n += a; return work(n); }\n"
			    "int g(int a) { static int n; n -= a; return work(n); }",
		.patched = "int f(int a) { static int m; m += a; return work(m); }\n"
			   "int g(int a) { static int m; m -= a; return work(m) + 1; }",
		.out = "g",
		.refers = "n.0 !n.1",
		.states = KEPT("m", "n of g"),
	},
	{
		.sentence =
			"two of one function that are renamed are distinguished by their places",
		.original = "static int a, b, c; int f(int x) { a += x; return work(b) + c++; }\n"
			    "int g(void) { b++; return a; }",
		.patched = "static int d, e, c; int f(int x) { d += x; return work(e) + c++; }\n"
			   "int g(void) { e++; return d + 1; }",
		.out = "g",
		.refers = "a b",
		.states = KEPT("d", "a of f") "|" KEPT("e", "b of f"),
	},
	{
		.sentence = "of two that are used alike, it is not certain which is which",
		.original = "int f(int x) { static int a, b; work(a++); work(b++); return x; }",
		.patched = "int f(int x) { static int c, d; work(0); work(c++); work(d++); "
			   "return x; }",
		.out = "f",
		.refers = "!a.0 !a.1 !b.0 !b.1",
		.holds = ".bss.c.1=4 .bss.d.0=4",
		.states = "restarted-state c: which of them it is, is not certain|restarted-state "
			  "d: which of them it is, is not certain",
	},
	{
		.sentence = "a variable of the file that is renamed keeps its state",
		.original = "static int n; int f(int a) { return work(n += a); }\n"
			    "int g(int a) { return work(n -= a); }",
		.patched = "static int m; int f(int a) { return work(m += a) + 1; }\n"
			   "int g(int a) { return work(m -= a); }",
		.out = "f",
		.refers = "n",
		.states = KEPT("m", "n of f"),
	},
	{
		.sentence = "names that were swapped are followed by the state",
		.original = "static int a, b; int f(int x) { a += x; return work(b); }\n"
			    "int g(void) { b++; return a; }",
		.patched = "static int a, b; int f(int x) { b += x; return work(a); }\n"
			   "int g(void) { a++; return b; }",
		.out = "f g",
		.refers = "a b",
		.states = "",
	},
	{
		.sentence = "a global variable that is renamed starts anew, and that is reported",
		.original = "int n; int f(int a) { n += a; return work(n); }",
		.patched = "int m; int f(int a) { m += a; return work(m) + 1; }",
		.out = "f *m",
		.states = "restarted-state m: it starts with zero; the content of n of f is not "
			  "carried over: other files may use it by its name",
	},
	{
		.sentence = "a static variable that moves to the start of the file keeps its state",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "static int n; int f(int a) { n += a; return work(n); }\n"
			   "int g(int a) { return work(n + 1); }",
		.out = "+g",
		.refers = "n.0",
		.states = "",
	},
	{
		.sentence = "and so does one that moves from there into a function",
		.original = "static int n; int f(int a) { n += a; return work(n); }",
		.patched = "int f(int a) { static int n; n += a; return work(n) + 1; }",
		.out = "f",
		.refers = "n",
		.holds = "!.bss.n.0",
		.states = "",
	},
	{
		.sentence = "a static variable that becomes global keeps its state",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int n; int f(int a) { n += a; return work(n) + 1; }",
		.out = "f",
		.refers = "n.0",
		.states = "",
	},
	{
		.sentence = "a static variable that moves with its code to the caller keeps its "
			    "state",
		.original = "noinline int f(int a) { static int n; n += a; return work(a); }\n"
			    "int g(int a) { return f(a) + 1; }",
		.patched = "noinline int f(int a) { return work(a); }\n"
			   "int g(int a) { static int n; n += a; return f(a) + 1; }",
		.out = "f g",
		.refers = "n.0",
		.states = KEPT("n", "n of f"),
	},
	{
		.sentence = "one that another function has now starts anew, and that is reported",
		.original = "int f(int a) { static int n; n += a; return work(a); }\n"
			    "int g(int a) { return work(a) + 1; }",
		.patched = "int f(int a) { return work(a); }\n"
			   "int g(int a) { static int n; n += a; return work(a) + 1; }",
		.out = "f g",
		.refers = "!n.0 !n.0.original",
		.states = "restarted-state n: the content of n of f is not carried over: another "
			  "function uses it",
	},
	{
		.sentence = "a static variable of an inline function that is renamed keeps its "
			    "state",
		.original = "static inline int i(int a) { static int n; return n += a; }\n"
			    "int f(int a) { return work(i(a)); }\n"
			    "int g(int a) { return work(i(a)) + 1; }",
		.patched = "static inline int i(int a) { static int m; return m += a; }\n"
			   "int f(int a) { return work(i(a)); }\n"
			   "int g(int a) { return work(i(a)) + 3; }",
		.out = "g",
		.refers = "n.0",
		.states = KEPT("m", "n of f"),
	},
	{
		.sentence = "a static array that grew starts anew, and that is reported",
		.original = "int f(int a) { static int h[4]; h[a]++; return work(a); }",
		.patched = "int f(int a) { static int h[8]; h[a]++; return work(a); }",
		.out = "f",
		.holds = ".bss.h.0=32",
		.states = "restarted-state h: the content of h of f is not carried over: it had 16 "
			  "bytes and has 32",
	},
	{
		.sentence = "one that is split in two starts anew, and that is reported of both",
		.original = "int f(int a) { static int c[2]; c[0] += a; c[1]++; return work(a); }",
		.patched = "int f(int a) { static int x, y; x += a; y++; return work(a); }",
		.out = "f",
		.states = "restarted-state x: the content of c of f|restarted-state y: the content "
			  "of c of f",
	},
	{
		.sentence = "a variable that is renamed and gets another type starts anew",
		.flags = "-g",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { static u32 m; m += a; return work(m) + 1; }",
		.out = "f",
		.states = "restarted-state m: it was of type int and is of type u32",
	},
	{
		.sentence = "one that is renamed and gets another initial value starts anew",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { static int m = 5; m += a; return work(m); }",
		.out = "f",
		.holds = ".data.m.0=4",
		.states = "restarted-state m: it starts with its initial value; the content of n "
			  "of f is not carried over: its initial value differs",
	},
	{
		.sentence = "one that is used in another way starts anew",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { static int seen; if (seen == a) return 0; seen = a; "
			   "return work(a); }",
		.out = "f",
		.holds = ".bss.seen.0=4",
		.states = "restarted-state seen: it is used in another way",
	},
	{
		.sentence = "a variable that is new is reported as such",
		.flags = "-g",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { static long n = 3; return work(a) + n++; }",
		.out = "f",
		.states = "new-state n: a new variable of 8 bytes and type long int, which starts "
			  "with its initial value",
	},
	{
		.sentence = "one next to one that starts anew is only new",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { static int m = 5, k; m += a; k++; return work(m); }",
		.out = "f",
		.states = "restarted-state m: the content of n of f|new-state k: a new variable",
	},
	{
		.sentence = "a variable that nothing uses any more is reported as lost",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.out = "f",
		.states = "lost-state n: nothing uses it any more; its content for f is not",
	},
	{
		.sentence = "one that moved to another file is not lost",
		.original = "int n; int f(int a) { n += a; return work(n); }",
		.patched = "extern int n; int f(int a) { n += a; return work(n) + 1; }",
		.out = "f",
		.refers = "n",
		.states = "",
	},
	{
		.sentence = "constants, and what macros make for one use, are no state",
		.original = "int f(int a) { return work(a); }",
		.patched = "static const int t[] = {1, 5, 7};\n"
			   "int f(int a) { WARN_ON_ONCE(a); return work(t[a]); }",
		.out = "f",
		.states = "",
	},
	{
		.sentence = "a static variable that gets an initial value is refused",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched = "int f(int a) { static int n = 5; n += a; return work(n); }",
		.refused = "n.0: its initial value changed from 0 to 5",
	},
	{
		.sentence = "it stays the same variable if it is read more often",
		.original = "int f(int a) { static int n; n += a; return work(n); }",
		.patched =
			"int f(int a) { static int n __read_mostly; n += a; return work(n) + 1; }",
		.out = "f",
		.refers = "n.0",
		.states = "",
	},
	{
		.sentence = "a per-CPU variable that is renamed keeps its state",
		.original = "static __percpu int c; int f(int a) { c += a; return work(a); }",
		.patched = "static __percpu int d; int f(int a) { d += a; return work(a) + 1; }",
		.out = "f",
		.refers = "c",
		.holds = "!.data..percpu",
		.states = KEPT("d", "c of f"),
	},
	{
		.sentence = "a variable that becomes one for each CPU is refused",
		.original = "static int n; int f(int a) { n += a; return work(n); }",
		.patched = "static __percpu int n; int f(int a) { n += a; return work(n) + 1; }",
		.refused = "n: it was one variable for all CPUs and is one for each CPU",
	},
	{
		.sentence = "a static variable that is no longer one for each CPU starts anew",
		.original = "int f(int a) { static __percpu int n; n += a; return work(n); }",
		.patched = "int f(int a) { static int n; n += a; return work(n) + 1; }",
		.out = "f",
		.states = "restarted-state n: it was one for each CPU and is one for all CPUs",
	},
	{
		.sentence = "a variable that was made read-only after boot stays so, or is refused",
		.original = "static __ro_after_init int n; __init void i(int a) { n = a; }\n"
			    "int f(int a) { return work(n); }",
		.patched = "static int n; __init void i(int a) { n = a; }\n"
			   "int f(int a) { n++; return work(n) + 1; }",
		.refused = "n: it is no longer __ro_after_init",
	},
	{
		.sentence = "a lock that points to itself keeps its state when it is renamed",
		.both = "struct lock { int count; struct lock *first; };",
		.original = "static struct lock lock = {1, &lock};\n"
			    "int f(int a) { use(&lock); return work(a); }",
		.patched = "static struct lock guard = {1, &guard};\n"
			   "int f(int a) { use(&guard); return work(a) + 1; }",
		.out = "f",
		.refers = "lock",
		.states = KEPT("guard", "lock of f"),
	},
	{
		.sentence = "a static key that only jump labels refer to keeps its state, too",
		.original = "static struct static_key k;\n"
			    "int f(int a) { return static_branch(&k) ? work(a) : a; }",
		.patched = "static struct static_key key;\n"
			   "int f(int a) { return static_branch(&key) ? work(a) + 1 : a; }",
		.out = "f",
		.refers = "k",
		.states = KEPT("key", "k of f"),
	},
	{
		.sentence = "a static variable that was a constant before has no state to lose",
		.original = "int f(int a) { static const int t[3] = {1, 2}; return work(t[a]); }",
		.patched = "int f(int a) { static int t[3] = {1, 2}; if (a > 4) t[1] = a;\n"
			   "return work(t[a]); }",
		.out = "f",
		.holds = ".data.t.0=12",
		.states = "new-state t: a new variable of 12 bytes",
	},
	{
		.sentence = "one that becomes a constant loses it, and that is reported",
		.original = "int f(int a) { static int t[3] = {1, 2}; if (a > 4) t[1] = a;\n"
			    "return work(t[a]); }",
		.patched = "int f(int a) { static const int t[3] = {1, 2}; return work(t[a]); }",
		.out = "f",
		.states = "lost-state t: nothing uses it any more",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj_state", cases, ARRAY_SIZE(cases));
}
