// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that writes ELF files of the target, with many layouts of the file:
 * the intended changes are made, and nothing else changes.
 *
 * The objects are laid out as ld -r and strip leave them, with gaps that depend on
 * the length of one section and the number of all. tests/cli/memory.sh runs this under valgrind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <string.h>

#include "apply/placement.h"
#include "common/file.h"
#include "common/late_symbols.h"
#include "common/symbol_table.h"
#include "common/text.h"
#include "create/elf/elf_edit.h"
#include "create/elf/module_file.h"
#include "create/link/late_symbols.h"
#include "create/link/livepatch.h"
#include "diffobj/output.h"
#include "object/arch_x86.h"
#include "object/arena.h"

#define MODULE_LIMIT (1u << 20)

/* Padding of an object in bytes, and how many sections it has besides tables. */
#define PADDINGS       65
#define GAP            8 /* bytes that are left free in the file for each byte of padding */
#define FIRST_SECTIONS 24
#define LAST_SECTIONS  36

#define STEXT  0xffffffff81000000
#define ETEXT  0xffffffff81a00000
#define RODATA 0xffffffff82000000

/* An object as it is made ------------------------------------------------------------ */

/* Bytes that grow. */
struct bytes {
	unsigned char data[32768];
	size_t size;
};

static size_t put(struct bytes *bytes, const void *data, size_t size)
{
	size_t offset = bytes->size;

	assert_true(size <= sizeof(bytes->data) - offset);
	memcpy(bytes->data + offset, data, size);
	bytes->size += size;
	return offset;
}

static void align(struct bytes *bytes, size_t to)
{
	while (bytes->size % to)
		put(bytes, "", 1);
}

static Elf64_Word put_name(struct bytes *names, const char *name)
{
	return (Elf64_Word)put(names, name, strlen(name) + 1);
}

#define MAX_SECTIONS 128

/* One that is being made. */
struct maker {
	struct bytes file, section_names, symbol_names;
	Elf64_Shdr headers[MAX_SECTIONS];
	size_t nr_headers;
	Elf64_Sym symbols[MAX_SECTIONS];
	size_t nr_symbols;
};

static Elf64_Shdr *add_header(struct maker *maker, const char *name, Elf64_Word type,
			      Elf64_Xword flags, size_t alignment)
{
	Elf64_Shdr *header = &maker->headers[maker->nr_headers++];

	assert_true(maker->nr_headers <= MAX_SECTIONS);
	*header = (Elf64_Shdr){
		.sh_name = put_name(&maker->section_names, name),
		.sh_type = type,
		.sh_flags = flags,
		.sh_addralign = alignment,
	};
	return header;
}

static void fill(struct maker *maker, Elf64_Shdr *header, const void *data, size_t size)
{
	align(&maker->file, header->sh_addralign);
	header->sh_offset = put(&maker->file, data, size);
	header->sh_size = size;
}

static size_t add_symbol(struct maker *maker, const char *name, int binding, int type,
			 size_t section, size_t size)
{
	maker->symbols[maker->nr_symbols] = (Elf64_Sym){
		.st_name = put_name(&maker->symbol_names, name),
		.st_info = ELF64_ST_INFO(binding, type),
		.st_shndx = (Elf64_Half)section,
		.st_size = size,
	};
	return maker->nr_symbols++;
}

/* Alignments of the sections that have contents: what leaves gaps. */
static const size_t alignments[] = {1, 64, 16, 32, 64, 8, 64};

/* Sections with contents: every third has code, followed by relocations. */
static void add_sections(struct maker *maker, size_t count, size_t padding)
{
	unsigned char contents[160];

	for (size_t i = 0; i < sizeof(contents); i++)
		contents[i] = (unsigned char)(i * 7);
	for (size_t i = 1; i < count; i++) {
		char name[48];
		bool code = i % 3 == 1;

		snprintf(name, sizeof(name), code ? ".text.f%zu" : ".rodata.d%zu", i);
		Elf64_Shdr *header = add_header(maker, name, SHT_PROGBITS,
						SHF_ALLOC | (code ? SHF_EXECINSTR : 0),
						alignments[i % ARRAY_SIZE(alignments)]);

		fill(maker, header, contents, i == 2 ? 20 + padding : 40 + i);
		if (!code)
			continue;
		snprintf(name, sizeof(name), ".rela.text.f%zu", i);
		header = add_header(maker, name, SHT_RELA, SHF_INFO_LINK, 8);
		header->sh_info = (Elf64_Word)(maker->nr_headers - 2);
	}
	Elf64_Shdr *bss = add_header(maker, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 32);

	bss->sh_offset = maker->file.size;
	bss->sh_size = 100;
}

