// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions of the kernel that may not be called by pointer does a module
 * refer to otherwise than by a direct call or jump?
 *
 *	indirect [-l LIST_IMAGE] IMAGE MODULE.SYMVERS FILE.ko...
 *	indirect -x IMAGE
 *
 * Such a function is one in the image's .ibt_endbr_seal; where the image has no such list
 * (a kernel without IBT), every one that isn't exported. With -l it is one of a name that only
 * functions in the list of another kernel's image have. With -x it only writes the decompressed
 * image, which is an IMAGE too, to standard output. Prints each reference and ends with 1 if
 * there is one; else prints how many direct ones there are to such functions. The core's
 * ADDRESSes (core-module/kernel_symbols.h) and the addresses of what an update replaces in
 * its tables are only compared with others and written to, so they don't count.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "core-module/kernel_symbols.h"
#include "create/arch.h"
#include "create/elf/module_file.h"
#include "create/symbols/sealed.h"
#include "create/target/exports.h"

#define LIVEPATCH ".klp.sym.vmlinux."

static struct kernel_image *image;
static const struct symbol_table *symbols;
static struct exports *exports;
static struct sealed_list sealed;
static struct kernel_image *other; /* whose list counts, or NULL */
static size_t direct, indirect;

static void done(struct lp_error *error)
{
	if (!error)
		return;
	fprintf(stderr, "%s\n", error->message);
	exit(2);
}

static bool is_only_compared(const char *name)
{
	static const char *const names[] = {
#define NOTHING(name, needed)
#define NAME(name, needed) #name,
		LPATCH_KERNEL_SYMBOLS(NOTHING, NOTHING, NAME)};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

static bool is_function(const struct kernel_symbol *symbol)
{
	return strchr("tTwW", symbol->type);
}

/* True if the other kernel has functions of that name, and all of them in its list. */
static bool is_sealed_there(const char *name)
{
	const struct symbol_table *there = kernel_image_symbols(other);
	const struct kernel_symbol *symbol = symbol_table_find_name(there, name);
	bool found = false;

	for (; symbol; symbol = symbol_table_next(there, symbol)) {
		if (!is_function(symbol))
			continue;
		if (!sealed_contains(&sealed, symbol->address))
			return false;
		found = true;
	}
	return found;
}

/* The function at that address that may only be called directly, or NULL. */
static const char *find_closed(uint64_t address)
{
	const struct kernel_symbol *first = symbol_table_find_address(symbols, address);
	const struct kernel_symbol *end = symbols->symbols + symbols->count;

	if (!first || first->address != address || !is_function(first))
		return NULL;
	/* A function may have several names. */
	for (const struct kernel_symbol *symbol = first; symbol < end && symbol->address == address;
	     symbol++) {
		if (is_only_compared(symbol->name))
			return NULL;
		if (other && is_sealed_there(symbol->name))
			return symbol->name;
		if (exports_find(exports, symbol->name))
			return NULL;
	}
	if (other)
		return NULL;
	return !sealed.known || sealed_contains(&sealed, address) ? first->name : NULL;
}

/* The address of an undefined symbol, by the kernel's symbols; 0 if it is none of these. */
static uint64_t symbol_address(const struct module_symbol *symbol)
{
	const struct kernel_symbol *found;
	unsigned int position = 1;
	char name[512];

	if (symbol->symbol.st_shndx == SHN_UNDEF)
		snprintf(name, sizeof(name), "%s", symbol->name);
	else if (symbol->symbol.st_shndx != SHN_LIVEPATCH ||
		 sscanf(symbol->name, LIVEPATCH "%511[^,],%u", name, &position) != 2)
		return 0;
	found = symbol_table_find_name(symbols, name);
	for (; found && position > 1; position--)
		found = symbol_table_next(symbols, found);
	return found ? found->address : 0;
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

static void check(const struct module_file *file, size_t index,
		  const struct module_relocation *relocation)
{
	const struct module_section *section = &file->sections[index];
	uint64_t address = symbol_address(&file->symbols[relocation->symbol]);
	bool is_code = module_section_is_code(section);

	if (!address)
		return;
	address += (uint64_t)relocation->addend;
	/* Relative to the end of the field, except in lists of distances. */
	if (is_code && arch_relocation_field(relocation->type).relative)
		address += 4;
	const char *name = find_closed(address);

	if (!name || is_table(file, index, relocation->offset))
		return;
	if (is_code && arch_is_branch(relocation->type, section->data, relocation->offset)) {
		direct++;
		return;
	}
	printf("%s: %s+0x%" PRIx64 " refers to %s\n", file->name, section->name, relocation->offset,
	       name);
	indirect++;
}

static void check_file(const char *path)
{
	struct module_file file = {0};
	struct blob bytes = {0};

	done(file_read(path, 256u << 20, &bytes));
	done(module_file_read(path, &bytes, &file));
	for (size_t i = 1; i < file.nr_sections; i++) {
		for (size_t k = 0; module_section_is_loaded(&file.sections[i]) &&
				   k < file.sections[i].nr_relocations;
		     k++)
			check(&file, i, &file.sections[i].relocations[k]);
	}
	module_file_clear(&file);
	free(bytes.data);
}

static int write_decompressed(const char *path)
{
	size_t size;

	done(kernel_image_open(path, &image));
	const uint8_t *elf = kernel_image_elf(image, &size);

	return fwrite(elf, 1, size, stdout) == size && !fflush(stdout) ? 0 : 2;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-x"))
		return write_decompressed(argv[2]);
	if (argc > 2 && !strcmp(argv[1], "-l")) {
		done(kernel_image_open(argv[2], &other));
		argc -= 2;
		argv += 2;
	}
	if (argc < 4)
		return 2;
	done(kernel_image_open(argv[1], &image));
	symbols = kernel_image_symbols(image);
	done(exports_read(argv[2], &exports));
	done(sealed_read(other ? other : image, &sealed));
	if (other && !sealed.count)
		done(lp_error_new(LP_INTERNAL, "the other image has no list"));
	for (int i = 3; i < argc; i++)
		check_file(argv[i]);
	if (!indirect)
		printf("%zu direct calls; by %s\n", direct,
		       other          ? "another kernel's list"
		       : sealed.known ? "the kernel's own list"
				      : "what is exported");
	sealed_clear(&sealed);
	exports_free(exports);
	kernel_image_free(image);
	kernel_image_free(other);
	return indirect ? 1 : 0;
}
