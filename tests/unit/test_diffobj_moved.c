/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What moves into the object from another one, and what only one of both has. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

static const struct diffobj_case cases[] = {
	{
		.sentence = "a variable that moved here is referred to by name",
		.original = "extern int limit;\nint f(int a) { return work(limit + a); }",
		.patched = "int limit = 5;\nint f(int a) { return work(limit + a + 1); }",
		.moved = "limit",
		.out = "f",
		.refers = "limit",
		.holds = "!.data.limit",
		.alone = "+limit",
	},
	{
		.sentence = "without that it is a new one",
		.original = "extern int limit;\nint f(int a) { return work(limit + a); }",
		.patched = "int limit = 5;\nint f(int a) { return work(limit + a + 1); }",
		.out = "f *limit",
		.refers = "!limit",
		.holds = ".data.limit",
		.alone = "+limit",
	},
	{
		.sentence = "a static variable that moved here is referred to by name",
		.original = "int f(int a) { return work(a); }",
		.patched = "static int limit; int f(int a) { return work(limit++ + a); }",
		.moved = "limit",
		.out = "f",
		.refers = "limit",
		.holds = "!.bss.limit",
		.alone = "+s:limit",
	},
	{
		.sentence = "a place inside a variable that moved here is counted from its start",
		.original = "int f(int a) { return work(a); }",
		.patched = "int table[40]; int f(int a) { return work(table[39] + a); }",
		.moved = "table",
		.out = "f",
		.refers = "table",
	},
	{
		.sentence = "a function that moved here is included; its address is the kernel's",
		.original = "void take(void *); int helper(int);\n"
			    "int f(int a) { return work(helper(a)); }",
		.patched = "void take(void *);\n"
			   "noinline int helper(int a) { return work(a) * 3; }\n"
			   "int f(int a) { take(helper); return work(helper(a)); }",
		.moved = "helper",
		.out = "f +helper",
		.defines = "local:helper local:f",
		.refers = "helper.original",
		.alone = "+helper",
	},
	{
		.sentence = "what a patch removes is reported",
		.original =
			"int limit = 4; static int own; int g(int a) { return work(a + own++); }\n"
			"int f(int a) { return work(limit + a); }",
		.patched = "extern int limit; int f(int a) { return work(limit + a + 1); }",
		.out = "f",
		.refers = "limit",
		.alone = "-limit -s:own -g",
	},
	{
		.sentence = "a static variable that becomes global is the same, and reported",
		.original = "static int limit = 4; int f(int a) { return work(limit++ + a); }",
		.patched = "int limit = 4; int f(int a) { return work(limit++ + a + 1); }",
		.out = "f",
		.refers = "limit",
		.alone = "~limit",
	},
	{
		.sentence = "a global variable that becomes static is the same, and reported",
		.original = "int limit = 4; int f(int a) { return work(limit++ + a); }",
		.patched = "static int limit = 4; int f(int a) { return work(limit++ + a + 1); }",
		.out = "f",
		.refers = "limit",
		.alone = "~s:limit",
	},
	{
		.sentence = "a second name of a function is reported",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a); }\n"
			   "extern typeof(f) other __attribute__((alias(\"f\")));",
		.out = "",
		.alone = "~other",
	},
	{
		.sentence = "what both have alike is not reported",
		.original =
			"int limit; static int own; int f(int a) { return work(own++ + limit); }",
		.patched = "int limit; static int own; int f(int a) { return work(own++ + limit + "
			   "1); }",
		.out = "f",
		.alone = "",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj_moved", cases, ARRAY_SIZE(cases));
}