/* Local functions, then the symbols to which they refer; half of them are renamed. */
static void add_symbols(struct maker *maker, size_t count)
{
	for (size_t i = 1; i < maker->nr_headers; i++) {
		char name[48];

		if (!(maker->headers[i].sh_flags & SHF_EXECINSTR))
			continue;
		snprintf(name, sizeof(name), "f%zu", i);
		add_symbol(maker, name, STB_LOCAL, STT_FUNC, i, 20);
	}
	maker->headers[maker->nr_headers].sh_info = (Elf64_Word)maker->nr_symbols;
	for (size_t i = 0; i < count; i++) {
		char name[48];

		snprintf(name, sizeof(name), i % 2 ? "exported%zu" : "hidden%zu", i);
		add_symbol(maker, name, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0);
	}
}

/* `late`: the number of sections that refer to a symbol that is renamed. */
static void add_relocations(struct maker *maker, size_t symtab, size_t first, size_t count,
			    size_t late)
{
	for (size_t i = 1; i < symtab; i++) {
		Elf64_Shdr *header = &maker->headers[i];
		size_t hidden = first + i % (count / 2) * 2;
		Elf64_Rela relas[] = {
			{4, ELF64_R_INFO(hidden + 1, R_X86_64_PLT32), -4},
			{12, ELF64_R_INFO(hidden + !late, R_X86_64_32S), (int64_t)i},
			{20, ELF64_R_INFO(1, R_X86_64_PC32), 8},
		};

		if (header->sh_type != SHT_RELA)
			continue;
		late -= !!late;
		header->sh_link = (Elf64_Word)symtab;
		header->sh_entsize = sizeof(*relas);
		fill(maker, header, relas, sizeof(relas));
	}
}

/* As ld -r does it: contents, symbols and their names, relocations, names of sections. */
static void make_object(const char *path, size_t nr_sections, size_t padding, size_t late)
{
	struct maker *maker = calloc(1, sizeof(*maker));
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	const size_t nr_undefined = 2 * late;

	assert_non_null(maker);
	put(&maker->file, &header, sizeof(header));
	put_name(&maker->section_names, "");
	put_name(&maker->symbol_names, "");
	maker->nr_headers = maker->nr_symbols = 1;
	add_sections(maker, nr_sections, padding);
	size_t symtab = maker->nr_headers;

	/* A gap as alignment leaves it: for one size, the added bytes just fill it. */
	for (size_t i = 0; i < GAP * padding; i++)
		put(&maker->file, "", 1);
	add_symbols(maker, nr_undefined);
	Elf64_Word first_global = maker->headers[symtab].sh_info;
	Elf64_Shdr *symbols = add_header(maker, ".symtab", SHT_SYMTAB, 0, 8);

	symbols->sh_info = first_global;
	symbols->sh_link = (Elf64_Word)symtab + 1;
	symbols->sh_entsize = sizeof(Elf64_Sym);
	fill(maker, symbols, maker->symbols, maker->nr_symbols * sizeof(Elf64_Sym));
	fill(maker, add_header(maker, ".strtab", SHT_STRTAB, 0, 1), maker->symbol_names.data,
	     maker->symbol_names.size);
	add_relocations(maker, symtab, first_global, nr_undefined, late);
	Elf64_Shdr *names = add_header(maker, ".shstrtab", SHT_STRTAB, 0, 1);

	fill(maker, names, maker->section_names.data, maker->section_names.size);
	header.e_shstrndx = (Elf64_Half)(maker->nr_headers - 1);
	header.e_shnum = (Elf64_Half)maker->nr_headers;
	align(&maker->file, 8);
	header.e_shoff = put(&maker->file, maker->headers, maker->nr_headers * sizeof(Elf64_Shdr));
	memcpy(maker->file.data, &header, sizeof(header));
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(maker->file.data, maker->file.size, 1, out), 1);
	assert_int_equal(fclose(out), 0);
	free(maker);
}

/* Checks of the changed file -------------------------------------------------------- */

static void read_object(const char *path, struct module_file *file)
{
	_cleanup_blob_ struct blob bytes = {0};

	assert_null(file_read(path, MODULE_LIMIT, &bytes));
	struct lp_error *error = module_file_read(path, &bytes, file);

	if (error)
		fail_msg("%s", error->message);
}

/* The expected name and value of a symbol in the changed file. */
typedef void expected_symbol(const char *name, char *expected, int64_t *distance);

