/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists that only the boot or the load of a module reads: the object differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

/* linux/init.h: struct obs_kernel_param */
#define SETUP                                                                               \
	"struct param { const char *text; int (*setup)(char *); int early; };\n"            \
	"#define SETUP(string, id, fn, is_early)"                                           \
	" static const char __setup_str_##id[] __attribute__((section(\".init.rodata\"),"   \
	"aligned(1))) = string;"                                                            \
	" static struct param __setup_##id __used __attribute__((section(\".init.setup\")," \
	"aligned(8))) = {__setup_str_##id, fn, is_early}\n"

/* linux/moduleparam.h: the start of struct kernel_param */
#define PARAM                                                                           \
	"struct kernel_param { const char *name; void *arg; unsigned short perm; };\n"  \
	"#define PARAM(id, mode) static const char __param_str_##id[] = \"mod.\" #id;"  \
	" static const struct kernel_param __used __attribute__((section(\"__param\")," \
	"aligned(8))) __param_##id = {__param_str_##id, &id, mode}\n"

/* An entry with a symbol of its own that points to something. */
#define POINTER                                                     \
	"#define ENTRY(list, name, place) static void *name __used" \
	" __attribute__((section(list))) = place\n"

/* One without, as assembly makes them: 32 bits, from the place itself. */
#define PLACE                                                                                   \
	"#define PLACE(list, more, name) asm(\".pushsection \\\"\" list \"\\\", \\\"a\\\"\\n\"" \
	" more \" .long \" #name \" - .\\n.popsection\")\n"

#define F      "int f(int a) { return work(a); }\n"
#define F_ELSE "int f(int a) { return work(a) + 1; }\n"

