// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/elf/module_file.h"

#include <string.h>

#include "common/module_signature.h"
#include "create/elf/module_sanity.h"

static struct lp_error *fault(const struct module_file *file, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: %s", file->name, what);
}

/* The ELF header, and the table of section headers that it names. */
static struct lp_error *read_headers(struct module_file *file, Elf64_Ehdr *header)
{
	static const unsigned char identification[EI_NIDENT] = {
		ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT,
	};
	const struct blob *bytes = &file->bytes;

	if (bytes->size < sizeof(*header))
		return fault(file, "is too short for an ELF file");
	memcpy(header, bytes->data, sizeof(*header));
	if (memcmp(header->e_ident, identification, sizeof(identification)) != 0 ||
	    header->e_type != ET_REL || header->e_machine != EM_X86_64 ||
	    header->e_version != EV_CURRENT || header->e_entry || header->e_flags)
		return fault(file, "is no relocatable object of the target");
	if (header->e_ehsize != sizeof(*header) || header->e_phnum || header->e_phoff ||
	    header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff % sizeof(Elf64_Off) ||
	    header->e_shoff < sizeof(*header) || header->e_shoff > bytes->size ||
	    !header->e_shnum ||
	    header->e_shnum > (bytes->size - header->e_shoff) / sizeof(Elf64_Shdr) ||
	    header->e_shstrndx >= header->e_shnum)
		return fault(file, "its ELF header does not say where the section headers are");
	file->sections = calloc(header->e_shnum, sizeof(*file->sections));
	if (!file->sections)
		return lp_error_no_memory();
	file->nr_sections = header->e_shnum;
	for (size_t i = 0; i < file->nr_sections; i++)
		memcpy(&file->sections[i].header,
		       bytes->data + header->e_shoff + i * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
	return NULL;
}

/* A string of a table whose place in the file has been checked, or NULL. */
static const char *string_at(const struct module_section *table, uint64_t offset)
{
	if (!table->data || offset >= table->header.sh_size ||
	    !memchr(table->data + offset, '\0', table->header.sh_size - offset))
		return NULL;
	return (const char *)table->data + offset;
}

static struct lp_error *read_names(struct module_file *file, const struct module_section *names)
{
	for (size_t i = 1; i < file->nr_sections; i++) {
		struct module_section *section = &file->sections[i];

		section->name = string_at(names, section->header.sh_name);
		if (!section->name || !*section->name)
			return lp_error_new(LP_INTERNAL, "%s: section header %zu has no name",
					    file->name, i);
	}
	return NULL;
}

static struct lp_error *read_sections(struct module_file *file, const Elf64_Ehdr *header)
{
	static const Elf64_Shdr empty;

	file->sections[0].name = "";
	if (memcmp(&file->sections[0].header, &empty, sizeof(empty)) != 0)
		return fault(file, "section header 0 is not empty");
	for (size_t i = 1; i < file->nr_sections; i++) {
		struct module_section *section = &file->sections[i];

		lp_try(module_sanity_header(file, i));
		if (section->header.sh_type != SHT_NOBITS)
			section->data = file->bytes.data + section->header.sh_offset;
	}
	lp_try(module_sanity_overlaps(file, header));
	if (file->sections[header->e_shstrndx].header.sh_type != SHT_STRTAB)
		return fault(file, "the names of its sections are not where its header says");
	lp_try(read_names(file, &file->sections[header->e_shstrndx]));
	return module_sanity_links(file);
}

static const struct module_section *symbol_table(const struct module_file *file)
{
	for (size_t i = 1; i < file->nr_sections; i++) {
		if (file->sections[i].header.sh_type == SHT_SYMTAB)
			return &file->sections[i];
	}
	return NULL;
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct module_symbol *symbols = context;

	return strcmp(symbols[*(const uint32_t *)a].name, symbols[*(const uint32_t *)b].name);
}

static struct lp_error *read_symbols(struct module_file *file)
{
	const struct module_section *table = symbol_table(file);

