/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output as an ELF file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diffobj/output.h"

/* The empty section, symbols, their names and those of the sections. */
#define NR_TABLES 4

/* Strings of a string table, as they are added. */
struct strings {
	struct arena *arena;
	char *text;
	size_t size, room;
};

static bool add_string(struct strings *strings, const char *text, Elf64_Word *offset)
{
	size_t length = strlen(text) + 1;

	if (strings->size + length > strings->room) {
		size_t room = (strings->size + length) * 2;
		char *larger = arena_array(strings->arena, room, 1);

		if (!larger)
			return false;
		if (strings->size)
			memcpy(larger, strings->text, strings->size);
		strings->text = larger;
		strings->room = room;
	}
	*offset = length > 1 ? (Elf64_Word)strings->size : 0;
	if (length > 1 || !strings->size) {
		memcpy(strings->text + strings->size, text, length);
		strings->size += length;
	}
	return true;
}

struct writer {
	struct output *output;
	Elf *elf;
	struct strings section_names, symbol_names;
	size_t nr_locals;
	Elf_Scn *symtab;
};

static Elf_Scn *new_section(struct writer *writer, const char *name, Elf64_Word type,
			    Elf64_Xword flags, Elf64_Xword align, Elf64_Xword entsize)
{
	Elf_Scn *scn = elf_newscn(writer->elf);
	Elf64_Shdr *header = scn ? elf64_getshdr(scn) : NULL;

	if (!header || !add_string(&writer->section_names, name, &header->sh_name))
		return NULL;
	header->sh_type = type;
	header->sh_flags = flags;
	header->sh_addralign = align;
	header->sh_entsize = entsize;
	return scn;
}

static bool set_content(Elf_Scn *scn, void *content, size_t size, Elf_Type type, size_t align)
{
	Elf_Data *data = elf_newdata(scn);

	if (!data)
		return false;
	data->d_buf = content;
	data->d_size = size;
	data->d_type = type;
	data->d_align = align;
	data->d_version = EV_CURRENT;
	return true;
}

static bool write_sections(struct writer *writer)
{
	for (size_t i = 0; i < writer->output->nr_sections; i++) {
		struct output_section *section = writer->output->sections[i];
		Elf_Scn *scn = new_section(writer, section->name, section->type, section->flags,
					   section->align, section->entsize);

		if (!scn ||
		    !set_content(scn, section->data, section->size, ELF_T_BYTE, section->align))
			return false;
		section->index = (uint32_t)elf_ndxscn(scn);
	}
	return true;
}

/* The sections that others are ordered by have numbers now. */
static void write_order(const struct writer *writer)
{
	for (size_t i = 0; i < writer->output->nr_sections; i++) {
		const struct output_section *section = writer->output->sections[i];

		if (section->ordered_by)
			elf64_getshdr(elf_getscn(writer->elf, section->index))->sh_link =
				section->ordered_by->index;
	}
}

/* Symbols in the file: local ones first, as ELF requires. */
static bool write_symbols(struct writer *writer)
{
	struct output *output = writer->output;
	Elf64_Sym *symbols = arena_array(output->arena, output->nr_symbols, sizeof(*symbols));
	uint32_t next = 0;

	if (!symbols)
		return false;
	for (int global = 0; global < 2; global++) {
		for (size_t i = 0; i < output->nr_symbols; i++) {
			struct output_symbol *from = &output->symbols[i];
			Elf64_Sym *symbol = &symbols[next];

			if ((from->bind != STB_LOCAL) != global)
				continue;
			from->index = next++;
			if (!add_string(&writer->symbol_names, from->name, &symbol->st_name))
				return false;
			symbol->st_value = from->value;
			symbol->st_size = from->size;
			symbol->st_info = ELF64_ST_INFO(from->bind, from->type);
			symbol->st_shndx =
				(Elf64_Half)(from->section ? from->section->index : SHN_UNDEF);
		}
		if (!global)
			writer->nr_locals = next;
	}
	writer->symtab = new_section(writer, ".symtab", SHT_SYMTAB, 0, 8, sizeof(Elf64_Sym));
	return writer->symtab &&
	       set_content(writer->symtab, symbols, next * sizeof(*symbols), ELF_T_SYM, 8);
}

