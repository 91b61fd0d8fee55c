// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/elf/module_sanity.h"

#include <inttypes.h>
#include <string.h>

#include "create/arch.h"

/* SHT_LLVM_ADDRSIG in llvm/BinaryFormat/ELF.h: clang's note to the linker. */
#define SHT_LLVM_ADDRSIG 0x6fff4c03

/* What the linker makes of kernel objects. The size of an entry that has one is fixed. */
static const struct {
	uint32_t type;
	size_t entry; /* bytes; 0: not fixed */
} kinds[] = {
	{SHT_PROGBITS, 0},
	{SHT_NOBITS, 0},
	{SHT_NOTE, 0},
	{SHT_STRTAB, 0},
	{SHT_SYMTAB, sizeof(Elf64_Sym)},
	{SHT_RELA, sizeof(Elf64_Rela)},
	{SHT_INIT_ARRAY, 0},
	{SHT_FINI_ARRAY, 0},
	{SHT_PREINIT_ARRAY, 0},
	{SHT_GROUP, sizeof(Elf32_Word)},
	{SHT_X86_64_UNWIND, 0},
	{SHT_LLVM_ADDRSIG, 0},
};

#define KNOWN_FLAGS                                                                        \
	(SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_MERGE | SHF_STRINGS | SHF_INFO_LINK | \
	 SHF_LINK_ORDER | SHF_GROUP | SHF_EXCLUDE | SHF_GNU_RETAIN | SHF_RELA_LIVEPATCH)

/* The memory of a module begins at a page, so no more can be had (kernel/module/main.c). */
#define MAX_ALIGNMENT 4096

static struct lp_error *header_fault(const struct module_file *file, size_t index, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: section header %zu %s", file->name, index, what);
}

static struct lp_error *section_fault(const struct module_file *file,
				      const struct module_section *section, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: section %s %s", file->name, section->name, what);
}

/* Whether contents that begin there, in the file, fit into it. */
static bool fits_file(const struct module_file *file, const Elf64_Shdr *header)
{
	return header->sh_offset <= file->bytes.size &&
	       (header->sh_type == SHT_NOBITS ||
		header->sh_size <= file->bytes.size - header->sh_offset);
}

struct lp_error *module_sanity_header(const struct module_file *file, size_t index)
{
	const Elf64_Shdr *header = &file->sections[index].header;
	uint64_t alignment = header->sh_addralign;
	size_t kind = 0;

	while (kind < ARRAY_SIZE(kinds) && kinds[kind].type != header->sh_type)
		kind++;
	if (kind == ARRAY_SIZE(kinds))
		return lp_error_new(LP_INTERNAL,
				    "%s: section header %zu is of a kind that no module has: "
				    "0x%" PRIx32,
				    file->name, index, header->sh_type);
	if (header->sh_flags & ~(uint64_t)KNOWN_FLAGS)
		return header_fault(file, index, "has flags that no module has");
	if (alignment & (alignment - 1) || alignment > MAX_ALIGNMENT)
		return header_fault(file, index,
				    "has an alignment that is no power of two up to a page");
	if (!fits_file(file, header))
		return header_fault(file, index, "has contents that lie outside the file");
	if (alignment && header->sh_type != SHT_NOBITS && header->sh_offset % alignment)
		return header_fault(file, index, "has contents that are not aligned");
	if (header->sh_addr)
		return header_fault(file, index,
				    "has an address, which only the loader may assign");
	if (kinds[kind].entry &&
	    (header->sh_entsize != kinds[kind].entry || header->sh_size % kinds[kind].entry))
		return header_fault(file, index, "has an incomplete entry");
	return NULL;
}

/* A range of the file. */
struct stretch {
	uint64_t begin, end;
	size_t section; /* 0: the header of the file, or those of the sections */
};

static int compare_stretches(const void *a, const void *b)
{
	const struct stretch *one = a, *other = b;

	return one->begin < other->begin ? -1 : one->begin > other->begin;
}

struct lp_error *module_sanity_overlaps(const struct module_file *file, const Elf64_Ehdr *header)
{
	_cleanup_free_ struct stretch *stretches =
		calloc(file->nr_sections + 1, sizeof(*stretches));
	size_t count = 0;

	if (!stretches)
		return lp_error_no_memory();
	stretches[count++] = (struct stretch){.end = sizeof(*header)};
	stretches[count++] = (struct stretch){
		.begin = header->e_shoff,
		.end = header->e_shoff + file->nr_sections * sizeof(Elf64_Shdr),
	};
	for (size_t i = 1; i < file->nr_sections; i++) {
		const Elf64_Shdr *section = &file->sections[i].header;

		if (section->sh_type != SHT_NOBITS && section->sh_size)
			stretches[count++] = (struct stretch){
				.begin = section->sh_offset,
				.end = section->sh_offset + section->sh_size,
				.section = i,
			};
	}
	qsort(stretches, count, sizeof(*stretches), compare_stretches);
	for (size_t i = 1; i < count; i++) {
		if (stretches[i].begin < stretches[i - 1].end)
			return header_fault(file, stretches[i].section ?: stretches[i - 1].section,
					    "has contents that overlap with others");
	}
	return NULL;
}

