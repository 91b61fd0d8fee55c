/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/sections.h"

#include <string.h>

/* clang-format off */
#define RULE(name, kind, life) \
	{name, SECTION_##kind, LIFE_##life, CHANGE_IS_NOTHING, NAMED_BY_SYMBOL, NULL, NULL, NULL}
#define CODE(name, life, what) \
	{name, SECTION_TEXT, LIFE_##life, CHANGE_IS_NOTHING, NAMED_BY_SYMBOL, NULL, what, NULL}
#define TABLE(name, life, change, naming, strip, what, why) \
	{name, SECTION_TABLE, LIFE_##life, change, NAMED_##naming, strip, what, why}

/* Why an entry of a table has no effect. */
#define AT_BOOT   "the kernel went through the list of these at boot"
#define AT_LOAD   "the kernel goes through the list of these when it boots or a module is loaded"
#define IN_FILE   "programs read it from the file of the module"

static const struct section_rule rules[] = {
	/* Code with rules by its section. */
	RULE(".init.text*",           TEXT, INIT),
	RULE(".meminit.text*",        TEXT, INIT),
	RULE(".exit.text*",           TEXT, EXIT),
	CODE(".noinstr.text*",        FIXED, "code that no instrumentation may enter"),
	CODE(".entry.text*",          FIXED, "the entry code of the kernel"),
	CODE(".head.text*",           BOOT, "code that runs before the kernel itself"),
	CODE(".static_call.text",     FIXED, "trampolines that the kernel rewrites"),
	CODE(".text..__x86.*",        FIXED, "thunks that call sites are rewritten to"),
	RULE(".altinstr_aux",         STRETCHES, KEPT),
	RULE(".fixup",                STRETCHES, KEPT), /* up to 5.16 (e5eefda5aa51) */
	/* asm/refcount.h, 4.14 to 5.4 */
	RULE(".text..refcount",       STRETCHES, KEPT),
	RULE(".altinstr_replacement", REPLACEMENT, KEPT),

	/* Entries that belong to functions. */
	RULE(".altinstructions",      SPECIAL, KEPT),
	RULE(".parainstructions",     SPECIAL, KEPT),
	RULE("__bug_table",           SPECIAL, KEPT),
	RULE("__ex_table",            SPECIAL, KEPT),
	RULE("__jump_table",          SPECIAL, KEPT),
	RULE(".static_call_sites",    SPECIAL, KEPT),
	RULE(".retpoline_sites",      SPECIAL, KEPT),
	RULE(".return_sites",         SPECIAL, KEPT),
	RULE(".call_sites",           SPECIAL, KEPT),
	RULE(".cfi_sites",            SPECIAL, KEPT),
	RULE(".ibt_endbr_seal",       SPECIAL, KEPT),
	RULE(".smp_locks",            SPECIAL, KEPT),
	RULE(".orc_unwind_ip",        SPECIAL, KEPT),
	RULE(".orc_unwind",           NOTHING, KEPT), /* goes with .orc_unwind_ip */
	RULE(".orc_header",           NOTHING, KEPT),
	RULE("__mcount_loc",          SPECIAL, KEPT),
	RULE("__patchable_function_entries", SPECIAL, KEPT),
	RULE(".kcfi_traps",           SPECIAL, KEPT),
	RULE("_kprobe_blacklist",     SPECIAL, KEPT),

	/*
	 * Lists read once, at boot or when a module is loaded: a new entry has
	 * no effect. lpatch-author(7) has them in a table.
	 */
	TABLE(".init.setup", INIT, CHANGE_IS_FOUND, BY_TEXT, NULL, "boot parameter",
	      "the command line was read at boot"),
	TABLE("__earlycon_table", KEPT, CHANGE_IS_FOUND, BY_SYMBOL, "__UNIQUE_ID___earlycon_",
	      "early console", "the command line was read at boot"),
	TABLE("__param", KEPT, CHANGE_IS_FOUND, BY_TEXT, NULL, "parameter",
	      "the kernel looks for parameters when it boots or a module is loaded, and makes their "
	      "files in sysfs then"),
	TABLE("__modver", KEPT, CHANGE_IS_FOUND, BY_SYMBOL, NULL, "version of a module", AT_LOAD),
	TABLE(".modinfo", KEPT, CHANGE_IS_FOUND, ITSELF, NULL, "line of modinfo(8)", IN_FILE),
	TABLE("__ksymtab_strings", KEPT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE("___ksymtab*", KEPT, NEW_IS_FOUND, BY_SECTION, NULL, "exported symbol",
	      "no module can be linked to it but those that the update changes"),
	TABLE("__ksymtab*", KEPT, NEW_IS_FOUND, BY_TARGET, NULL, "exported symbol",
	      "no module can be linked to it but those that the update changes"),
	TABLE(".export_symbol", KEPT, NEW_IS_FOUND, BY_SYMBOL, "__export_symbol_",
	      "exported symbol", "no module can be linked to it but those that the update changes"),
	TABLE("__kcrctab*", KEPT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE("___kcrctab*", KEPT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE(".static_call_tramp_key", KEPT, NEW_IS_FOUND, BY_TARGET, "__SCT__",
	      "static call open to modules", AT_LOAD),
	TABLE(".kunit*", KEPT, CHANGE_IS_FOUND, BY_SYMBOL, "__UNIQUE_ID_", "suite of KUnit tests",
	      AT_LOAD),
	TABLE(".builtin_fw", KEPT, CHANGE_IS_FOUND, BY_SYMBOL, NULL, "built-in firmware", AT_BOOT),
	TABLE("_error_injection_whitelist", KEPT, NEW_IS_FOUND, BY_SYMBOL, "_eil_addr_",
	      "function open to error injection", AT_LOAD),
	TABLE("_ftrace_eval_map", KEPT, CHANGE_IS_FOUND, BY_SYMBOL, NULL,
	      "name of a value in trace events", AT_LOAD),
	TABLE("__trace_printk_fmt", KEPT, NEW_IS_FOUND, BY_TEXT, NULL, "message of trace_printk()",
	      AT_LOAD),
	TABLE("__tracepoint_str", KEPT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE(".printk_index", KEPT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE(".init_array*", INIT, CHANGE_IS_REFUSED, BY_TARGET, NULL, "constructor", AT_LOAD),
	TABLE(".ctors*", INIT, CHANGE_IS_REFUSED, BY_TARGET, NULL, "constructor", AT_LOAD),
	TABLE(".fini_array*", EXIT, CHANGE_IS_NOTHING, BY_TARGET, NULL, NULL, NULL),
	TABLE(".dtors*", EXIT, CHANGE_IS_NOTHING, BY_TARGET, NULL, NULL, NULL),
	TABLE("__tracepoints_ptrs", KEPT, CHANGE_IS_REFUSED, BY_TARGET, "__tracepoint_",
	      "tracepoint", AT_LOAD),
	TABLE("_ftrace_events", KEPT, CHANGE_IS_REFUSED, BY_SYMBOL, "__event_", "trace event",
	      AT_LOAD),
	TABLE("__bpf_raw_tp_map", KEPT, CHANGE_IS_REFUSED, BY_SYMBOL, "__bpf_trace_tp_map_",
	      "tracepoint open to BPF", AT_LOAD),
	TABLE("__syscalls_metadata", KEPT, CHANGE_IS_REFUSED, BY_SYMBOL, "__p_syscall_meta_",
	      "system call open to tracing", AT_BOOT),
	TABLE(".pci_fixup*", KEPT, CHANGE_IS_REFUSED, BY_TARGET, NULL, "fixup of PCI devices",
	      AT_BOOT),
	TABLE(".initcall*", INIT, CHANGE_IS_REFUSED, BY_TARGET, NULL, "function called at boot",
	      AT_BOOT),
	TABLE(".con_initcall*", INIT, CHANGE_IS_REFUSED, BY_TARGET, NULL,
	      "function called at boot", AT_BOOT),
	TABLE(".exitcall*", EXIT, CHANGE_IS_NOTHING, BY_TARGET, NULL, NULL, NULL),
	TABLE(".lsm_info.init", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__lsm_", "security module",
	      AT_BOOT),
	TABLE(".early_lsm_info.init", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__early_lsm_",
	      "security module", AT_BOOT),
	TABLE(".x86_cpu_dev.init", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__x86_cpu_dev_",
	      "CPU vendor", AT_BOOT),
	TABLE(".x86_intel_mid_dev.init", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, NULL,
	      "platform device", AT_BOOT),
	TABLE(".apicdrivers", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__apicdrivers_",
	      "driver of interrupt controllers", AT_BOOT),
	TABLE(".iommu_table", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__iommu_entry_", "IOMMU",
	      AT_BOOT),
	TABLE("__*_of_table_end", INIT, CHANGE_IS_NOTHING, BY_SYMBOL, NULL, NULL, NULL),
	TABLE("__*_of_table", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__of_table_",
	      "driver found by the device tree", AT_BOOT),
	TABLE("__*_acpi_probe_table", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, "__acpi_probe_",
	      "driver found by ACPI tables", AT_BOOT),
	TABLE("__*_thermal_table", INIT, CHANGE_IS_REFUSED, BY_SYMBOL,
	      "__thermal_table_entry_", "governor of thermal zones", AT_BOOT),
	TABLE(".dtb.init.rodata", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, NULL, "device tree", AT_BOOT),

	/* What lpatch-patch.h puts there. */
	RULE(".lpatch.hook.*",        CONST, KEPT),
	RULE(".lpatch.shadow",        DATA, KEPT),
	RULE(".lpatch.releases",      CONST, KEPT),
	RULE(".lpatch.keep_code",     NOTHING, KEPT),

	/* Data with rules of its own. */
	RULE(".init.data*",           DATA, INIT),
	RULE(".init.rodata*",         DATA, INIT),
	RULE(".init.scratch",         DATA, INIT),
	RULE(".meminit.data*",        DATA, INIT),
	RULE(".meminit.rodata*",      DATA, INIT),
	RULE(".exit.data*",           DATA, EXIT),
	RULE(".exit.rodata*",         DATA, EXIT),
	/* Everything else that is freed after boot. */
	TABLE(".init.*", INIT, CHANGE_IS_REFUSED, BY_SYMBOL, NULL, "entry that is used at boot only",
	      AT_BOOT),

	RULE(".discard*",             NOTHING, KEPT),
	RULE(".comment*",             NOTHING, KEPT),
	RULE(".note*",                NOTHING, KEPT),
	RULE(".llvm*",                NOTHING, KEPT),
	RULE(".debug*",               NOTHING, KEPT),
	RULE(".BTF",                  NOTHING, KEPT),
	RULE(".gnu.linkonce.this_module", NOTHING, KEPT),
};

/* Rules by flags alone. */
static const struct section_rule by_flags[] = {
	[SECTION_NOTHING]  = RULE("", NOTHING, KEPT),
	[SECTION_TEXT]     = RULE("", TEXT, KEPT),
	[SECTION_DATA]     = RULE("", DATA, KEPT),
	[SECTION_CONST]    = RULE("", CONST, KEPT),
	[SECTION_STRINGS]  = RULE("", STRINGS, KEPT),
	[SECTION_LITERALS] = RULE("", LITERALS, KEPT),
};
/* clang-format on */

/* Sections of variables and constants that no code goes through, by the start of their names. */
static const char *const ordinary[] = {
	".data", ".bss", ".rodata", ".ref.data", ".ref.rodata", ".vvar_", "__dyndbg",
	"__tracepoints", "_ftrace_branch", "_ftrace_annotated_branch",
	/* diffobj carries these over. */
	"__verbose", ".BTF_ids", "___srcu_struct_ptrs",
	/* kernel/sched/sched.h: one variable each */
	"__stop_sched_class", "__dl_sched_class", "__rt_sched_class", "__fair_sched_class",
	"__idle_sched_class", "__ext_sched_class",
	/* kept for programs other than the kernel */
	".tracedata", ".kexec-purgatory", ".videocards", ".eh_frame"};

bool section_is_known(const struct section *section)
{
	if (section->rule->name[0])
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(ordinary); i++)
		if (!strncmp(section->name, ordinary[i], strlen(ordinary[i])))
			return true;
	return false;
}

static bool rule_applies(const struct section_rule *rule, const char *name)
{
	const char *star = strchr(rule->name, '*');

	if (!star)
		return !strcmp(rule->name, name);

	size_t before = (size_t)(star - rule->name), after = strlen(star + 1);
	size_t length = strlen(name);

	return length >= before + after && !strncmp(rule->name, name, before) &&
	       !strcmp(star + 1, name + length - after);
}

static const struct section_rule *rule_by_flags(const struct section *section)
{
	if (!(section->flags & SHF_ALLOC) ||
	    (section->type != SHT_PROGBITS && section->type != SHT_NOBITS))
		return &by_flags[SECTION_NOTHING];
	if (section->flags & SHF_EXECINSTR)
		return &by_flags[SECTION_TEXT];
	if (section->flags & SHF_WRITE)
		return &by_flags[SECTION_DATA];
	if ((section->flags & SHF_MERGE) && (section->flags & SHF_STRINGS))
		return &by_flags[SECTION_STRINGS];
	if ((section->flags & SHF_MERGE) && section->entsize)
		return &by_flags[SECTION_LITERALS];
	return &by_flags[SECTION_CONST];
}

static const struct section_rule *rule_of(const struct section *section)
{
	const char *name = section->name;

	/* Most sections: no rule names them. */
	if ((!strncmp(name, ".text.", 6) && name[6] != '.') || !strncmp(name, ".rodata", 7) ||
	    !strncmp(name, ".data", 5) || !strncmp(name, ".bss", 4))
		return rule_by_flags(section);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rule_applies(&rules[i], name))
			return &rules[i];
	return rule_by_flags(section);
}

void sections_classify(struct object *object)
{
	object->sections[0].rule = &by_flags[SECTION_NOTHING];
	for (size_t i = 1; i < object->nr_sections; i++) {
		struct section *section = &object->sections[i];

		section->rule =
			section->type == SHT_RELA ? &by_flags[SECTION_NOTHING] : rule_of(section);
	}
}

static bool begins(const struct section *section, const char *begin)
{
	return !strncmp(section->name, begin, strlen(begin));
}

bool section_is_per_cpu(const struct section *section)
{
	return begins(section, ".data..percpu");
}

bool section_is_sealed(const struct section *section)
{
	return begins(section, ".data..ro_after_init");
}

static bool is_ordinary(const struct section *section)
{
	return !section_is_per_cpu(section) &&
	       (begins(section, ".data") || begins(section, ".bss") || begins(section, ".rodata") ||
		begins(section, ".ref.data"));
}

bool section_same_storage(const struct section *a, const struct section *b)
{
	if (section_is_per_cpu(a) || section_is_per_cpu(b))
		return section_is_per_cpu(a) && section_is_per_cpu(b);
	return (is_ordinary(a) && is_ordinary(b)) || !strcmp(a->name, b->name);
}

const char *section_suffix(const struct section *section)
{
	static const char *const parts[] = {
		".text.unlikely.", ".text.hot.", ".text.startup.", ".text.exit.", ".text.",
		".data.rel.ro.",   ".data.rel.", ".data.",         ".rodata.",    ".bss."};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strncmp(section->name, parts[i], strlen(parts[i])))
			return section->name + strlen(parts[i]);
	return section->name;
}
