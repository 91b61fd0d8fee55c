// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/module_elf.h"

#include <inttypes.h>
#include <string.h>

#include "apply/module_elf_sections.h"
#include "common/module_signature.h"

/* Bytes of a page, and of all that a module takes in memory: twice what its file may have. */
#define PAGE_BYTES   4096
#define MEMORY_LIMIT (128UL * 1024 * 1024)

/* Headers --------------------------------------------------------------------- */

static bool is_inside(const struct module_elf *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->size && size <= elf->size - offset;
}

static struct lp_error *read_header(struct module_elf *elf, Elf64_Ehdr *header)
{
	static const unsigned char identification[] = {
		ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT,
	};

	if (elf->size < sizeof(*header))
		return module_elf_fault(elf, "it has %zu bytes", elf->size);
	memcpy(header, elf->data, sizeof(*header));
	if (memcmp(header->e_ident, identification, sizeof(identification)) != 0)
		return module_elf_fault(elf, "it is no ELF file of 64 bits");
	if (header->e_type != ET_REL || header->e_machine != EM_X86_64)
		return module_elf_fault(elf, "it is no relocatable object for x86-64");
	if (header->e_shentsize != sizeof(Elf64_Shdr) || !header->e_shnum ||
	    !is_inside(elf, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr)))
		return module_elf_fault(elf, "its section headers lie outside the file");
	if (header->e_shstrndx == SHN_UNDEF || header->e_shstrndx >= header->e_shnum)
		return module_elf_fault(elf, "its sections have no names");
	return NULL;
}

static struct lp_error *read_sections(struct module_elf *elf, const Elf64_Ehdr *header)
{
	elf->sections = calloc(header->e_shnum, sizeof(*elf->sections));
	if (!elf->sections)
		return lp_error_no_memory();
	elf->nr_sections = header->e_shnum;
	elf->headers = header->e_shoff;
	for (size_t i = 0; i < elf->nr_sections; i++) {
		struct module_elf_section *section = &elf->sections[i];

		memcpy(&section->header, elf->data + header->e_shoff + i * sizeof(section->header),
		       sizeof(section->header));
		if (section->header.sh_type == SHT_NOBITS || section->header.sh_type == SHT_NULL)
			continue;
		if (!is_inside(elf, section->header.sh_offset, section->header.sh_size))
			return module_elf_fault(elf, "section %zu lies outside the file", i);
		section->data = elf->data + section->header.sh_offset;
	}
	return NULL;
}

/* A table of strings: each of them ends within it. */
static bool is_string_table(const struct module_elf_section *section)
{
	return section->header.sh_type == SHT_STRTAB && section->header.sh_size &&
	       !section->data[section->header.sh_size - 1];
}

static struct lp_error *read_section_names(struct module_elf *elf, size_t index)
{
	const struct module_elf_section *names = &elf->sections[index];

	if (!is_string_table(names))
		return module_elf_fault(elf, "its sections have no names");
	for (size_t i = 0; i < elf->nr_sections; i++) {
		if (elf->sections[i].header.sh_name >= names->header.sh_size)
			return module_elf_fault(elf, "section %zu has no name", i);
		elf->sections[i].name = (const char *)names->data + elf->sections[i].header.sh_name;
	}
	return NULL;
}

/* What the loader does with the section, by its header alone. */
static struct lp_error *check_section(const struct module_elf *elf, size_t index, uint64_t *memory)
{
	const struct module_elf_section *section = &elf->sections[index];
	const Elf64_Shdr *header = &section->header;
	const uint64_t both = SHF_WRITE | SHF_EXECINSTR;

	if (header->sh_addralign & (header->sh_addralign - 1) || header->sh_addralign > PAGE_BYTES)
		return module_elf_fault(elf, "section %s has an alignment of 0x%" PRIx64,
					section->name, header->sh_addralign);
	/* module_enforce_rwx_sections() */
	if ((header->sh_flags & both) == both)
		return module_elf_fault(elf, "section %s is code that can be written",
					section->name);
	if (header->sh_flags & SHF_ALLOC) {
		if (header->sh_type == SHT_NULL || header->sh_size > MEMORY_LIMIT - *memory)
			return module_elf_fault(elf, "section %s takes too much memory",
						section->name);
		*memory += header->sh_size;
	}
	return NULL;
}

