/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What authors say with lpatch-patch.h: hooks and shadow variables, in the object differ. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

#define AUTHOR  "#include \"lpatch-patch.h\"\n"
#define HEADERS "-I kpatch-templates -I core-module"

static const struct diffobj_case cases[] = {
	{
		.sentence =
			"a hook is included with its function and what that uses, and nothing else",
		.flags = HEADERS,
		.both = "static int limit = 3;\n"
			"int f(int a) { limit += work(a); return limit; }",
		.original = "",
		.patched = AUTHOR "static int seen = 1;\n"
				  "static int ready(void) { return limit + seen++; }\n"
				  "LPATCH_PRE_APPLY(ready);",
		.out = "+ready @pre_apply:ready",
		.refers = "limit !ready",
		.holds = ".lpatch.hook.pre_apply=8 .rela.lpatch.hook.pre_apply=24 .text.ready",
		.defines = "local:ready local:lpatch_hook_pre_apply local:seen",
	},
	{
		.sentence = "hooks of all kinds are included beside what is replaced",
		.flags = HEADERS,
		.original = "int f(int a) { return work(a); }",
		.patched = AUTHOR "static int ask(void) { return work(1); }\n"
				  "static void tell(void) { work(2); }\n"
				  "LPATCH_PRE_APPLY(ask);\nLPATCH_CHECK_APPLY(ask);\n"
				  "LPATCH_APPLY(tell);\nLPATCH_POST_APPLY(tell);\n"
				  "LPATCH_FAIL_APPLY(tell);\n"
				  "LPATCH_PRE_REVERSE(ask);\nLPATCH_CHECK_REVERSE(ask);\n"
				  "LPATCH_REVERSE(tell);\nLPATCH_POST_REVERSE(tell);\n"
				  "LPATCH_FAIL_REVERSE(tell);\n"
				  "int f(int a) { return work(a) + 1; }",
		.out = "f +ask +tell @pre_apply:ask @check_apply:ask @apply:tell @post_apply:tell "
		       "@fail_apply:tell @pre_reverse:ask @check_reverse:ask @reverse:tell "
		       "@post_reverse:tell @fail_reverse:tell",
		.holds = ".lpatch.hook.fail_reverse=8 .rela.lpatch.hook.fail_reverse=24",
	},
	{
		.sentence = "a hook may be a function of another file of the patch",
		.flags = HEADERS,
		.both = "int f(int a) { return work(a); }",
		.original = "",
		.patched = AUTHOR "void elsewhere(void);\nLPATCH_APPLY(elsewhere);",
		.out = "@apply:elsewhere",
		.refers = "elsewhere",
		.holds = ".lpatch.hook.apply=8",
	},
	{
		.sentence = "a function that exists is no hook",
		.flags = HEADERS,
		.both = "int f(void) { return work(1); }",
		.original = "",
		.patched = AUTHOR "LPATCH_CHECK_APPLY(f);",
		.refused = "lpatch_hook_check_apply: the function f, which the kernel already has",
	},
	{
		.sentence = "a function that exists is no hook if it is replaced, either",
		.flags = HEADERS,
		.original = "int f(void) { return work(1); }",
		.patched = AUTHOR "int f(void) { return work(2); }\nLPATCH_CHECK_APPLY(f);",
		.refused = "lpatch_hook_check_apply: the function f, which the kernel already has",
	},
	{
		.sentence = "a hook that is NULL is refused",
		.flags = HEADERS,
		.both = "int f(int a) { return work(a); }",
		.original = "",
		.patched = AUTHOR "LPATCH_APPLY(NULL);",
		.refused = "lpatch_hook_apply: is not the address of one function",
	},
	{
		.sentence = "a hook that is a variable is refused",
		.flags = HEADERS,
		.both = "int f(int a) { return work(a); }",
		.original = "",
		.patched = AUTHOR "static int v = 1;\nLPATCH_APPLY((void *)&v);",
		.refused = "lpatch_hook_apply: is not a function",
	},
	{
		.sentence = "a shadow variable is included with its destructor",
		.flags = HEADERS,
		.original = "int f(int *a) { return work(*a); }",
		.patched = AUTHOR "static void forget(void *object, void *data) { use(data); }\n"
				  "LPATCH_SHADOW(note, int, forget);\n"
				  "int f(int *a) { int *n = lpatch_shadow_get(&note, a);\n"
				  "return n ? *n : work(*a); }",
		.out = "f +forget %note",
		.refers = "lpatch_shadow_get !note !forget",
		.holds = ".lpatch.shadow",
		.defines = "local:note local:forget",
	},
	{
		.sentence = "an unused one is left out; a hook counts as a user",
		.flags = HEADERS,
		.both = "int f(int a) { return work(a); }",
		.original = "",
		.patched = AUTHOR "LPATCH_SHADOW_SHARED(note, int, NULL);\n"
				  "LPATCH_SHADOW(other, int, NULL);\n"
				  "static void gone(void) { lpatch_shadow_free_all(&note); }\n"
				  "LPATCH_POST_REVERSE(gone);",
		.out = "+gone @post_reverse:gone %note",
		.refers = "lpatch_shadow_free_all",
		.defines = "local:note !local:other",
	},
	{
		.sentence = "clang: hooks and shadow variables",
		.compiler = WITH_CLANG,
		.flags = HEADERS,
		.original = "int f(int *a) { return work(*a); }",
		.patched = AUTHOR "LPATCH_SHADOW(note, int, NULL);\n"
				  "static int ready(void) { return work(1); }\n"
				  "LPATCH_PRE_REVERSE(ready);\n"
				  "int f(int *a) { int *n = lpatch_shadow_get(&note, a);\n"
				  "return n ? *n : work(*a); }",
		.out = "f +ready @pre_reverse:ready %note",
		.holds = ".lpatch.hook.pre_reverse=8 .lpatch.shadow",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj hooks and shadow variables", cases, ARRAY_SIZE(cases));
}