static const struct diffobj_case cases[] = {
	{
		.sentence = "a new boot parameter is reported, with its handler",
		.both = SETUP "static int limit = 3; static __init int set(char *s) { limit = *s; "
			      "return 1; }\nSETUP(\"old=\", set, set, 0);",
		.original = "int f(int a) { return work(a * limit); }",
		.patched = "static __init int lp_setup(char *s) { limit = 9; return 1; }\n"
			   "SETUP(\"lp_limit=\", lp_setup, lp_setup, 0);\n"
			   "int f(int a) { return work(a + limit); }",
		.out = "f",
		.refers = "limit",
		.finds = "never-runs lp_limit=: a new boot parameter has no effect: the command "
			 "line was read at boot",
	},
	{
		.sentence = "boot parameters that merely moved are no change",
		.both = SETUP "static __init int one(char *s) { return work(*s); }\n"
			      "static __init int two(char *s) { return work(*s + 1); }",
		.original = "SETUP(\"one=\", one, one, 0); SETUP(\"two\", two, two, 1);\n" F,
		.patched = "SETUP(\"two\", two, two, 1); SETUP(\"one=\", one, one, 0);\n" F_ELSE,
		.out = "f",
	},
	{
		.sentence = "a boot parameter of another name is reported",
		.both = SETUP "static __init int set(char *s) { return work(*s); }",
		.original = "SETUP(\"one=\", set, set, 0);\n" F,
		.patched = "SETUP(\"two=\", set, set, 0);\n" F_ELSE,
		.out = "f",
		.finds = "never-runs two=: a new boot parameter|never-runs one=: this boot "
			 "parameter is still there",
	},
	{
		.sentence = "a boot parameter that is read earlier is reported",
		.both = SETUP "static __init int set(char *s) { return work(*s); }",
		.original = "SETUP(\"one=\", set, set, 0);\n" F,
		.patched = "SETUP(\"one=\", set, set, 1);\n" F_ELSE,
		.out = "f",
		.finds = "never-runs one=: the change of this boot parameter has no effect",
	},
	{
		.sentence = "new and changed parameters are reported, others are not",
		.both = PARAM "static int old, kept; void set(int a) { old = kept = a; }\n"
			      "PARAM(kept, 0444);",
		.original = "PARAM(old, 0444);\nint f(int a) { return work(a + old + kept); }",
		.patched = "PARAM(old, 0644);\nstatic int young; PARAM(young, 0);\n"
			   "int f(int a) { return work(a + old + kept + young); }",
		.out = "f",
		.refers = "old kept",
		.finds = "never-runs mod.old: the change of this parameter has no effect|"
			 "never-runs mod.young: a new parameter has no effect",
	},
	{
		.sentence = "functions called at boot are named by what is called",
		.both = PLACE "__init int one(void) { return work(1); }\n"
			      "__init int two(void) { return work(2); }\n"
			      "__init int new_one(void) { return work(3); }\n"
			      "PLACE(\".initcall6.init\", \"__initcall__kmod_x__1_2_one6:\", one);",
		.original =
			"PLACE(\".initcall6.init\", \"__initcall__kmod_x__2_3_two6:\", two);\n" F,
		.patched = "PLACE(\".initcall6.init\", \"__initcall__kmod_x__7_9_new_one6:\", "
			   "new_one);\n"
			   "PLACE(\".initcall6.init\", \"__initcall__kmod_x__8_9_two6:\", "
			   "two);\n" F_ELSE,
		.refused = "new_one: a new function called at boot can't be part of an update",
	},
	{
		.sentence = "a function called at boot is reported if the author has it left out",
		.both = PLACE "__init int one(void) { return work(1); }",
		.original = F,
		.patched = "PLACE(\".initcall6.init\", \"__initcall_one:\", one);\n" F_ELSE,
		.skip_init = true,
		.out = "f",
		.finds = "never-runs one: a new function called at boot has no effect",
	},
	{
		.sentence = "of fixups without names the new one is reported",
		.both = PLACE "void one(void) { work(1); } void two(void) { work(2); }\n"
			      "PLACE(\".pci_fixup_final\", \".long 1, 2, 3\\n\", one);",
		.original = F,
		.patched = "PLACE(\".pci_fixup_final\", \".long 1, 5, 3\\n\", two);\n" F,
		.refused = "two: a new fixup of PCI devices can't be part of an update",
	},
	{
		.sentence = "lines of modinfo that programs act on are reported",
		.both = "MODULE_INFO(one, \"alias\", \"pci:v1\"); "
			"MODULE_INFO(author, \"author\", \"somebody\");",
		.original = F,
		.patched = "MODULE_INFO(two, \"alias\", \"pci:v2\");\n"
			   "MODULE_INFO(parm, \"parm\", \"x:about x\");\n"
			   "MODULE_INFO(three, \"firmware\", \"x.bin\");\n" F_ELSE,
		.out = "f",
		.finds = "never-runs alias=pci:v2: a new line of modinfo(8) has no effect|"
			 "never-runs firmware=x.bin: a new line",
	},
	{
		.sentence = "a new tracepoint is refused by name",
		.both = PLACE,
		.original = F,
		.patched = "struct static_key __tracepoint_lp "
			   "__attribute__((section(\"__tracepoints\")));\n"
			   "PLACE(\"__tracepoints_ptrs\", \"\", __tracepoint_lp);\n" F,
		.refused = "lp: a new tracepoint can't be part of an update",
	},
	{
		.sentence = "a device table that changes in place is reported",
		.original = "static const int ids[] = {1, 2, 0};\n"
			    "extern const int __mod_pci__ids_device_table[] "
			    "__attribute__((alias(\"ids\")));\n"
			    "int f(int a) { return work(ids[a]); }",
		.patched = "static const int ids[] = {1, 3, 0};\n"
			   "extern const int __mod_pci__ids_device_table[] "
			   "__attribute__((alias(\"ids\")));\n"
			   "int f(int a) { return work(ids[a]); }",
		.out = "=ids",
		.finds = "never-runs ids: existing devices are not bound again",
	},
	{
		.sentence = "an init function that a module gets is reported, and not the update's",
		.original = F,
		.patched = "__init int start(void) { return work(2); }\n"
			   "__exit void stop(void) { work(3); }\n"
			   "int init_module(void) __attribute__((alias(\"start\")));\n"
			   "void cleanup_module(void) __attribute__((alias(\"stop\")));\n" F_ELSE,
		.out = "f",
		.finds = "never-runs start: the module was loaded without it|"
			 "never-runs stop: the module was loaded without it",
	},
	{
		.sentence = "an entry of an unknown list is refused",
		.both = POINTER "void one(void) { work(1); } ENTRY(\"strange_list\", old, one);",
		.original = F,
		.patched = "void two(void) { work(2); } ENTRY(\"strange_list\", young, two);\n" F,
		.refused = "young: it is new in the unknown section strange_list",
	},
	{
		.sentence = "so is one without a name",
		.both = PLACE "void one(void) { work(1); } PLACE(\"strange_list\", \"\", one);",
		.original = F,
		.patched = "void two(void) { work(2); } PLACE(\"strange_list\", \"\", two);\n" F,
		.refused = "strange_list: it is new in the unknown section strange_list",
	},
	{
		.sentence = "an unchanged entry of such a list does not prevent the update",
		.both = PLACE POINTER
		"void one(void) { work(1); } PLACE(\"strange_list\", \"\", one);\n"
		"ENTRY(\"other_list\", entry, one);",
		.original = F,
		.patched = F_ELSE,
		.out = "f",
	},
	{
		.sentence = "a variable that is shared with the hypervisor at boot is refused",
		.original = F,
		.patched = "static __attribute__((section(\".bss..decrypted\"))) int shared;\n"
			   "int f(int a) { return work(a + shared++); }",
		.refused = "f: it uses shared, which is new in section .bss..decrypted",
	},
	{
		.sentence =
			"a new per-cpu variable is included where the module loader looks for it",
		.both = "#define PER_CPU(part) __attribute__((section(\".data..percpu\" part)))\n",
		.original = F,
		.patched =
			"PER_CPU(\"..read_mostly\") int often = 5; PER_CPU(\"\") int seldom = 7;\n"
			"int f(int a) { return work(a + often + seldom); }",
		.out = "f *often *seldom",
		.holds = "!.data..percpu..read_mostly .data..percpu",
	},
	{
		.sentence = "a new static key begins with its default",
		.original = F,
		.patched = "static struct static_key key = {1};\n"
			   "void off(void) { key.enabled = 0; }\n"
			   "int f(int a) { if (static_branch(&key)) work(1); return work(a); }",
		.out = "f +off",
		.refers = "!key",
		.holds = ".data.key=16 __jump_table=16",
	},
	{
		.sentence = "another default of a static key is refused",
		.both = "extern struct static_key key;\n",
		.original = "struct static_key key = {0};\n" F,
		.patched = "struct static_key key = {1};\n" F_ELSE,
		.refused = "key: its initial value changed",
	},
	{
		.sentence = "another initial value of a per-cpu variable is refused",
		.original = "__percpu int count = 1;\n" F,
		.patched = "__percpu int count = 2;\n" F_ELSE,
		.refused = "count: its initial value changed from 1 to 2",
	},
};