static bool is_kind(const struct module_file *file, uint32_t index, uint32_t type)
{
	return index && index < file->nr_sections && file->sections[index].header.sh_type == type;
}

/* Whether relocations may fill it: it has contents, and the loader does not read it itself. */
static bool can_be_filled(const struct module_file *file, uint32_t index)
{
	return index && index < file->nr_sections &&
	       file->sections[index].header.sh_type != SHT_RELA &&
	       file->sections[index].header.sh_type != SHT_SYMTAB &&
	       file->sections[index].header.sh_type != SHT_STRTAB;
}

static struct lp_error *check_link(const struct module_file *file,
				   const struct module_section *section, size_t *nr_tables)
{
	const Elf64_Shdr *header = &section->header;

	if (header->sh_type == SHT_SYMTAB) {
		if (++*nr_tables > 1)
			return section_fault(file, section, "is a second symbol table");
		if (!is_kind(file, header->sh_link, SHT_STRTAB))
			return section_fault(file, section, "has no names");
		if (!header->sh_size || header->sh_info > header->sh_size / sizeof(Elf64_Sym))
			return section_fault(file, section, "does not say which symbols are local");
	}
	/* Other values have a meaning only for the linker. */
	if (header->sh_type == SHT_PROGBITS || header->sh_type == SHT_NOBITS ||
	    header->sh_type == SHT_STRTAB || header->sh_type == SHT_NOTE) {
		if ((header->sh_link && !(header->sh_flags & SHF_LINK_ORDER)) ||
		    header->sh_link >= file->nr_sections || header->sh_info)
			return section_fault(file, section, "refers to another section");
	}
	if (header->sh_type == SHT_RELA) {
		if (!is_kind(file, header->sh_link, SHT_SYMTAB))
			return section_fault(file, section, "has no symbols");
		if (!can_be_filled(file, header->sh_info))
			return section_fault(file, section,
					     "has relocations for a section that isn't there");
	}
	return NULL;
}

struct lp_error *module_sanity_links(const struct module_file *file)
{
	size_t nr_tables = 0;

	for (size_t i = 1; i < file->nr_sections; i++)
		lp_try(check_link(file, &file->sections[i], &nr_tables));
	return NULL;
}

static struct lp_error *symbol_fault(const struct module_file *file, size_t index, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: section .symtab: symbol %zu, %s, %s", file->name,
			    index, file->symbols[index].name ?: "?", what);
}

struct lp_error *module_sanity_symbol(const struct module_file *file, size_t index)
{
	const struct module_symbol *symbol = &file->symbols[index];
	uint16_t section = symbol->symbol.st_shndx;
	bool local = ELF64_ST_BIND(symbol->symbol.st_info) == STB_LOCAL;

	if (!symbol->name)
		return symbol_fault(file, index, "has no name");
	if (local != (index < file->first_global))
		return symbol_fault(file, index, "is local behind global ones, or global before");
	if ((section == SHN_UNDEF || section == SHN_LIVEPATCH) &&
	    (symbol->symbol.st_value || symbol->symbol.st_size))
		return symbol_fault(file, index, "has a value, and is defined elsewhere");
	if (section == SHN_UNDEF || section == SHN_ABS || section == SHN_LIVEPATCH)
		return NULL;
	if (section >= file->nr_sections)
		return symbol_fault(file, index, "is in a section that isn't there");
	const Elf64_Shdr *header = &file->sections[section].header;

	if (symbol->symbol.st_value > header->sh_size ||
	    symbol->symbol.st_size > header->sh_size - symbol->symbol.st_value)
		return symbol_fault(file, index, "lies outside its section");
	return NULL;
}

struct lp_error *module_sanity_relocation(const struct module_file *file,
					  const struct module_section *section,
					  const struct module_relocation *relocation)
{
	const struct arch_field field = arch_relocation_field(relocation->type);
	const char *what = NULL;

	if (!field.size && !field.nothing)
		what = "is of a kind that the loader does not know";
	else if (relocation->offset > section->header.sh_size ||
		 field.size > section->header.sh_size - relocation->offset)
		what = "lies outside the section that it fills";
	else if (relocation->symbol >= file->nr_symbols)
		what = "has no symbol";
	else if (field.size && section->header.sh_type == SHT_NOBITS)
		what = "fills a section without contents";
	if (!what)
		return NULL;
	return lp_error_new(LP_INTERNAL,
			    "%s: section %s: the relocation of %s at 0x%" PRIx64 " (kind %" PRIu32
			    ") %s",
			    file->name, file->sections[relocation->from].name, section->name,
			    relocation->offset, relocation->type, what);
}