static void check_relocation(const struct module_file *before, const struct module_file *after,
			     const struct module_relocation *was,
			     const struct module_relocation *is, expected_symbol *expect)
{
	char name[64];
	int64_t distance = 0;

	expect(before->symbols[was->symbol].name, name, &distance);
	assert_int_equal(is->offset, was->offset);
	assert_int_equal(is->type, was->type);
	assert_int_equal(is->addend, was->addend + distance);
	assert_string_equal(after->symbols[is->symbol].name, name);
	assert_int_equal(!!(after->sections[is->from].header.sh_flags & SHF_RELA_LIVEPATCH),
			 after->symbols[is->symbol].symbol.st_shndx == SHN_LIVEPATCH);
}

static void check_section(const struct module_file *before, const struct module_file *after,
			  size_t index, expected_symbol *expect)
{
	const struct module_section *was = &before->sections[index], *is = &after->sections[index];

	assert_string_equal(is->name, was->name);
	assert_int_equal(is->header.sh_type, was->header.sh_type);
	assert_int_equal(is->header.sh_flags, was->header.sh_flags);
	assert_int_equal(is->header.sh_addralign, was->header.sh_addralign);
	assert_int_equal(is->nr_relocations, was->nr_relocations);
	for (size_t i = 0; i < was->nr_relocations; i++)
		check_relocation(before, after, &was->relocations[i], &is->relocations[i], expect);
	if (!(was->header.sh_flags & SHF_ALLOC))
		return;
	assert_int_equal(is->header.sh_size, was->header.sh_size);
	if (was->data)
		assert_memory_equal(is->data, was->data, was->header.sh_size);
}

static void check_object(const struct module_file *before, const char *path,
			 expected_symbol *expect)
{
	struct module_file after;

	read_object(path, &after);
	assert_true(after.nr_sections >= before->nr_sections);
	for (size_t i = 1; i < before->nr_sections; i++)
		check_section(before, &after, i, expect);
	for (size_t i = 1; i < before->nr_symbols; i++) {
		char name[64];
		int64_t distance;

		expect(before->symbols[i].name, name, &distance);
		assert_string_equal(after.symbols[i].name, name);
	}
	module_file_clear(&after);
}

/* The writers -------------------------------------------------------------------------- */

static void map_symbols(struct symbol_map *map)
{
	for (size_t i = 0; i < 8; i += 2) {
		char name[48];

		snprintf(name, sizeof(name), "hidden%zu", i);
		assert_null(symbol_map_add(map, name,
					   &(struct proven_symbol){.object = "vmlinux",
								   .address = STEXT + 64 * i,
								   .name = "_stext",
								   .position = 1,
								   .offset = (int64_t)(64 * i)}));
	}
}

static void as_livepatch(const char *name, char *expected, int64_t *distance)
{
	size_t number;

	*distance = 0;
	strcpy(expected, name);
	if (sscanf(name, "hidden%zu", &number) != 1)
		return;
	strcpy(expected, ".klp.sym.vmlinux._stext,1");
	*distance = (int64_t)(64 * number);
}

static void as_absolute(const char *name, char *expected, int64_t *distance)
{
	*distance = 0;
	sprintf(expected, "%s%s", text_starts_with(name, "hidden") ? LATE_SYMBOL_VMLINUX : "",
		name);
}

static void as_renamed(const char *name, char *expected, int64_t *distance)
{
	*distance = 0;
	sprintf(expected, "%s%s", name, text_starts_with(name, "hidden") ? ".renamed" : "");
}