/* Each list: the name of a new entry, the text about it, and that it is reported. */
struct list {
	const char *section;
	const char *symbol; /* what the macro calls the entry */
	const char *name;   /* what people know it by */
	bool refused;       /* without --skip-init, where that helps */
};

static const struct list lists[] = {
	{".con_initcall.init", "__con_initcall_x", "x", true},
	{".initcallrootfs.init", "__initcall_x", "x", true},
	{".lsm_info.init", "__lsm_x", "x", true},
	{".early_lsm_info.init", "__early_lsm_x", "x", true},
	{".x86_cpu_dev.init", "__x86_cpu_dev_x", "x", true},
	{".x86_intel_mid_dev.init", "one", "one", true},
	{".apicdrivers", "__apicdrivers_x", "x", true},
	{".iommu_table", "__iommu_entry_x", "x", true},
	{"__clk_of_table", "__of_table_x", "x", true},
	{"__timer_of_table", "__of_table_x", "x", true},
	{"__irqchip_of_table", "__of_table_x", "x", true},
	{"__cpu_method_of_table", "__of_table_x", "x", true},
	{"__reservedmem_of_table", "__of_table_x", "x", true},
	{"__irqchip_acpi_probe_table", "__acpi_probe_x", "x", true},
	{"__governor_thermal_table", "__thermal_table_entry_x", "x", true},
	{".dtb.init.rodata", "one", "one", true},
	{".init.some_list", "one", "one", true},
	{".init_array", "x_ptr", "x", true},
	{".ctors", "x_ptr", "x", true},
	{"_ftrace_events", "__event_x", "x", true},
	{"__bpf_raw_tp_map", "__bpf_trace_tp_map_x", "x", true},
	{"__syscalls_metadata", "__p_syscall_meta_x", "x", true},
	{"__tracepoints_ptrs", "ptr_x", "x", true},
	{".pci_fixup_early", "fixup_x", "x", true},
	{"__earlycon_table", "__UNIQUE_ID___earlycon_x", "x", false},
	{"__modver", "one", "one", false},
	{".kunit_test_suites", "__UNIQUE_ID_x", "x", false},
	{".builtin_fw", "one", "one", false},
	{"_error_injection_whitelist", "_eil_addr_x", "x", false},
	{"_ftrace_eval_map", "one", "one", false},
	{".static_call_tramp_key", "ptr_x", "x", false},
	{"__ksymtab", "__ksymtab_x", "x", false},
	{".export_symbol", "__export_symbol_x", "x", false},
};

static void free_row(struct diffobj_case *row)
{
	free((char *)row->sentence);
	free((char *)row->original);
	free((char *)row->patched);
	free((char *)row->refused);
	free((char *)row->finds);
}

/* The row for a list, to be freed by free_row(). */
static struct diffobj_case make_row(const struct list *list)
{
	struct diffobj_case row = {.both = "void x(void) { work(1); }\nint old;\n" POINTER};
	char *sentence, *original, *patched, *expected;

	if (asprintf(&sentence, "a new entry of %s is %s", list->section,
		     list->refused ? "refused" : "said") < 0 ||
	    asprintf(&original, "ENTRY(\"%s\", old_entry, &old);\n" F, list->section) < 0 ||
	    asprintf(&patched, "ENTRY(\"%s\", %s, x);\nENTRY(\"%s\", old_entry, &old);\n" F_ELSE,
		     list->section, list->symbol, list->section) < 0 ||
	    asprintf(&expected,
		     list->refused ? "%s: can't be part of an update"
				   : "never-runs %s: has no effect",
		     list->name) < 0)
		abort();
	row.sentence = sentence;
	row.original = original;
	row.patched = patched;
	row.out = list->refused ? NULL : "f";
	*(list->refused ? &row.refused : &row.finds) = expected;
	return row;
}

int main(void)
{
	struct diffobj_case rows[ARRAY_SIZE(cases) + ARRAY_SIZE(lists)];
	struct diffobj_case *made = rows + ARRAY_SIZE(cases);

	memcpy(rows, cases, sizeof(cases));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		made[i] = make_row(&lists[i]);

	int failed = diffobj_run_cases("diffobj tables", rows, ARRAY_SIZE(rows));

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		free_row(&made[i]);
	return failed;
}
