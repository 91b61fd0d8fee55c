// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/proof/module_image.h"

#include <assert.h>
#include <ctype.h>
#include <elf.h>
#include <string.h>

#include "common/file.h"
#include "create/arch.h"

/* The largest modules of a distribution kernel have some 10 MB. */
#define MODULE_LIMIT (256u << 20)

/*
 * Where the layout begins, and where symbols of other modules are put: both
 * within reach of the kernel's text, as on a real kernel.
 */
#define LAYOUT_BASE  (arch_kernel_base + 0x40000000)
#define FOREIGN_BASE (arch_kernel_base + 0x70000000)
#define FOREIGN_STEP 16

struct layout {
	uint8_t *file;
	size_t size; /* bytes */
	Elf64_Ehdr *header;
	Elf64_Shdr *sections;
	Elf64_Sym *symbols;
	size_t nr_symbols;
	const char *names; /* of symbols */
	size_t names_size;
};

static struct lp_error *damaged(const char *what)
{
	return lp_error_new(LP_INTERNAL, "no module for this kernel: %s", what);
}

static bool fits(const struct layout *layout, uint64_t offset, uint64_t size)
{
	return offset <= layout->size && size <= layout->size - offset;
}

static struct lp_error *read_header(struct layout *layout)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)layout->file;

	if (layout->size < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return damaged("it is no ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_REL)
		return damaged("it is no relocatable ELF file of 64 bits");
	if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff % 8 ||
	    !fits(layout, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return damaged("its section headers are beyond the end");
	layout->header = header;
	layout->sections = (Elf64_Shdr *)(layout->file + header->e_shoff);
	for (size_t i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &layout->sections[i];

		if (section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
		    !fits(layout, section->sh_offset, section->sh_size))
			return damaged("a section is beyond the end");
	}
	return NULL;
}

static struct lp_error *find_symbols(struct layout *layout)
{
	/* By read_header(). */
	assert(layout->header && layout->sections);
	for (size_t i = 0; i < layout->header->e_shnum; i++) {
		const Elf64_Shdr *section = &layout->sections[i], *names;

		if (section->sh_type != SHT_SYMTAB)
			continue;
		if (section->sh_offset % 8 || section->sh_link >= layout->header->e_shnum)
			return damaged("its symbol table is out of order");
		names = &layout->sections[section->sh_link];
		layout->symbols = (Elf64_Sym *)(layout->file + section->sh_offset);
		layout->nr_symbols = section->sh_size / sizeof(Elf64_Sym);
		layout->names = (const char *)layout->file + names->sh_offset;
		layout->names_size = names->sh_size;
		if (!layout->names_size || layout->names[layout->names_size - 1])
			return damaged("its symbol names have no end");
		return NULL;
	}
	return damaged("it has no symbol table");
}

/* Gives every section that is loaded an address. */
static void place_sections(struct layout *layout)
{
	uint64_t next = LAYOUT_BASE;

	for (size_t i = 0; i < layout->header->e_shnum; i++) {
		Elf64_Shdr *section = &layout->sections[i];
		uint64_t align = section->sh_addralign ? section->sh_addralign : 1;

		if (!(section->sh_flags & SHF_ALLOC))
			continue;
		next = (next + align - 1) / align * align;
		section->sh_addr = next;
		/* A gap, so that an address just after a section is in none. */
		next += section->sh_size + 64;
	}
}

/* The kernel's global symbol of that name (nm's types for those are capitals), or 0. */
static uint64_t kernel_address(const struct kernel_image *kernel, const char *name)
{
	const struct symbol_table *table = kernel_image_symbols(kernel);

	for (const struct kernel_symbol *symbol = symbol_table_find_name(table, name); symbol;
	     symbol = symbol_table_next(table, symbol)) {
		if (isupper((unsigned char)symbol->type))
			return symbol->address;
	}
	return 0;
}

static struct lp_error *place_symbols(struct layout *layout, const struct kernel_image *kernel)
{
	uint64_t foreign = FOREIGN_BASE;

	for (size_t i = 1; i < layout->nr_symbols; i++) {
		Elf64_Sym *symbol = &layout->symbols[i];

		if (symbol->st_name >= layout->names_size)
			return damaged("a symbol has no name");
		if (symbol->st_shndx == SHN_UNDEF) {
			symbol->st_value = kernel_address(kernel, layout->names + symbol->st_name);
			if (!symbol->st_value) {
				symbol->st_value = foreign;
				foreign += FOREIGN_STEP;
			}
			symbol->st_shndx = SHN_ABS;
		} else if (symbol->st_shndx < layout->header->e_shnum) {
			symbol->st_value += layout->sections[symbol->st_shndx].sh_addr;
		} else if (symbol->st_shndx != SHN_ABS) {
			return damaged("a symbol is in no section");
		}
	}
	return NULL;
}

static struct lp_error *apply_relocation(struct layout *layout, const Elf64_Shdr *target,
					 const Elf64_Rela *rela)
{
	struct arch_field field = arch_relocation_field(ELF64_R_TYPE(rela->r_info));
	size_t index = ELF64_R_SYM(rela->r_info);

	if (field.nothing)
		return NULL;
	if (!field.size || index >= layout->nr_symbols || rela->r_offset > target->sh_size ||
	    field.size > target->sh_size - rela->r_offset)
		return damaged("a relocation is of an unknown kind or out of place");
	uint64_t value = layout->symbols[index].st_value + rela->r_addend;

	if (field.relative)
		value -= target->sh_addr + rela->r_offset;
	arch_fill_field(ELF64_R_TYPE(rela->r_info),
			(uint8_t *)layout->file + target->sh_offset + rela->r_offset, value);
	return NULL;
}

static struct lp_error *relocate(struct layout *layout)
{
	for (size_t i = 0; i < layout->header->e_shnum; i++) {
		const Elf64_Shdr *section = &layout->sections[i], *target;

		if (section->sh_type != SHT_RELA || section->sh_info >= layout->header->e_shnum)
			continue;
		target = &layout->sections[section->sh_info];
		if (!(target->sh_flags & SHF_ALLOC) || target->sh_type == SHT_NOBITS)
			continue;
		for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= section->sh_size;
		     at += sizeof(Elf64_Rela)) {
			Elf64_Rela rela;

			memcpy(&rela, layout->file + section->sh_offset + at, sizeof(rela));
			lp_try(apply_relocation(layout, target, &rela));
		}
	}
	return NULL;
}

static struct lp_error *lay_out(struct layout *layout, const struct kernel_image *kernel)
{
	lp_try(read_header(layout));
	lp_try(find_symbols(layout));
	place_sections(layout);
	lp_try(place_symbols(layout, kernel));
	lp_try(relocate(layout));
	/* From here on it looks like a linked program. */
	layout->header->e_type = ET_EXEC;
	return NULL;
}

struct lp_error *module_image_open(const char *path, const struct kernel_image *kernel,
				   struct kernel_image **module)
{
	_cleanup_blob_ struct blob blob = {0};

	*module = NULL;
	lp_try(file_read(path, MODULE_LIMIT, &blob));
	struct layout layout = {.file = blob.data, .size = blob.size};

	lp_try(lp_error_context(lay_out(&layout, kernel), "%s", path));
	return kernel_image_open_elf(path, take(blob.data), layout.size, module);
}
