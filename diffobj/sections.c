/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/sections.h"

#include <string.h>

/* clang-format off */
#define RULE(name, kind, life) \
	{name, SECTION_##kind, LIFE_##life, CHANGE_IS_NOTHING, NULL}
#define CODE(name, life, what) \
	{name, SECTION_TEXT, LIFE_##life, CHANGE_IS_NOTHING, what}
#define TABLE(name, life, change, what) \
	{name, SECTION_TABLE, LIFE_##life, CHANGE_IS_##change, what}

static const struct section_rule rules[] = {
	/* Code whose place says more than "code". */
	RULE(".init.text*",           TEXT, INIT),
	RULE(".meminit.text*",        TEXT, INIT),
	RULE(".exit.text*",           TEXT, EXIT),
	CODE(".noinstr.text*",        FIXED, "code that no instrumentation may enter"),
	CODE(".entry.text*",          FIXED, "the entry code of the kernel"),
	CODE(".head.text*",           BOOT, "code that runs before the kernel proper"),
	CODE(".static_call.text",     FIXED, "trampolines that the kernel rewrites"),
	CODE(".text..__x86.*",        FIXED, "thunks that call sites are rewritten to"),
	RULE(".altinstr_aux",         STRETCHES, KEPT),
	RULE(".fixup",                STRETCHES, KEPT),
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

	/* Lists read once, at boot or when a module is loaded. */
	TABLE("__ksymtab*",            KEPT, NOTHING, "exported symbols"),
	TABLE("___ksymtab*",           KEPT, NOTHING, "exported symbols"),
	TABLE("__kcrctab*",            KEPT, NOTHING, "exported symbols"),
	TABLE("___kcrctab*",           KEPT, NOTHING, "exported symbols"),
	TABLE(".export_symbol",        KEPT, NOTHING, "exported symbols"),
	TABLE(".modinfo",              KEPT, NOTED, "information about the module"),
	TABLE("__param",               KEPT, NOTED, "parameters of the module"),
	TABLE("__modver",              KEPT, NOTED, "the version of the module"),
	TABLE(".printk_index",         KEPT, NOTHING, "the index of messages"),
	TABLE("__tracepoint_str",      KEPT, NOTHING, "strings of trace events"),
	TABLE("__trace_printk_fmt",    KEPT, NOTHING, "formats of trace_printk"),
	TABLE("_error_injection_whitelist", KEPT, NOTHING, "functions open to error injection"),
	TABLE("__tracepoints_ptrs",    KEPT, REFUSED, "tracepoints"),
	TABLE("_ftrace_events",        KEPT, REFUSED, "trace events"),
	TABLE("_ftrace_eval_map",      KEPT, NOTED, "names of values in trace events"),
	TABLE("__bpf_raw_tp_map",      KEPT, REFUSED, "tracepoints open to BPF"),
	TABLE("__syscalls_metadata",   KEPT, REFUSED, "system calls open to tracing"),
	TABLE(".pci_fixup*",           KEPT, REFUSED, "fixups of PCI devices"),
	TABLE(".initcall*",            INIT, REFUSED, "functions called at boot"),
	TABLE(".con_initcall*",        INIT, REFUSED, "functions called at boot"),
	TABLE(".exitcall*",            EXIT, NOTHING, "functions called on unload"),

	/* What lpatch-patch.h puts there. */
	RULE(".lpatch.hook.*",        CONST, KEPT),
	RULE(".lpatch.shadow",        DATA, KEPT),

	/* Data with a life of its own. */
	RULE(".init.*",               DATA, INIT),
	RULE(".exit.data*",           DATA, EXIT),
	RULE(".x86_cpu_dev.init",     DATA, INIT),

	RULE(".discard*",             NOTHING, KEPT),
	RULE(".comment*",             NOTHING, KEPT),
	RULE(".note*",                NOTHING, KEPT),
	RULE(".llvm*",                NOTHING, KEPT),
	RULE(".debug*",               NOTHING, KEPT),
	RULE(".BTF",                  NOTHING, KEPT),
	RULE(".gnu.linkonce.this_module", NOTHING, KEPT),
};

/* What flags alone tell. */
static const struct section_rule by_flags[] = {
	[SECTION_NOTHING]  = RULE("", NOTHING, KEPT),
	[SECTION_TEXT]     = RULE("", TEXT, KEPT),
	[SECTION_DATA]     = RULE("", DATA, KEPT),
	[SECTION_CONST]    = RULE("", CONST, KEPT),
	[SECTION_STRINGS]  = RULE("", STRINGS, KEPT),
	[SECTION_LITERALS] = RULE("", LITERALS, KEPT),
};
/* clang-format on */

static bool rule_applies(const struct section_rule *rule, const char *name)
{
	size_t length = strlen(rule->name);

	if (rule->name[length - 1] == '*')
		return !strncmp(rule->name, name, length - 1);
	return !strcmp(rule->name, name);
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

	/* The great majority: no rule speaks of them. */
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