static void done(struct lp_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static void write_livepatch(const char *path)
{
	struct symbol_map map = {0};

	map_symbols(&map);
	done(livepatch_resolve(path, &map));
	symbol_map_clear(&map);
}

static void write_absolute(const char *path)
{
	struct kernel_symbol symbols[] = {
		{.address = STEXT, .name = "_stext", .type = 'T'},
		{.address = ETEXT, .name = "_etext", .type = 'T'},
		{.address = RODATA, .name = "__end_rodata", .type = 'R'},
	};
	struct symbol_table kernel = {.count = ARRAY_SIZE(symbols)};
	struct symbol_map map = {0};

	kernel.symbols = malloc(sizeof(symbols));
	memcpy(kernel.symbols, symbols, sizeof(symbols));
	done(symbol_table_finish(&kernel));
	map_symbols(&map);
	done(late_symbols_resolve(path, &map, &kernel));
	symbol_map_clear(&map);
	symbol_table_clear(&kernel);
}

/* What link.c does to diffobj's objects. */
static void write_renamed(const char *path)
{
	struct elf_edit edit;

	done(elf_edit_open(path, &edit));
	size_t count = edit.nr_symbols;

	for (size_t i = 1; i < count; i++) {
		char renamed[64], alias[64];
		const char *name;
		GElf_Sym symbol;

		done(elf_edit_symbol(&edit, i, &symbol, &name));
		snprintf(renamed, sizeof(renamed), "%s.renamed", name);
		snprintf(alias, sizeof(alias), "alias_of_%s", name);
		if (text_starts_with(name, "hidden")) {
			done(elf_edit_set_symbol(&edit, i, &symbol, renamed));
		} else if (symbol.st_shndx != SHN_UNDEF) {
			symbol.st_info = GELF_ST_INFO(STB_GLOBAL, STT_FUNC);
			done(elf_edit_add_symbol(&edit, &symbol, alias));
		}
	}
	done(elf_edit_commit(&edit));
	elf_edit_close(&edit);
}

/* What lpatch-apply does to it then, on the kernel of which `folder` has kallsyms. */
static void check_placed(const char *path, const char *folder)
{
	_cleanup_blob_ struct blob module = {0}, placed = {0};
	const struct host host = {.proc = (char *)folder};
	struct module_file before, after;

	done(file_read(path, MODULE_LIMIT, &module));
	done(placement_make(&host, "u", &module, &placed));
	done(module_file_read("before", &module, &before));
	done(module_file_read("after", &placed, &after));
	assert_int_equal(after.nr_symbols, before.nr_symbols);
	for (size_t i = 1; i < before.nr_symbols; i++) {
		bool moves = text_starts_with(before.symbols[i].name, LATE_SYMBOL_VMLINUX);

		assert_int_equal(after.symbols[i].symbol.st_value,
				 before.symbols[i].symbol.st_value + (moves ? 0x4000000 : 0));
	}
	module_file_clear(&before);
	module_file_clear(&after);
}

/* Runs one writer over every layout. */
static void over_every_layout(const char *folder, void write(const char *), expected_symbol *expect,
			      bool place)
{
	_cleanup_free_ char *path = NULL;

	done(text_format(&path, "%s/u.o", folder));
	for (size_t sections = FIRST_SECTIONS; sections <= LAST_SECTIONS; sections++) {
		for (size_t padding = 0; padding < PADDINGS; padding++) {
			struct module_file before;

			make_object(path, sections, padding, 1 + padding % 3);
			read_object(path, &before);
			write(path);
			check_object(&before, path, expect);
			if (place)
				check_placed(path, folder);
			module_file_clear(&before);
		}
	}
	unlink(path);
}

static void livepatch_relocations(void **state)
{
	over_every_layout(*state, write_livepatch, as_livepatch, false);
}

static void absolute_symbols_and_their_values(void **state)
{
	over_every_layout(*state, write_absolute, as_absolute, true);
}

static void renamed_and_added_symbols(void **state)
{
	over_every_layout(*state, write_renamed, as_renamed, false);
}

/* diffobj ------------------------------------------------------------------------------- */

static void write_output(const char *path, size_t sections, size_t padding)
{
	struct arena arena = {0};
	struct output output;
	unsigned char contents[160] = "contents";

	done(output_begin(&output, &arena, &arch_x86));
	const uint32_t outside = output_add_symbol(
		&output, &(struct output_symbol){.name = "outside", .bind = STB_GLOBAL});

	for (size_t i = 0; i < sections; i++) {
		char *name = arena_printf(&arena, ".text.f%zu", i);
		struct output_section *section =
			output_add_section(&output, name, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
					   alignments[i % ARRAY_SIZE(alignments)], 0);
		uint64_t offset;

		assert_non_null(section);
		assert_true(output_append(&output, section, contents, i ? 40 + i : 20 + padding, 1,
					  &offset));
		assert_int_not_equal(
			output_add_symbol(&output, &(struct output_symbol){.name = name + 6,
									   .size = 20,
									   .type = STT_FUNC,
									   .section = section}),
			0);
		if (i % 2)
			assert_true(output_add_reloc(&output, section,
						     &(struct output_reloc){.offset = 8,
									    .type = R_X86_64_PC32,
									    .symbol = outside,
									    .addend = (int64_t)i}));
	}
	done(output_write(&output, path));
	arena_release(&arena);
}

static void check_output(const char *path, size_t sections, size_t padding)
{
	struct module_file file;

	read_object(path, &file);
	for (size_t i = 0; i < sections; i++) {
		char name[48];

		snprintf(name, sizeof(name), ".text.f%zu", i);
		const struct module_section *section = module_file_section(&file, name);

		assert_non_null(section);
		assert_int_equal(section->header.sh_size, i ? 40 + i : 20 + padding);
		assert_memory_equal(section->data, "contents", 9);
		assert_int_equal(section->nr_relocations, i % 2);
		if (!section->nr_relocations)
			continue;
		assert_int_equal(section->relocations[0].offset, 8);
		assert_int_equal(section->relocations[0].addend, i);
		assert_string_equal(file.symbols[section->relocations[0].symbol].name, "outside");
	}
	module_file_clear(&file);
}

static void what_diffobj_puts_out(void **state)
{
	_cleanup_free_ char *path = NULL;

	done(text_format(&path, "%s/u.o", (const char *)*state));
	for (size_t sections = 10; sections <= 20; sections++) {
		for (size_t padding = 0; padding < PADDINGS; padding++) {
			write_output(path, sections, padding);
			check_output(path, sections, padding);
		}
	}
	unlink(path);
}

static void a_failure_leaves_the_file_as_it_was(void **state)
{
	_cleanup_free_ char *path = NULL, *in_the_way = NULL;
	_cleanup_blob_ struct blob before = {0}, after = {0};
	struct symbol_map map = {0};

	done(text_format(&path, "%s/u.o", (const char *)*state));
	done(text_format(&in_the_way, "%s.new", path));
	make_object(path, FIRST_SECTIONS, 0, 1);
	done(file_read(path, MODULE_LIMIT, &before));
	assert_int_equal(mkdir(in_the_way, 0700), 0);
	map_symbols(&map);
	_cleanup_error_ struct lp_error *error = livepatch_resolve(path, &map);

	symbol_map_clear(&map);
	assert_non_null(error);
	assert_int_equal(rmdir(in_the_way), 0);
	done(file_read(path, MODULE_LIMIT, &after));
	assert_int_equal(after.size, before.size);
	assert_memory_equal(after.data, before.data, before.size);
	unlink(path);
}

/* The kernel was moved by 64 MiB. */
static const char kallsyms[] = "ffffffff85000000 T _stext\nffffffff85a00000 T _etext\n"
			       "ffffffff86000000 R __end_rodata\n";

static char *kallsyms_of(const char *folder)
{
	char *path;

	done(text_format(&path, "%s/kallsyms", folder));
	return path;
}

static int make_folder(void **state)
{
	char *folder = strdup("/tmp/lpatch-test.XXXXXX");

	assert_non_null(mkdtemp(folder));
	_cleanup_free_ char *list = kallsyms_of(folder);

	done(file_write(list, kallsyms, strlen(kallsyms)));
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	_cleanup_free_ char *list = kallsyms_of(*state);

	unlink(list);
	assert_int_equal(rmdir(*state), 0); /* nothing was left there */
	free(*state);
	return 0;
}

/* ld leaves addresses where a script names a section without the address 0. */
static void sections_lose_their_addresses(void **state)
{
	_cleanup_free_ char *path = NULL;
	const Elf64_Addr address = 0x40;
	struct module_file file;
	struct elf_edit edit;
	Elf64_Ehdr header;

	done(text_format(&path, "%s/u.o", (const char *)*state));
	make_object(path, FIRST_SECTIONS, 0, 1);
	_cleanup_fclose_ FILE *out = fopen(path, "r+");

	assert_non_null(out);
	assert_int_equal(fread(&header, sizeof(header), 1, out), 1);
	assert_int_equal(fseek(out,
			       (long)(header.e_shoff + 3 * sizeof(Elf64_Shdr) +
				      offsetof(Elf64_Shdr, sh_addr)),
			       SEEK_SET),
			 0);
	assert_int_equal(fwrite(&address, sizeof(address), 1, out), 1);
	assert_int_equal(fflush(out), 0);
	assert_null(elf_edit_open(path, &edit));
	assert_int_equal(edit.sections[3].header.sh_addr, address);
	assert_null(elf_edit_commit(&edit));
	elf_edit_close(&edit);
	read_object(path, &file);
	assert_int_equal(file.sections[3].header.sh_addr, 0);
	module_file_clear(&file);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(livepatch_relocations),
		cmocka_unit_test(absolute_symbols_and_their_values),
		cmocka_unit_test(renamed_and_added_symbols),
		cmocka_unit_test(what_diffobj_puts_out),
		cmocka_unit_test(a_failure_leaves_the_file_as_it_was),
		cmocka_unit_test(sections_lose_their_addresses),
	};

	return cmocka_run_group_tests_name("ELF writers", tests, make_folder, remove_folder);
}