static bool write_relocs_of(struct writer *writer, const struct output_section *section)
{
	struct output *output = writer->output;
	char *name = arena_printf(output->arena, ".rela%s", section->name);
	Elf64_Rela *relocs = arena_array(output->arena, section->nr_relocs, sizeof(*relocs));
	Elf_Scn *scn = name && relocs ? new_section(writer, name, SHT_RELA, SHF_INFO_LINK, 8,
						    sizeof(*relocs))
				      : NULL;

	if (!scn)
		return false;
	for (size_t i = 0; i < section->nr_relocs; i++) {
		const struct output_reloc *from = &section->relocs[i];

		relocs[i] = (Elf64_Rela){
			.r_offset = from->offset,
			.r_info = ELF64_R_INFO((uint64_t)output->symbols[from->symbol].index,
					       from->type),
			.r_addend = from->addend,
		};
	}

	Elf64_Shdr *header = elf64_getshdr(scn);

	header->sh_link = (Elf64_Word)elf_ndxscn(writer->symtab);
	header->sh_info = section->index;
	return set_content(scn, relocs, section->nr_relocs * sizeof(*relocs), ELF_T_RELA, 8);
}

static bool write_strings(struct writer *writer)
{
	Elf_Scn *strtab = new_section(writer, ".strtab", SHT_STRTAB, 0, 1, 0);

	if (!strtab || !set_content(strtab, writer->symbol_names.text, writer->symbol_names.size,
				    ELF_T_BYTE, 1))
		return false;

	Elf64_Shdr *symbols = elf64_getshdr(writer->symtab);

	symbols->sh_link = (Elf64_Word)elf_ndxscn(strtab);
	symbols->sh_info = (Elf64_Word)writer->nr_locals;

	Elf_Scn *names = new_section(writer, ".shstrtab", SHT_STRTAB, 0, 1, 0);

	if (!names || !set_content(names, writer->section_names.text, writer->section_names.size,
				   ELF_T_BYTE, 1))
		return false;
	elf64_getehdr(writer->elf)->e_shstrndx = (Elf64_Half)elf_ndxscn(names);
	return true;
}

static bool write_all(struct writer *writer)
{
	Elf64_Ehdr *header = elf64_newehdr(writer->elf);

	if (!header)
		return false;
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_type = ET_REL;
	header->e_machine = writer->output->arch->machine;
	header->e_version = EV_CURRENT;

	/* The empty string is at 0 of both tables. */
	Elf64_Word nowhere;

	if (!add_string(&writer->section_names, "", &nowhere) ||
	    !add_string(&writer->symbol_names, "", &nowhere) || !write_sections(writer) ||
	    !write_symbols(writer))
		return false;
	write_order(writer);
	for (size_t i = 0; i < writer->output->nr_sections; i++)
		if (writer->output->sections[i]->nr_relocs &&
		    !write_relocs_of(writer, writer->output->sections[i]))
			return false;
	return write_strings(writer) && elf_update(writer->elf, ELF_C_WRITE) >= 0;
}

struct lp_error *output_write(struct output *output, const char *path)
{
	struct writer writer = {
		.output = output,
		.section_names.arena = output->arena,
		.symbol_names.arena = output->arena,
	};
	/* Each may have one with relocations; from SHN_LORESERVE on, numbers mean other things. */
	if (2 * output->nr_sections + NR_TABLES >= SHN_LORESERVE)
		return lp_error_new(LP_INTERNAL, "can't write %s: %zu sections are too many", path,
				    output->nr_sections);
	_cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return lp_error_errno(errno, "can't write %s", path);
	elf_version(EV_CURRENT);
	writer.elf = elf_begin(fd, ELF_C_WRITE, NULL);

	bool written = writer.elf && write_all(&writer);
	const char *reason = written ? NULL : elf_errmsg(-1);

	if (writer.elf)
		elf_end(writer.elf);
	if (written && close(fd) == 0) {
		fd = -1;
		return NULL;
	}
	if (written) {
		reason = strerror(errno);
		fd = -1;
	}
	struct stat status;

	/* The user may have named a device: as root, unlink() would remove /dev/null. */
	if (!lstat(path, &status) && S_ISREG(status.st_mode))
		unlink(path);
	return lp_error_new(LP_INTERNAL, "can't write %s: %s", path, reason);
}
