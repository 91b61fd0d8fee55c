// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/tiny_module.h"

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* include/uapi/linux/elf.h, Linux 6.1. */
#define SHN_LIVEPATCH      0xff20
#define SHF_RELA_LIVEPATCH 0x00100000

#define FILE_SIZE 8192

/* Sizes: of struct module, about; where its name is. */
#define MODULE_SIZE 960
#define NAME_OFFSET 24

static const char section_names[] = "\0.text\0.rela.text\0.data\0.rela.data\0"
				    ".klp.rela.vmlinux..text\0.modinfo\0"
				    ".gnu.linkonce.this_module\0.bss\0.symtab\0.strtab\0.shstrtab";
static const char symbol_names[] = "\0init_module\0_printk\0perhaps\0"
				   ".klp.sym.vmlinux.schedule,1\0absolute";

/* The offset of a name in a table. */
static uint32_t name_in(const char *table, size_t size, const char *name)
{
	for (size_t at = 0; at < size; at += strlen(table + at) + 1) {
		if (!strcmp(table + at, name))
			return at;
	}
	abort();
}

#define NAME_IN(table, name) name_in(table, sizeof(table), name)

/* The file while it is filled. */
struct writer {
	unsigned char *data;
	size_t used;
	Elf64_Shdr headers[NR_TINY_SECTIONS];
};

static void add(struct writer *writer, enum tiny_section section, Elf64_Shdr header,
		const void *contents)
{
	writer->used = (writer->used + 15) / 16 * 16;
	header.sh_offset = writer->used;
	header.sh_addralign = header.sh_addralign ?: 8;
	writer->headers[section] = header;
	if (header.sh_type == SHT_NOBITS)
		return;
	memcpy(writer->data + writer->used, contents, header.sh_size);
	writer->used += header.sh_size;
}

static size_t make_info(const char *name, char *info, size_t size)
{
	struct utsname running;

	uname(&running);
	return snprintf(info, size, "license=GPL%cname=%s%cvermagic=%s %s%smod_unload modversions ",
			0, name, 0, running.release, strstr(running.version, " SMP") ? "SMP " : "",
			strstr(running.version, "PREEMPT_RT") ? "preempt_rt "
			: strstr(running.version, "PREEMPT")  ? "preempt "
							      : "") +
	       1;
}

static void add_code(struct writer *writer)
{
	static const unsigned char zeros[64];
	static const Elf64_Rela code[] = {
		{0, ELF64_R_INFO(TINY_SYMBOL_PRINTK, R_X86_64_PLT32), -4},
		{4, ELF64_R_INFO(TINY_SYMBOL_TEXT, R_X86_64_32S), 8},
		{8, ELF64_R_INFO(TINY_SYMBOL_PERHAPS, R_X86_64_PC32), -4},
		{12, ELF64_R_INFO(TINY_SYMBOL_ABS, R_X86_64_32), 1},
		{16, ELF64_R_INFO(TINY_SYMBOL_INIT, R_X86_64_NONE), 0},
	};
	static const Elf64_Rela data[] = {
		{0, ELF64_R_INFO(TINY_SYMBOL_INIT, R_X86_64_64), 0},
		{8, ELF64_R_INFO(TINY_SYMBOL_TEXT, R_X86_64_PC64), 0},
	};
	static const Elf64_Rela klp[] = {{20, ELF64_R_INFO(TINY_SYMBOL_KLP, R_X86_64_PC32), -4}};

	add(writer, TINY_TEXT,
	    (Elf64_Shdr){.sh_type = SHT_PROGBITS,
			 .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			 .sh_size = sizeof(zeros)},
	    zeros);
	add(writer, TINY_DATA,
	    (Elf64_Shdr){.sh_type = SHT_PROGBITS,
			 .sh_flags = SHF_ALLOC | SHF_WRITE,
			 .sh_size = sizeof(zeros)},
	    zeros);
	Elf64_Shdr table = {.sh_type = SHT_RELA,
			    .sh_flags = SHF_INFO_LINK,
			    .sh_link = TINY_SYMTAB,
			    .sh_info = TINY_TEXT,
			    .sh_entsize = sizeof(Elf64_Rela),
			    .sh_size = sizeof(code)};

	add(writer, TINY_RELA_TEXT, table, code);
	table.sh_size = sizeof(klp);
	table.sh_flags |= SHF_RELA_LIVEPATCH | SHF_ALLOC;
	add(writer, TINY_KLP_RELA, table, klp);
	table.sh_size = sizeof(data);
	table.sh_flags = SHF_INFO_LINK;
	table.sh_info = TINY_DATA;
	add(writer, TINY_RELA_DATA, table, data);
}