	if (!table)
		return fault(file, "has no symbol table");
	file->nr_symbols = table->header.sh_size / sizeof(Elf64_Sym);
	file->first_global = table->header.sh_info;
	file->symbols = calloc(file->nr_symbols + 1, sizeof(*file->symbols));
	file->by_name = calloc(file->nr_symbols + 1, sizeof(*file->by_name));
	if (!file->symbols || !file->by_name)
		return lp_error_no_memory();
	for (size_t i = 0; i < file->nr_symbols; i++) {
		struct module_symbol *symbol = &file->symbols[i];

		memcpy(&symbol->symbol, table->data + i * sizeof(Elf64_Sym), sizeof(Elf64_Sym));
		symbol->name =
			string_at(&file->sections[table->header.sh_link], symbol->symbol.st_name);
		file->by_name[i] = (uint32_t)i;
		lp_try(module_sanity_symbol(file, i));
	}
	qsort_r(file->by_name, file->nr_symbols, sizeof(*file->by_name), compare_names,
		file->symbols);
	return NULL;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct module_relocation *one = a, *other = b;

	if (one->offset != other->offset)
		return one->offset < other->offset ? -1 : 1;
	return one->type < other->type ? -1 : one->type > other->type;
}

/* Adds the relocations in section `from` to the section that they fill. */
static struct lp_error *read_relocations(struct module_file *file, size_t from)
{
	const struct module_section *table = &file->sections[from];
	struct module_section *filled = &file->sections[table->header.sh_info];
	size_t count = table->header.sh_size / sizeof(Elf64_Rela);
	struct module_relocation *all =
		reallocarray(filled->relocations, filled->nr_relocations + count + 1, sizeof(*all));

	if (!all)
		return lp_error_no_memory();
	filled->relocations = all;
	for (size_t i = 0; i < count; i++) {
		Elf64_Rela rela;

		memcpy(&rela, table->data + i * sizeof(rela), sizeof(rela));
		all[filled->nr_relocations++] = (struct module_relocation){
			.offset = rela.r_offset,
			.type = ELF64_R_TYPE(rela.r_info),
			.symbol = ELF64_R_SYM(rela.r_info),
			.addend = rela.r_addend,
			.from = (uint32_t)from,
		};
		lp_try(module_sanity_relocation(file, filled, &all[filled->nr_relocations - 1]));
	}
	qsort(all, filled->nr_relocations, sizeof(*all), compare_offsets);
	return NULL;
}

static struct lp_error *read_all(struct module_file *file)
{
	Elf64_Ehdr header;

	lp_try(read_headers(file, &header));
	lp_try(read_sections(file, &header));
	lp_try(read_symbols(file));
	for (size_t i = 1; i < file->nr_sections; i++) {
		if (file->sections[i].header.sh_type == SHT_RELA)
			lp_try(read_relocations(file, i));
	}
	return NULL;
}

struct lp_error *module_file_read(const char *name, const struct blob *bytes,
				  struct module_file *file)
{
	*file = (struct module_file){.name = name};
	file->bytes.data = malloc(bytes->size + 1);
	if (!file->bytes.data)
		return lp_error_no_memory();
	memcpy(file->bytes.data, bytes->data, bytes->size);
	file->bytes.data[bytes->size] = '\0';
	file->bytes.size = bytes->size;
	module_signature_remove(&file->bytes);
	return read_all(file);
}

void module_file_clear(struct module_file *file)
{
	for (size_t i = 0; i < file->nr_sections; i++)
		free(file->sections[i].relocations);
	free(file->sections);
	free(file->symbols);
	free(file->by_name);
	free(file->bytes.data);
	*file = (struct module_file){0};
}

const struct module_section *module_file_section(const struct module_file *file, const char *name)
{
	for (size_t i = 1; i < file->nr_sections; i++) {
		if (!strcmp(file->sections[i].name, name))
			return &file->sections[i];
	}
	return NULL;
}

/* How many symbols, in the order of their names, come before those of that name. */
static size_t count_before(const struct module_file *file, const char *name, bool or_equal)
{
	size_t low = 0, high = file->nr_symbols;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(file->symbols[file->by_name[middle]].name, name);

		if (order < 0 || (or_equal && !order))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t module_file_symbols(const struct module_file *file, const char *name, size_t *count)
{
	size_t first = count_before(file, name, false);

	*count = count_before(file, name, true) - first;
	return first;
}

const struct module_relocation *module_section_relocation(const struct module_section *section,
							  uint64_t offset)
{
	size_t low = 0, high = section->nr_relocations;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->relocations[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < section->nr_relocations && section->relocations[low].offset == offset
		       ? &section->relocations[low]
		       : NULL;
}