static struct lp_error *check_sections(const struct module_elf *elf)
{
	const Elf64_Shdr *first = &elf->sections[0].header;
	uint64_t memory = 0;

	if (first->sh_type != SHT_NULL || first->sh_flags || first->sh_size || first->sh_addr)
		return module_elf_fault(elf, "section 0 is not empty");
	for (size_t i = 1; i < elf->nr_sections; i++)
		lp_try(check_section(elf, i, &memory));
	return module_elf_check_overlaps(elf);
}

/* Symbols --------------------------------------------------------------------- */

static struct lp_error *find_symbols(struct module_elf *elf)
{
	for (size_t i = 1; i < elf->nr_sections; i++) {
		if (elf->sections[i].header.sh_type != SHT_SYMTAB)
			continue;
		if (elf->table)
			return module_elf_fault(elf, "it has two symbol tables");
		elf->table = i;
	}
	const Elf64_Shdr *header = &elf->sections[elf->table].header;

	if (!elf->table || !header->sh_size || header->sh_size % sizeof(Elf64_Sym) ||
	    !header->sh_link || header->sh_link >= elf->nr_sections ||
	    !is_string_table(&elf->sections[header->sh_link]))
		return module_elf_fault(elf, "it has no symbol table");
	elf->nr_symbols = header->sh_size / sizeof(Elf64_Sym);
	elf->symbols = malloc(header->sh_size);
	if (!elf->symbols)
		return lp_error_no_memory();
	memcpy(elf->symbols, elf->sections[elf->table].data, header->sh_size);
	elf->names = (const char *)elf->sections[header->sh_link].data;
	return NULL;
}

/* klp_resolve_symbols() in kernel/livepatch/core.c */
static bool is_livepatch_name(const char *name)
{
	char object[56], symbol[512];
	unsigned long position;

	return sscanf(name, ".klp.sym.%55[^.].%511[^,],%lu", object, symbol, &position) == 3;
}

static struct lp_error *check_symbol(const struct module_elf *elf, size_t index)
{
	const Elf64_Sym *symbol = &elf->symbols[index];
	const Elf64_Shdr *names = &elf->sections[elf->sections[elf->table].header.sh_link].header;

	if (symbol->st_name >= names->sh_size)
		return module_elf_fault(elf, "symbol %zu has no name", index);
	const char *name = module_elf_symbol_name(elf, symbol);

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS)
		return NULL;
	if (symbol->st_shndx == SHN_LIVEPATCH)
		return is_livepatch_name(name)
			       ? NULL
			       : module_elf_fault(elf, "the name of symbol %zu has no object",
						  index);
	if (symbol->st_shndx >= elf->nr_sections)
		return module_elf_fault(elf, "symbol %zu is in a section that is not there", index);
	const Elf64_Shdr *section = &elf->sections[symbol->st_shndx].header;

	if (symbol->st_value > section->sh_size)
		return module_elf_fault(elf, "symbol %zu lies outside its section", index);
	if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && !(section->sh_flags & SHF_EXECINSTR))
		return module_elf_fault(elf, "symbol %zu is a function that is no code", index);
	return NULL;
}

static struct lp_error *check_symbols(const struct module_elf *elf)
{
	/* The loader passes over the first. */
	for (size_t i = 1; i < elf->nr_symbols; i++)
		lp_try(check_symbol(elf, i));
	return NULL;
}

/* All of it ------------------------------------------------------------------- */

struct lp_error *module_elf_read(const char *name, const struct blob *file, struct module_elf *elf)
{
	struct blob plain = *file;
	Elf64_Ehdr header;

	module_signature_remove(&plain);
	*elf = (struct module_elf){.name = name, .data = plain.data, .size = plain.size};
	lp_try(read_header(elf, &header));
	lp_try(read_sections(elf, &header));
	lp_try(read_section_names(elf, header.e_shstrndx));
	lp_try(check_sections(elf));
	lp_try(find_symbols(elf));
	lp_try(check_symbols(elf));
	return module_elf_check_contents(elf);
}
