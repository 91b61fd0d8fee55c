// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/arch.h"

#include <string.h>

#include "common/cleanup.h"

const char arch_name[] = "x86_64";

/* __START_KERNEL_map in arch/x86/include/asm/page_64_types.h, Linux 6.1. */
const uint64_t arch_kernel_base = 0xffffffff80000000;

struct arch_field arch_relocation_field(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return (struct arch_field){.nothing = true};
	case R_X86_64_64:
		return (struct arch_field){.size = 8};
	case R_X86_64_32:
		return (struct arch_field){.size = 4};
	case R_X86_64_32S:
		return (struct arch_field){.size = 4, .sign_extended = true};
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return (struct arch_field){.size = 4, .relative = true, .sign_extended = true};
	case R_X86_64_PC64:
		return (struct arch_field){.size = 8, .relative = true};
	}
	return (struct arch_field){0};
}

/* How the length of a site is found from its table entry and its first bytes. */
typedef uint64_t site_length(const uint8_t *entry, const uint8_t *code, uint64_t available);

/* instrlen, behind two offsets and the feature (struct alt_instr, asm/alternative.h). */
static uint64_t alternative_length_12(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)code;
	(void)available;
	return entry[10];
}

/* Linux 6.3 made the feature 32 bits wide. */
static uint64_t alternative_length_14(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)code;
	(void)available;
	return entry[12];
}

/* len, behind the address and the type (struct paravirt_patch_site, asm/paravirt_types.h). */
static uint64_t paravirt_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)code;
	(void)available;
	return entry[9];
}

/* call or jmp rel32, behind a cs prefix or as a conditional jump one byte longer. */
static uint64_t branch_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	return available && (code[0] == 0x2e || code[0] == 0x0f) ? 6 : 5;
}

/* A 2-byte or 5-byte nop or jmp (arch_jump_entry_size() in arch/x86/kernel/jump_label.c). */
static uint64_t jump_label_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	return available && (code[0] == 0xeb || code[0] == 0x66) ? 2 : 5;
}

static uint64_t call_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 5;
}

static uint64_t endbr_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 4;
}

static uint64_t lock_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 1;
}

/*
 * The sections that say what is rewritten, from arch/x86 of Linux 6.1 (and 6.3
 * where it says so). The first relocation of an entry names the site; the
 * section's size divided by its number of sites tells layouts apart.
 */
static const struct site_table {
	const char *section;
	uint64_t entry_size; /* bytes */
	site_length *length;
} site_tables[] = {
	{".altinstructions", 12, alternative_length_12},
	{".altinstructions", 14, alternative_length_14},
	{".parainstructions", 16, paravirt_length},
	{".retpoline_sites", 4, branch_length},
	{".return_sites", 4, branch_length},
	{".call_sites", 4, call_length},
	{".static_call_sites", 8, branch_length},
	{"__jump_table", 16, jump_label_length},
	{"__mcount_loc", 8, call_length},
	{".ibt_endbr_seal", 4, endbr_length},
	{".smp_locks", 4, lock_length},
};

/* True if every entry of the section begins with a relocation. */
static bool entries_fit(const struct section *table, uint64_t entry_size)
{
	if (!table->data || table->size % entry_size)
		return false;
	for (uint64_t begin = 0; begin < table->size; begin += entry_size) {
		size_t count;
		const struct reloc *relocs =
			section_relocs(table, begin, begin + entry_size, &count);

		if (!count || relocs[0].offset != begin)
			return false;
	}
	return true;
}

static void report_sites(const struct section *table, const struct site_table *layout,
			 arch_site_found *found, void *context)
{
	for (uint64_t begin = 0; begin < table->size; begin += layout->entry_size) {
		size_t count;
		const struct reloc *reloc =
			section_relocs(table, begin, begin + layout->entry_size, &count);
		const struct section *code = reloc->symbol->section;
		/* In a field counted from itself the addend is that of the site: .long site - . */
		uint64_t offset = reloc->symbol->value + reloc->addend;

		if (!code || !code->data || offset >= code->size)
			continue;
		found(context, code, offset,
		      layout->length(table->data + begin, code->data + offset,
				     code->size - offset));
	}
}

void arch_rewritten_sites(const struct object *object, arch_site_found *found, void *context)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		const struct section *table = &object->sections[i];

		for (size_t k = 0; k < ARRAY_SIZE(site_tables); k++) {
			if (strcmp(table->name, site_tables[k].section) ||
			    !entries_fit(table, site_tables[k].entry_size))
				continue;
			report_sites(table, &site_tables[k], found, context);
			break;
		}
	}
}
