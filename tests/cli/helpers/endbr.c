// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does every pointer of a module to its own code lead to an endbr64, so that a CPU with IBT lets
 * a call or jump through it pass?
 *
 *	endbr FILE.ko...
 *
 * A pointer is what a relocation leaves in data, or in an instruction other than a direct branch.
 * What only lists code for the kernel, which never branches there, counts as little as the
 * functions in an update's table, to which a direct jump leads. An endbr64 that the kernel
 * removes, by .ibt_endbr_seal, is none. Prints each pointer to something else and ends with 1 if
 * there is one; else prints how many pointers there are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/arch.h"
#include "create/elf/module_file.h"

#define SEALED ".ibt_endbr_seal"

static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
static size_t leading, others;

/*
 * Sections in which objtool, the compiler and macros of the kernel list places in code
 * (include/asm-generic/vmlinux.lds.h, Linux 6.1 and 6.12).
 */
static bool only_lists(const char *section)
{
	static const char *const names[] = {
		".orc_unwind_ip",
		".return_sites",
		".call_sites",
		".retpoline_sites",
		".smp_locks",
		".altinstructions",
		".parainstructions",
		".static_call_sites",
		".eh_frame",
		"__mcount_loc",
		"__bug_table",
		"__ex_table",
		"__jump_table",
		"__patchable_function_entries",
		SEALED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(section, names[i]))
			return true;
	}
	return text_starts_with(section, ".discard.");
}

/* True if the place is in a table of an update that lists its replaced functions. */
static bool is_table(const struct module_file *file, size_t section, uint64_t offset)
{
	for (size_t i = 1; i < file->nr_symbols; i++) {
		const Elf64_Sym *symbol = &file->symbols[i].symbol;

		if (symbol->st_shndx == section &&
		    text_starts_with(file->symbols[i].name, "lpatch_update_") &&
		    offset >= symbol->st_value && offset - symbol->st_value < symbol->st_size)
			return true;
	}
	return false;
}

/*
 * True if the field is that of `push`: sync_core() gives iretq a label in this way, which is no
 * indirect branch (arch/x86/include/asm/sync_core.h, Linux 6.1).
 */
static bool is_pushed(const struct module_section *section, uint64_t offset)
{
	return offset && section->data[offset - 1] == 0x68;
}

/* The offset in the section of the symbol that the relocation leads to. */
static uint64_t find_target(const struct module_file *file, bool is_code,
			    const struct module_relocation *relocation)
{
	uint64_t offset =
		file->symbols[relocation->symbol].symbol.st_value + (uint64_t)relocation->addend;

	/* Relative to the end of the field, except in lists of distances. */
	return is_code && arch_relocation_field(relocation->type).relative ? offset + 4 : offset;
}

static bool is_sealed(const struct module_file *file, size_t section, uint64_t offset)
{
	const struct module_section *list = module_file_section(file, SEALED);

	for (size_t i = 0; list && i < list->nr_relocations; i++) {
		const struct module_relocation *entry = &list->relocations[i];

		if (file->symbols[entry->symbol].symbol.st_shndx == section &&
		    find_target(file, false, entry) == offset)
			return true;
	}
	return false;
}

static bool is_endbr(const struct module_file *file, size_t section, uint64_t offset)
{
	const struct module_section *code = &file->sections[section];

	return offset <= code->header.sh_size && code->header.sh_size - offset >= sizeof(endbr64) &&
	       !memcmp(code->data + offset, endbr64, sizeof(endbr64)) &&
	       !is_sealed(file, section, offset);
}

/* The name of the function that has the offset, or "". */
static const char *find_function(const struct module_file *file, size_t section, uint64_t offset)
{
	for (size_t i = 1; i < file->nr_symbols; i++) {
		const Elf64_Sym *symbol = &file->symbols[i].symbol;

		if (symbol->st_shndx == section && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
		    offset >= symbol->st_value && offset - symbol->st_value < symbol->st_size)
			return file->symbols[i].name;
	}
	return "";
}

static void check(const struct module_file *file, size_t index,
		  const struct module_relocation *relocation)
{
	const struct module_section *section = &file->sections[index];
	size_t to = file->symbols[relocation->symbol].symbol.st_shndx;
	bool is_code = module_section_is_code(section);

	if (!to || to >= file->nr_sections || !module_section_is_code(&file->sections[to]))
		return;
	if (is_code && (arch_is_branch(relocation->type, section->data, relocation->offset) ||
			is_pushed(section, relocation->offset)))
		return;
	if (is_table(file, index, relocation->offset))
		return;
	uint64_t offset = find_target(file, is_code, relocation);

	if (is_endbr(file, to, offset)) {
		leading++;
		return;
	}
	printf("%s: %s+0x%" PRIx64 " points to %s+0x%" PRIx64 " (%s), which is no endbr64\n",
	       file->name, section->name, relocation->offset, file->sections[to].name, offset,
	       find_function(file, to, offset));
	others++;
}

static void done(struct lp_error *error)
{
	if (!error)
		return;
	fprintf(stderr, "%s\n", error->message);
	exit(2);
}

static void check_file(const char *path)
{
	struct module_file file = {0};
	struct blob bytes = {0};

	done(file_read(path, 256u << 20, &bytes));
	done(module_file_read(path, &bytes, &file));
	for (size_t i = 1; i < file.nr_sections; i++) {
		const struct module_section *section = &file.sections[i];

		if (!module_section_is_loaded(section) || only_lists(section->name))
			continue;
		for (size_t k = 0; k < section->nr_relocations; k++)
			check(&file, i, &section->relocations[k]);
	}
	module_file_clear(&file);
	free(bytes.data);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	for (int i = 1; i < argc; i++)
		check_file(argv[i]);
	if (!others)
		printf("%zu pointers to code, each to an endbr64\n", leading);
	return others ? 1 : 0;
}