static void add_symbols(struct writer *writer)
{
	static const unsigned char global = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE);
	const Elf64_Sym symbols[NR_TINY_SYMBOLS] = {
		[TINY_SYMBOL_TEXT] = {.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION),
				      .st_shndx = TINY_TEXT},
		[TINY_SYMBOL_INIT] = {NAME_IN(symbol_names, "init_module"), global, 0, TINY_TEXT,
				      16, 16},
		[TINY_SYMBOL_PRINTK] = {.st_name = NAME_IN(symbol_names, "_printk"),
					.st_info = global},
		[TINY_SYMBOL_PERHAPS] = {.st_name = NAME_IN(symbol_names, "perhaps"),
					 .st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE)},
		[TINY_SYMBOL_KLP] = {.st_name =
					     NAME_IN(symbol_names, ".klp.sym.vmlinux.schedule,1"),
				     .st_info = global,
				     .st_shndx = SHN_LIVEPATCH},
		[TINY_SYMBOL_ABS] = {NAME_IN(symbol_names, "absolute"), global, 0, SHN_ABS, 0x100,
				     0},
	};

	add(writer, TINY_SYMTAB,
	    (Elf64_Shdr){.sh_type = SHT_SYMTAB,
			 .sh_link = TINY_STRTAB,
			 .sh_info = TINY_SYMBOL_INIT,
			 .sh_entsize = sizeof(Elf64_Sym),
			 .sh_size = sizeof(symbols)},
	    symbols);
	add(writer, TINY_STRTAB,
	    (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_size = sizeof(symbol_names)}, symbol_names);
}

static void name_sections(struct writer *writer)
{
	const char *next = section_names + 1;

	for (size_t i = 1; i < NR_TINY_SECTIONS; i++) {
		writer->headers[i].sh_name = next - section_names;
		next += strlen(next) + 1;
	}
}

struct blob tiny_module(const char *name)
{
	struct writer writer = {.data = calloc(1, FILE_SIZE + 1), .used = sizeof(Elf64_Ehdr)};
	unsigned char this_module[MODULE_SIZE] = {0};
	char info[512];
	size_t info_size = make_info(name, info, sizeof(info));

	strcpy((char *)this_module + NAME_OFFSET, name);
	add_code(&writer);
	add(&writer, TINY_MODINFO,
	    (Elf64_Shdr){.sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC, .sh_size = info_size},
	    info);
	add(&writer, TINY_MODULE,
	    (Elf64_Shdr){.sh_type = SHT_PROGBITS,
			 .sh_flags = SHF_ALLOC | SHF_WRITE,
			 .sh_addralign = 64,
			 .sh_size = sizeof(this_module)},
	    this_module);
	add(&writer, TINY_BSS,
	    (Elf64_Shdr){.sh_type = SHT_NOBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_size = 64},
	    NULL);
	add_symbols(&writer);
	add(&writer, TINY_SHSTRTAB,
	    (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_size = sizeof(section_names)}, section_names);
	name_sections(&writer);
	writer.used = (writer.used + 7) / 8 * 8;
	const Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_shoff = writer.used,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = NR_TINY_SECTIONS,
		.e_shstrndx = TINY_SHSTRTAB,
	};

	memcpy(writer.data, &header, sizeof(header));
	memcpy(writer.data + writer.used, writer.headers, sizeof(writer.headers));
	return (struct blob){writer.data, writer.used + sizeof(writer.headers)};
}

size_t tiny_header(const struct blob *module, enum tiny_section section)
{
	Elf64_Ehdr header;

	memcpy(&header, module->data, sizeof(header));
	return header.e_shoff + section * sizeof(Elf64_Shdr);
}

size_t tiny_contents(const struct blob *module, enum tiny_section section)
{
	Elf64_Shdr header;

	memcpy(&header, module->data + tiny_header(module, section), sizeof(header));
	return header.sh_offset;
}
