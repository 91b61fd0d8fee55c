/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object differ: special sections, sections of code, refusals. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

static const struct diffobj_case cases[] = {
	{
		.sentence = "entries of the bug table go with their function, others stay",
		.original = "int g(int a) { WARN_ON(a == 1); return work(a); }\n"
			    "int f(int a) { WARN_ON(a == 2); return work(a); }",
		.patched = "int g(int a) { WARN_ON(a == 1); return work(a); }\n"
			   "int f(int a) { WARN_ON(a == 3); return work(a); }",
		.out = "f",
		.holds = "__bug_table=12",
	},
	{
		.sentence = "the line number of a warning is no change",
		.original = "int f(int a) { WARN_ON(a == 2); return work(a); }",
		.patched = "\n\n\nint f(int a) { WARN_ON(a == 2); return work(a); }",
	},
	{
		.sentence = "the flags of a bug entry are a change",
		.original = "int f(int a) { BUG_ENTRY(1); return work(a); }",
		.patched = "int f(int a) { BUG_ENTRY(9); return work(a); }",
		.out = "f",
		.holds = "__bug_table=12",
	},
	{
		.sentence = "a warning that is printed once may be printed once more, which is "
			    "reported",
		.original = "int f(int a) { WARN_ON_ONCE(a == 2); return work(a); }\n"
			    "int g(int a) { WARN_ON_ONCE(a == 2); return work(a); }",
		.patched = "int f(int a) { WARN_ON_ONCE(a == 2); return work(a) + 1; }\n"
			   "int g(int a) { WARN_ON_ONCE(a == 2); return work(a); }",
		.out = "f",
		.refers = "!__already_done.1",
		.holds = ".data.once=1 __bug_table=12",
		.finds = "restarted-state f: once more",
	},
	{
		.sentence = "variables of one section are distinguished when an immediate follows "
			    "the operand",
		.original = "static __once char first, second;\n"
			    "int f(int a) { first = 1; second = 2; return work(a); }\n"
			    "int g(int a) { return work(first + second); }",
		.patched = "static __once char first, second;\n"
			   "int f(int a) { first = 2; second = 2; return work(a); }\n"
			   "int g(int a) { return work(first + second); }",
		.out = "f",
		.refers = "first second",
	},
	{
		.sentence = "an alternative is included with its replacement",
		.original = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"call other\", 77)); return "
			    "a; }\n"
			    "int g(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 78)); return a; }",
		.patched = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"call other\", 77)); return a "
			   "+ 1; }\n"
			   "int g(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 78)); return a; }",
		.out = "f",
		.refers = "other",
		.holds = ".altinstructions=12 .altinstr_replacement=5",
	},
	{
		.sentence = "a changed replacement of an alternative is a change",
		.original = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 77)); return a; }",
		.patched = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"lfence\", 77)); return a; }",
		.out = "f",
		.holds = ".altinstructions=12 .altinstr_replacement=3",
	},
	{
		.sentence = "a changed feature of an alternative is a change",
		.original = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 77)); return a; }",
		.patched = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 79)); return a; }",
		.out = "f",
	},
	{
		.sentence = "an alternative without a replacement adds nothing",
		.original = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"\", 77)); return a; }",
		.patched = "int f(int a) { asm(ALTERNATIVE(\"nop\", \"\", 77)); return a + 1; }",
		.out = "f",
		.holds = ".altinstructions=12",
	},
	{
		.sentence = "an alternative without a replacement does not refer to the next one's",
		.original = "int g(int a) { asm(ALTERNATIVE(\"nop\", \"\", 77)); return a; }\n"
			    "int f(int a) { asm(ALTERNATIVE(\"nop\", \"sfence\", 78)); return a; }",
		.patched = "int g(int a) { asm(ALTERNATIVE(\"nop\", \"\", 77)); return a; }\n"
			   "int f(int a) { asm(ALTERNATIVE(\"nop\", \"lfence\", 78)); return a; }",
		.out = "f",
		.holds = ".altinstructions=12 .altinstr_replacement=3",
	},
	{
		.sentence = "the physical address of a variable is far from the variable",
		.both = "static char page[8] = {1}, other[8] = {1};",
		.original = "void f(void) { asm volatile(\"movabs $%c0 + 0x80000000, %%rax\" : : "
			    "\"i\"(page) : \"rax\"); page[0]++; }",
		.patched = "void f(void) { asm volatile(\"movabs $%c0 + 0x80000000, %%rax\" : : "
			   "\"i\"(other) : \"rax\"); page[0]++; other[0]++; }",
		.out = "f",
		.refers = "page",
	},
	{
		.sentence = "paravirt calls are included, the last of a section with its padding",
		.both = "extern void *op;",
		.original = "int g(int a) { PARAVIRT_CALL(op); return a; }\n"
			    "int f(int a) { PARAVIRT_CALL(op); return a; }",
		.patched = "int g(int a) { PARAVIRT_CALL(op); return a; }\n"
			   "int f(int a) { PARAVIRT_CALL(op); return a + 1; }",
		.out = "f",
		.refers = "op",
		.holds = ".parainstructions=16",
	},
	{
		.sentence = "places of lock prefixes are included",
		.original =
			"int g(int *a) { asm(LOCK_PREFIX \"incl %0\" : \"+m\"(*a)); return *a; }\n"
			"int f(int *a) { asm(LOCK_PREFIX \"incl %0\" : \"+m\"(*a)); return *a; }",
		.patched =
			"int g(int *a) { asm(LOCK_PREFIX \"incl %0\" : \"+m\"(*a)); return *a; }\n"
			"int f(int *a) { asm(LOCK_PREFIX \"decl %0\" : \"+m\"(*a)); return *a; }",
		.out = "f",
		.holds = ".smp_locks=4",
	},
	{
		.sentence = "exception table entries are included",
		.original = "int f(int *a) { asm(\"1: movl $1, %0\\n2:\" EX_TABLE(1b, 2b, 1) : "
			    "\"=m\"(*a)); "
			    "return work(1); }",
		.patched = "int f(int *a) { asm(\"1: movl $1, %0\\n2:\" EX_TABLE(1b, 2b, 1) : "
			   "\"=m\"(*a)); "
			   "return work(2); }",
		.out = "f",
		.holds = "__ex_table=12",
	},
	{
		.sentence = "another way to handle an exception is a change",
		.original = "int f(int *a) { asm(\"1: movl $1, %0\\n2:\" EX_TABLE(1b, 2b, 1) : "
			    "\"=m\"(*a)); "
			    "return work(1); }",
		.patched = "int f(int *a) { asm(\"1: movl $1, %0\\n2:\" EX_TABLE(1b, 2b, 3) : "
			   "\"=m\"(*a)); "
			   "return work(1); }",
		.out = "f",
	},
	{
		.sentence = "a jump label refers to the running kernel's key",
		.both = "extern struct static_key theirs; static struct static_key ours;\n"
			"void on(void) { ours.enabled++; }",
		.original = "int f(int a) { if (static_branch(&theirs)) work(1);\n"
			    "if (static_branch(&ours)) work(2); return a; }",
		.patched = "int f(int a) { if (static_branch(&theirs)) work(3);\n"
			   "if (static_branch(&ours)) work(2); return a; }",
		.out = "f",
		.refers = "theirs ours",
		.holds = "__jump_table=32 !.bss.ours",
	},
	{
		.sentence = "a jump label on another key is a change",
		.both = "extern struct static_key one, two;",
		.original = "int f(int a) { if (static_branch(&one)) work(1); return a; }",
		.patched = "int f(int a) { if (static_branch(&two)) work(1); return a; }",
		.out = "f",
		.refers = "two !one",
	},
	{
		.sentence = "a debug message stays the kernel's, with what it is switched to",
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }\n"
			    "int g(int a) { pr_debug(\"in g\"); return work(a); }",
		.patched = "int f(int a) { pr_debug(\"in f\"); return work(a + 1); }\n"
			   "int g(int a) { pr_debug(\"in g\"); return work(a); }",
		.out = "f",
		.refers = "__dynamic_pr_debug descriptor.3",
		.holds = "!__dyndbg __jump_table=16",
	},
	{
		.sentence = "a new debug message has a descriptor and a key of its own",
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }",
		.patched =
			"int f(int a) { pr_debug(\"new\");\npr_debug(\"in f\"); return work(a); }",
		.out = "f",
		.refers = "__dynamic_pr_debug descriptor.1",
		.holds = "__dyndbg=56 __jump_table=32",
	},
	{
		.sentence = "debug messages of one text are distinguished by their lines",
		.original = "int f(int a) { pr_debug(\"f\");\npr_debug(\"f\");\n"
			    "pr_debug(\"f\"); return work(a); }",
		.patched = "int f(int a) {\npr_debug(\"f\");\n"
			   "pr_debug(\"f\"); return work(a); }",
		.out = "f",
		.refers = "!descriptor.3 descriptor.2 descriptor.1",
		.holds = "!__dyndbg __jump_table=32",
	},
	{
		.sentence = "debug messages of one text that moved keep their order",
		.original = "int f(int a) { pr_debug(\"f\");\npr_debug(\"f\"); return work(a); }",
		.patched = "\n\n\n\nint f(int a) { pr_debug(\"f\");\n"
			   "pr_debug(\"f\"); return work(a + 1); }",
		.out = "f",
		.refers = "descriptor.2 descriptor.1",
		.holds = "!__dyndbg",
	},
	{
		.sentence = "of debug messages that moved, none is taken for another",
		.original = "int f(int a) { pr_debug(\"f\");\npr_debug(\"f\"); return work(a); }",
		.patched = "\n\n\n\nint f(int a) { pr_debug(\"f\"); return work(a + 1); }",
		.out = "f",
		.refers = "!descriptor.2 !descriptor.1",
		.holds = "__dyndbg=56",
		.finds = "never-runs f: its debug message \"f\" is not printed before",
	},
	{
		.sentence = "a debug message with another default is another one",
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }",
		.patched = "#undef PR_DEBUG_FLAGS\n#define PR_DEBUG_FLAGS 1\n"
			   "int f(int a) { pr_debug(\"in f\"); return work(a + 1); }",
		.out = "f",
		.holds = "__dyndbg=56",
		.finds = "never-runs f: its debug message \"in f\" is not printed before",
	},
	{
		.sentence = "clang: a debug message stays the kernel's",
		.compiler = WITH_CLANG,
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }",
		.patched = "int f(int a) { pr_debug(\"in f\"); return work(a + 1); }",
		.out = "f",
		.refers = "__dynamic_pr_debug f.descriptor",
		.holds = "!__dyndbg __jump_table=16",
	},
	{
		.sentence = "the line number of a debug message is no change",
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }",
		.patched = "\n\n\nint f(int a) { pr_debug(\"in f\"); return work(a); }",
	},
	{
		.sentence = "the text of a debug message is a change",
		.original = "int f(int a) { pr_debug(\"in f\"); return work(a); }",
		.patched = "int f(int a) { pr_debug(\"IN F\"); return work(a); }",
		.out = "f",
		.holds = "__dyndbg=56",
		.finds = "never-runs f: it no longer has the debug message \"in f\"",
	},
	{
		.sentence = "a static call refers to the running kernel's key and trampoline",
		.original = "int f(int a) { static_call_site(hook); return a; }",
		.patched = "int f(int a) { static_call_site(hook); return a + 1; }",
		.out = "f",
		.refers = "__SCT__hook __SCK__hook",
		.holds = ".static_call_sites=8",
	},
	{
		.sentence = "entries that are ordered by their code stay so",
		.flags = "-fpatchable-function-entry=16,16",
		.original = "int f(int a) { return work(a); }\n"
			    "int g(int a) { return work(a) * 2; }",
		.patched = "int f(int a) { return work(a) + 1; }\n"
			   "int g(int a) { return work(a) * 2 + 1; }",
		.out = "f g",
		.holds = "__patchable_function_entries=16",
	},
	{
		.sentence = "a function in .sched.text is replaced from a section of its own",
		.original = "__sched int g(int a) { return work(a); }\n"
			    "__sched int f(int a) { return work(a); }",
		.patched = "__sched int g(int a) { return work(a); }\n"
			   "__sched int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = ".text.f !.sched.text",
	},
	{
		.sentence =
			"calls inside one section are distinguished from bytes that merely moved",
		.both = "__sched static int s(int a) { return work(a); }",
		.original = "__sched int f(int a) { return s(a) + 1; }\n"
			    "__sched int g(int a) { return s(a) + 2; }",
		.patched = "__sched int f(int a) { return s(a) + work(9) * 3; }\n"
			   "__sched int g(int a) { return s(a) + 2; }",
		.out = "f",
		.refers = "s !g",
	},
	{
		.sentence = "a function in .ref.text is replaced",
		.original = "__ref int f(int a) { return work(a); }",
		.patched = "__ref int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = ".text.f !.ref.text",
	},
	{
		.sentence = "a function that runs when a module is unloaded is replaced",
		.original = "__exit void f(void) { work(1); }",
		.patched = "__exit void f(void) { work(2); }",
		.out = "f",
		.holds = ".text.f !.exit.text",
	},
	{
		.sentence = "exit code of vmlinux is left out",
		.built_in = true,
		.original = "__exit void f(void) { work(1); }",
		.patched = "__exit void f(void) { work(2); }",
		.finds = "never-runs f: it never runs in vmlinux",
	},
	{
		.sentence = "BTF IDs are the same whatever their counters are",
		.both = "extern unsigned int ids[];\n#define IDS(a, b, more) asm(\".pushsection "
			".BTF_ids, "
			"\\\"a\\\"\\n .globl ids\\nids: .zero 4\\n__BTF_ID__func__x__\" #a \": "
			".zero 4\\n"
			"__BTF_ID__func__y__\" #b \": .zero 4\\n\" more \".popsection\");",
		.original = "IDS(1, 2, \"\") int f(int a) { return work(ids[1]); }",
		.patched = "IDS(3, 4, \"\") int f(int a) { return work(ids[1]) + 1; }",
		.out = "f",
		.refers = "ids",
	},
	{
		.sentence = "a new BTF ID is refused",
		.both = "extern unsigned int ids[];\n#define IDS(a, b, more) asm(\".pushsection "
			".BTF_ids, "
			"\\\"a\\\"\\n .globl ids\\nids: .zero 4\\n__BTF_ID__func__x__\" #a \": "
			".zero 4\\n"
			"__BTF_ID__func__y__\" #b \": .zero 4\\n\" more \".popsection\");",
		.original = "IDS(1, 2, \"\") int f(int a) { return work(ids[1]); }",
		.patched = "IDS(3, 4, \"__BTF_ID__func__z__5: .zero 4\\n\")\n"
			   "int f(int a) { return work(ids[1]); }",
		.refused = ".BTF_ids: the types or functions known to BPF changed",
	},
	{
		.sentence = "a function without an fentry call is replaced",
		.original = "notrace int f(int a) { return work(a); }",
		.patched = "notrace int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = "!__mcount_loc",
	},
	{
		.sentence = "changed init code is refused",
		.original = "__init int f(void) { return work(1); }",
		.patched = "__init int f(void) { return work(2); }",
		.refused = "f: it has already run",
	},
	{
		.sentence = "changed init code is left out if the author says so",
		.original =
			"__init int f(void) { return work(1); }\nint g(void) { return work(1); }",
		.patched =
			"__init int f(void) { return work(2); }\nint g(void) { return work(2); }",
		.skip_init = true,
		.out = "g",
		.finds = "never-runs f: it has already run",
	},
	{
		.sentence = "init functions that merely moved are no change",
		.both = "__init static int s(int a) { return work(a); }\nint g(void);",
		.original = "__init int f(void) { return s(1); }\nint g(void) { return work(1); }",
		.patched = "int g(void) { return work(2); }\n__init int f(void) { return s(1); }",
		.out = "g",
	},
	{
		.sentence = "a new function that is called at boot is refused",
		.original = "int f(void) { return work(1); }",
		.patched = "__init int n(void) { return work(2); }\ninitcall(n);\n"
			   "int f(void) { return work(1); }",
		.refused = "n: a new function called at boot can't be part of an update",
	},
	{
		.sentence = "changed init data is refused",
		.original = "__initdata int limit = 5; __init int f(void) { return work(limit); }",
		.patched = "__initdata int limit = 6; __init int f(void) { return work(limit); }",
		.refused = "limit: it is used at boot only",
	},
	{
		.sentence = "code that no instrumentation may enter is refused",
		.original = "noinstr int f(int a) { return work(a); }",
		.patched = "noinstr int f(int a) { return work(a) + 1; }",
		.refused = "f: it is in section .noinstr.text",
	},
	{
		.sentence = "entry code is refused",
		.original = "__entry int f(int a) { return work(a); }",
		.patched = "__entry int f(int a) { return work(a) + 1; }",
		.refused = "f: it is in section .entry.text",
	},
	{
		.sentence = "all reasons for a refusal are reported at once",
		.original = "int a1 = 1; noinstr int f(int a) { return work(a); }",
		.patched = "int a1 = 2; noinstr int f(int a) { return work(a) + 1; }",
		.refused = "a1: its initial value|f: it is in section .noinstr.text",
	},
	{
		.sentence = "a new export does not prevent the update, and others can't use it",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }\nEXPORT_SYMBOL(f);",
		.out = "f",
		.holds = "!___ksymtab+f",
		.finds = "never-runs f: a new exported symbol has no effect",
	},
	{
		.sentence = "a removed export is refused",
		.original = "int f(int a) { return work(a); }\nEXPORT_SYMBOL(f);",
		.patched = "int f(int a) { return work(a) + 1; }",
		.refused = "f: it is exported by the running kernel",
	},
	{
		.sentence = "an export that was a function and is a variable is refused",
		.original = "int f(int a) { return work(a); }\nEXPORT_SYMBOL(f);",
		.patched = "int f = 5;\nEXPORT_SYMBOL(f);",
		.refused = "f: it is exported, and was a function and is a variable",
	},
	{
		.sentence = "an export that is now for GPL modules only stays an export",
		.original = "int f(int a) { return work(a); }\nEXPORT_SYMBOL(f);",
		.patched = "int f(int a) { return work(a) + 1; }\n"
			   "asm(\".section \\\"___ksymtab_gpl+f\\\", \\\"a\\\"\\n .long f - .\\n "
			   ".long 0, 0\\n .previous\");",
		.out = "f",
	},
	{
		.sentence = "imported namespaces are included",
		.both = "MODULE_INFO(import, \"import_ns\", \"SPACE\");\n"
			"MODULE_INFO(author, \"author\", \"somebody\");",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = ".modinfo=16",
	},
	{
		.sentence = "new read-only-after-init data is included, old is referred to",
		.both = "static __ro_after_init int old = 1; void set(int a) { old = a; }",
		.original = "int f(int a) { return work(old); }",
		.patched = "static __ro_after_init int young = 2; void put(int a) { young = a; }\n"
			   "int f(int a) { return work(old + young); }",
		.out = "f +put",
		.refers = "old !young",
		.holds = ".data..ro_after_init=4",
	},
	{
		.sentence = "unwind data goes with its function, up to the byte behind it",
		.both = "int f(int a); int g(int a);\n"
			"asm(\".pushsection .orc_unwind, \\\"a\\\"\\n .zero 24\\n "
			".popsection\\n\"\n"
			"\".pushsection .orc_unwind_ip, \\\"a\\\"\\n .long g - .\\n .long f - "
			".\\n\"\n"
			"\".long f + 2 - .\\n .long f + 4 - .\\n .popsection\");",
		.original = "int g(int a) { return work(a); } int f(int a) { return work(a); }",
		.patched = "int g(int a) { return work(a); } int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = ".orc_unwind=24 .orc_unwind_ip=16",
	},
	{
		.sentence =
			"unwind data that only begins in another function of the section is found",
		.both = "int f(int a); int g(int a);\n"
			"asm(\".pushsection .orc_unwind, \\\"a\\\"\\n .zero 6\\n .popsection\\n\"\n"
			"\".pushsection .orc_unwind_ip, \\\"a\\\"\\n .long g - .\\n "
			".popsection\");",
		.original = "__sched int g(int a) { return work(a); }\n"
			    "__sched int f(int a) { return work(a); }",
		.patched = "__sched int g(int a) { return work(a); }\n"
			   "__sched int f(int a) { return work(a) + 1; }",
		.out = "f",
		.holds = ".orc_unwind=12 .orc_unwind_ip=8",
	},
	{
		.sentence = "nameless code beside a function is included",
		.both = "int f(int a);\n#define AUX(n) asm(\"jmp 6f\\n5:\\n.pushsection "
			".altinstr_aux, "
			"\\\"ax\\\"\\n6: mov $\" #n \", %%eax\\n jmp 5b\\n.popsection\" ::: "
			"\"rax\")",
		.original = "int g(int a) { AUX(1); return a; } int f(int a) { AUX(2); return a; }",
		.patched = "int g(int a) { AUX(1); return a; } int f(int a) { AUX(3); return a; }",
		.out = "f",
		.holds = ".altinstr_aux=10",
	},
	{
		.sentence = "a new tracepoint is refused",
		.original = "int f(int a) { return work(a); }",
		.patched = "struct static_key tp __attribute__((section(\"__tracepoints\")));\n"
			   "int f(int a) { if (static_branch(&tp)) work(3); return work(a); }",
		.refused = "f: it uses tp, which is new in section __tracepoints",
	},
	{
		.sentence = "a relocation of an unknown type is refused",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { asm(\"movq other@GOTPCREL(%%rip), %%rax\" ::: \"rax\"); "
			   "return work(a); }",
		.refused = "f: it has a relocation of unknown type",
	},
	{
		.sentence = "a section of entries of no known size is refused",
		.both = "asm(\".pushsection .smp_locks, \\\"a\\\"\\n .zero 5\\n .popsection\");",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.refused = ".smp_locks: the entries of this section are of no known size",
	},
	{
		.sentence =
			"a section nobody knows that speaks of the middle of a function is refused",
		.both = "int f(int a);\nasm(\".pushsection .strange, \\\"a\\\"\\n .quad f + 3\\n"
			" .popsection\");",
		.original = "int f(int a) { return work(a); }",
		.patched = "int f(int a) { return work(a) + 1; }",
		.refused = "f: the unknown section .strange",
	},
	{
		.sentence = "a jump table of a switch is included",
		.flags = "-fjump-tables",
		.original =
			"int f(int a) { switch (a) { case 0: return work(5); case 1: return "
			"work(9);\n"
			"case 2: return work(1); case 3: return work(77); case 4: return work(3);\n"
			"case 5: return work(55); } return 0; }",
		.patched =
			"int f(int a) { switch (a) { case 0: return work(5); case 1: return "
			"work(9);\n"
			"case 2: return work(1); case 3: return work(78); case 4: return work(3);\n"
			"case 5: return work(55); } return 0; }",
		.out = "f",
		.refers = "!f !f.original",
		.holds = ".rodata.f=48",
	},
	{
		.sentence = "a label inside a function is the replacement's",
		.original = "void *f(int a) { static void *const to[] = {&&one, &&two};\n"
			    "goto *to[a]; one: work(1); two: work(2); use(&&two); return 0; }",
		.patched = "void *f(int a) { static void *const to[] = {&&one, &&two};\n"
			   "goto *to[a]; one: work(1); two: work(3); use(&&two); return 0; }",
		.out = "f",
		.refers = "!to.0",
		.holds = ".rodata.to.0=16",
	},
	{
		.sentence = "clang: a changed function is replaced, and only that one",
		.compiler = WITH_CLANG,
		.both = "int g(int a) { return work(a) + 1; }\nstatic int count;",
		.original = "int f(int a) { printk(\"f\"); return work(a + count++); }",
		.patched = "int f(int a) { printk(\"f!\"); return work(a + count++); }",
		.out = "f",
		.refers = "count printk !g",
	},
	{
		.sentence = "clang: a static variable of a function is the same by use",
		.compiler = WITH_CLANG,
		.original = "int f(int a) { static int count; return work(count += a); }\n"
			    "int g(int a) { static int count; return work(count -= a); }",
		.patched = "int g(int a) { static int count; return work(count -= a); }\n"
			   "int f(int a) { static int count; return work(count += a + 1); }",
		.out = "f",
		.refers = "f.count !g.count",
	},
	{
		.sentence = "clang: what a macro made for one use is not shared",
		.compiler = WITH_CLANG,
		.original = "int f(int a) { WARN_ON_ONCE(a == 2); printk(\"%s\", __func__); "
			    "return work(a); }",
		.patched = "int f(int a) { WARN_ON_ONCE(a == 2); printk(\"%s\", __func__); "
			   "return work(a) + 1; }",
		.out = "f",
		.refers = "!f.__already_done !__func__.f",
		.holds = ".data.once=1 __bug_table=12",
	},
	{
		.sentence = "clang: strings and entries are included",
		.compiler = WITH_CLANG,
		.both = "extern struct static_key key;",
		.original = "int f(int a) { if (static_branch(&key)) printk(\"on\"); "
			    "WARN_ON(a == 2); return a; }",
		.patched = "int f(int a) { if (static_branch(&key)) printk(\"off\"); "
			   "WARN_ON(a == 2); return a; }",
		.out = "f",
		.refers = "key printk",
		.holds = "__jump_table=16 __bug_table=12",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj sections", cases, ARRAY_SIZE(cases));
}
