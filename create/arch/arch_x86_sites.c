// SPDX-License-Identifier: GPL-2.0-or-later
/* Where x86 kernels rewrite themselves, and how many bytes. */
#include <string.h>

#include "common/cleanup.h"
#include "create/arch.h"

/* How to find the length of a site from its table entry and its first bytes. */
typedef uint64_t site_length(const uint8_t *entry, const uint8_t *code, uint64_t available);

/* instrlen, after two offsets and the feature (struct alt_instr, asm/alternative.h). */
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

/* len, after the address and the type (struct paravirt_patch_site, asm/paravirt_types.h). */
static uint64_t paravirt_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)code;
	(void)available;
	return entry[9];
}

/* call or jmp rel32, after a cs prefix or as a conditional jump one byte longer. */
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

/* The shift of a runtime constant, in an instruction (asm/runtime-const.h). */
static uint64_t byte_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 1;
}

/* The address of one. */
static uint64_t address_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 8;
}

static uint64_t lock_length(const uint8_t *entry, const uint8_t *code, uint64_t available)
{
	(void)entry;
	(void)code;
	(void)available;
	return 1;
}

/*
 * The sections that list rewritten code, from arch/x86 of Linux 6.1 (and 6.3
 * where noted). The first relocation of an entry names the site; the section's
 * size divided by its number of sites distinguishes layouts.
 */
static const struct site_table {
	const char *section; /* its name; with `prefix` the start of it */
	uint64_t entry_size; /* bytes */
	site_length *length;
	const char *start; /* symbol at its start in a linked kernel that has no such section */
	const char *stop;  /* and at its end */
	bool absolute;     /* linked, an entry begins with an address, not with a distance */
	bool prefix;       /* a section for each symbol; a linked kernel has no names for these */
} site_tables[] = {
	{.section = ".altinstructions", 12, alternative_length_12},
	{.section = ".altinstructions", 14, alternative_length_14},
	{.section = ".parainstructions", 16, paravirt_length, .absolute = true},
	{.section = ".retpoline_sites", 4, branch_length},
	{.section = ".return_sites", 4, branch_length},
	{.section = ".call_sites", 4, call_length},
	{.section = ".static_call_sites",
	 8,
	 branch_length,
	 .start = "__start_static_call_sites",
	 .stop = "__stop_static_call_sites"},
	{.section = "__jump_table",
	 16,
	 jump_label_length,
	 .start = "__start___jump_table",
	 .stop = "__stop___jump_table"},
	{.section = "__mcount_loc",
	 8,
	 call_length,
	 .start = "__start_mcount_loc",
	 .stop = "__stop_mcount_loc",
	 .absolute = true},
	{.section = ".ibt_endbr_seal", 4, endbr_length},
	{.section = ".smp_locks", 4, lock_length},
	/* Linux 6.11: arch/x86/include/asm/runtime-const.h. */
	{.section = "runtime_ptr_", 4, address_length, .prefix = true},
	{.section = "runtime_shift_", 4, byte_length, .prefix = true},
};

static bool is_table(const struct section *section, const struct site_table *layout)
{
	return layout->prefix ? !strncmp(section->name, layout->section, strlen(layout->section))
			      : !strcmp(section->name, layout->section);
}

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
			if (!is_table(table, &site_tables[k]) ||
			    !entries_fit(table, site_tables[k].entry_size))
				continue;
			report_sites(table, &site_tables[k], found, context);
			break;
		}
	}
}

/* A table of a linked kernel. */
struct image_table {
	uint64_t address; /* link-time */
	uint64_t size;    /* bytes */
	const uint8_t *data;
};

static bool find_table(const struct kernel_image *image, const struct site_table *layout,
		       struct image_table *table)
{
	const struct kernel_section *section = kernel_image_section(image, layout->section);
	const struct symbol_table *symbols = kernel_image_symbols(image);
	const struct kernel_symbol *start = NULL, *stop = NULL;

	if (layout->prefix)
		return false;
	if (section && section->data) {
		*table = (struct image_table){section->address, section->size, section->data};
		return true;
	}
	if (layout->start) {
		start = symbol_table_find_name(symbols, layout->start);
		stop = symbol_table_find_name(symbols, layout->stop);
	}
	if (!start || !stop || stop->address <= start->address)
		return false;
	table->address = start->address;
	table->size = stop->address - start->address;
	table->data = kernel_image_bytes(image, table->address, table->size);
	return table->data;
}

/* The address named by the entry at `begin`. */
static uint64_t image_site(const struct image_table *table, const struct site_table *layout,
			   uint64_t begin)
{
	uint64_t address;
	int32_t distance;

	if (layout->absolute) {
		memcpy(&address, table->data + begin, sizeof(address));
		return address;
	}
	memcpy(&distance, table->data + begin, sizeof(distance));
	return table->address + begin + (int64_t)distance;
}

/* True if every entry names a place that has contents. */
static bool image_entries_fit(const struct kernel_image *image, const struct image_table *table,
			      const struct site_table *layout)
{
	if (table->size % layout->entry_size)
		return false;
	for (uint64_t begin = 0; begin < table->size; begin += layout->entry_size) {
		if (!kernel_image_available(image, image_site(table, layout, begin)))
			return false;
	}
	return true;
}

static void report_image_sites(const struct kernel_image *image, const struct image_table *table,
			       const struct site_table *layout, arch_image_site_found *found,
			       void *context)
{
	for (uint64_t begin = 0; begin < table->size; begin += layout->entry_size) {
		uint64_t site = image_site(table, layout, begin);
		uint64_t available = kernel_image_available(image, site);
		const uint8_t *code = kernel_image_bytes(image, site, available);

		if (code)
			found(context, site, layout->length(table->data + begin, code, available));
	}
}

void arch_image_sites(const struct kernel_image *image, arch_image_site_found *found, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(site_tables); i++) {
		const struct site_table *layout = &site_tables[i];
		struct image_table table;

		if (find_table(image, layout, &table) && image_entries_fit(image, &table, layout))
			report_image_sites(image, &table, layout, found, context);
	}
}
