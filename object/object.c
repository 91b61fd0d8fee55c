/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a relocatable object. libelf maps the file and, in this machine's own
 * byte order, converts nothing, so that only what is read takes time.
 */
#include "object/object.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* No section of a kernel object is larger, not even .bss: 256 MiB. */
#define SECTION_SIZE_MAX ((uint64_t)1 << 28)

static struct lp_error *malformed(const struct object *object, const char *what, size_t index)
{
	return lp_error_new(LP_INTERNAL, "%s is a damaged object file: %s %zu", object->path, what,
			    index);
}

/* A terminated string at `offset` of a string table; NULL if there is none. */
static const char *string_at(const Elf_Data *table, uint64_t offset)
{
	if (!table->d_buf || offset >= table->d_size ||
	    !memchr((const char *)table->d_buf + offset, 0, table->d_size - offset))
		return NULL;
	return (const char *)table->d_buf + offset;
}

/* The strings of section `index`; NULL if it is no string table. */
static const Elf_Data *string_table(struct object *object, size_t index)
{
	Elf_Scn *scn = elf_getscn(object->elf, index);
	const Elf64_Shdr *header = scn ? elf64_getshdr(scn) : NULL;

	if (!header || header->sh_type != SHT_STRTAB)
		return NULL;
	return elf_rawdata(scn, NULL);
}

static bool is_debug(const char *name)
{
	return !strncmp(name, ".debug_", 7) || !strncmp(name, ".zdebug_", 8);
}

/* Whether a stage may read the content. */
static bool has_content(const struct section *section)
{
	return section->type != SHT_NOBITS && section->type != SHT_NULL && section->size &&
	       !is_debug(section->name) && !(section->flags & SHF_COMPRESSED);
}

static struct lp_error *read_section(struct object *object, Elf_Scn *scn, size_t index,
				     const Elf_Data *names)
{
	struct section *section = &object->sections[index];
	const Elf64_Shdr *header = elf64_getshdr(scn);

	if (!header)
		return malformed(object, "no header for section", index);
	*section = (struct section){
		.arch = object->arch,
		.name = string_at(names, header->sh_name),
		.index = (uint32_t)index,
		.type = header->sh_type,
		.flags = header->sh_flags,
		.align = header->sh_addralign ? header->sh_addralign : 1,
		.entsize = header->sh_entsize,
		.size = header->sh_size,
	};
	if (!section->name)
		return malformed(object, "no name for section", index);
	if (section->size > SECTION_SIZE_MAX)
		return malformed(object, "no sane size for section", index);
	if ((section->align & (section->align - 1)) || section->align > 1 << 21)
		return malformed(object, "no sane alignment for section", index);
	if (!has_content(section))
		return NULL;

	const Elf_Data *data = elf_rawdata(scn, NULL);

	if (!data || !data->d_buf || data->d_size != section->size)
		return malformed(object, "no content for section", index);
	section->data = data->d_buf;
	return NULL;
}

static struct lp_error *read_sections(struct object *object)
{
	size_t number, names_index;

	if (elf_getshdrnum(object->elf, &number) || !number ||
	    elf_getshdrstrndx(object->elf, &names_index))
		return malformed(object, "section headers can't be read, errors:", 1);

	const Elf_Data *names = string_table(object, names_index);

	if (!names)
		return malformed(object, "no section names in section", names_index);
	object->sections = arena_array(&object->arena, number, sizeof(*object->sections));
	if (!object->sections)
		return lp_error_no_memory();
	object->nr_sections = number;
	object->sections[0].name = "";
	for (size_t i = 1; i < number; i++) {
		Elf_Scn *scn = elf_getscn(object->elf, i);

		if (!scn)
			return malformed(object, "can't read section", i);
		lp_try(read_section(object, scn, i, names));
	}
	return NULL;
}

static struct lp_error *read_symbol(struct object *object, const Elf64_Sym *from, size_t index,
				    const Elf_Data *names)
{
	struct symbol *symbol = &object->symbols[index];
	unsigned int place = from->st_shndx;

	*symbol = (struct symbol){
		.name = string_at(names, from->st_name),
		.value = from->st_value,
		.size = from->st_size,
		.index = (uint32_t)index,
		.type = ELF64_ST_TYPE(from->st_info),
		.bind = ELF64_ST_BIND(from->st_info),
		.undefined = place == SHN_UNDEF,
	};
	if (!symbol->name)
		return malformed(object, "no name for symbol", index);
	if (place == SHN_UNDEF || place == SHN_ABS || place == SHN_COMMON)
		return NULL;
	if (place >= object->nr_sections)
		return malformed(object, "no section for symbol", index);
	symbol->section = &object->sections[place];
	if (symbol->value > symbol->section->size ||
	    symbol->size > symbol->section->size - symbol->value)
		return malformed(object, "outside of its section is symbol", index);
	if (symbol->type == STT_SECTION) {
		symbol->section->symbol = symbol;
		symbol->name = symbol->section->name;
	}
	return NULL;
}

/* The section header of the only symbol table; *index is its index. */
static const Elf64_Shdr *symbol_table(struct object *object, size_t *index)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		if (object->sections[i].type != SHT_SYMTAB)
			continue;
		*index = i;
		return elf64_getshdr(elf_getscn(object->elf, i));
	}
	return NULL;
}

static struct lp_error *read_symbols(struct object *object, size_t *table_index)
{
	const Elf64_Shdr *header = symbol_table(object, table_index);

	/* If the configuration leaves nothing of a source, its object has no symbols either. */
	if (!header)
		return NULL;

	const Elf_Data *names = string_table(object, header->sh_link);
	const Elf_Data *data = elf_getdata(elf_getscn(object->elf, *table_index), NULL);

	if (!names || !data || !data->d_buf || data->d_type != ELF_T_SYM ||
	    data->d_size % sizeof(Elf64_Sym))
		return malformed(object, "no symbols in section", *table_index);

	size_t number = data->d_size / sizeof(Elf64_Sym);

	object->symbols = arena_array(&object->arena, number, sizeof(*object->symbols));
	if (!object->symbols)
		return lp_error_no_memory();
	object->nr_symbols = number;
	for (size_t i = 0; i < number; i++)
		lp_try(read_symbol(object, (const Elf64_Sym *)data->d_buf + i, i, names));
	return NULL;
}

static int by_offset(const void *left, const void *right)
{
	const struct reloc *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* objtool appends its own after those of the compiler; otherwise they are in order. */
static void sort_relocs(struct section *section)
{
	for (size_t i = 1; i < section->nr_relocs; i++)
		if (section->relocs[i].offset < section->relocs[i - 1].offset) {
			qsort(section->relocs, section->nr_relocs, sizeof(*section->relocs),
			      by_offset);
			return;
		}
}

/*
 * A field of 64 bits may hold a physical address: that of a symbol minus
 * __START_KERNEL_map, which is an addend of 2 GiB (arch/x86/include/asm/page_64.h,
 * Linux 6.1). The limit keeps sums of them from overflowing.
 */
static bool addend_is_sound(const struct reloc *reloc, const struct arch_field *field)
{
	int64_t limit = field->size == 8 ? (int64_t)1 << 40 : INT32_MAX;

	return reloc->addend <= limit && reloc->addend >= -limit - 1;
}

static struct lp_error *read_relocs(struct object *object, size_t index, size_t table_index)
{
	Elf_Scn *scn = elf_getscn(object->elf, index);
	const Elf64_Shdr *header = elf64_getshdr(scn);

	if (!header || header->sh_info >= object->nr_sections || !header->sh_info)
		return malformed(object, "no section to relocate for section", index);

	struct section *section = &object->sections[header->sh_info];

	if (is_debug(section->name))
		return NULL;
	if (header->sh_link != table_index)
		return malformed(object, "another symbol table for section", index);

	const Elf_Data *data = elf_getdata(scn, NULL);

	if (section->relocs || !section->data || !data || data->d_type != ELF_T_RELA ||
	    data->d_size % sizeof(Elf64_Rela))
		return malformed(object, "relocations make no sense in section", index);
	if (!data->d_size)
		return NULL;

	size_t number = data->d_size / sizeof(Elf64_Rela);
	const Elf64_Rela *from = data->d_buf;

	section->relocs = arena_array(&object->arena, number, sizeof(*section->relocs));
	if (!section->relocs)
		return lp_error_no_memory();
	for (size_t i = 0; i < number; i++) {
		struct reloc *reloc = &section->relocs[section->nr_relocs];
		uint64_t symbol = ELF64_R_SYM(from[i].r_info);
		const struct arch_field field = object->arch->field(ELF64_R_TYPE(from[i].r_info));

		if (field.nothing)
			continue;
		*reloc = (struct reloc){
			.offset = (uint32_t)from[i].r_offset,
			.type = ELF64_R_TYPE(from[i].r_info),
			.addend = from[i].r_addend,
		};
		if (symbol >= object->nr_symbols || from[i].r_offset >= section->size ||
		    section->size - from[i].r_offset < field.size ||
		    !addend_is_sound(reloc, &field))
			return malformed(object, "relocations out of range in section", index);
		reloc->symbol = &object->symbols[symbol];
		section->nr_relocs++;
	}
	sort_relocs(section);
	return NULL;
}

static struct lp_error *check_kind(struct object *object)
{
	const Elf64_Ehdr *header =
		elf_kind(object->elf) == ELF_K_ELF ? elf64_getehdr(object->elf) : NULL;

	if (!header || header->e_type != ET_REL || header->e_ident[EI_DATA] != ELFDATA2LSB)
		return lp_error_new(LP_INTERNAL, "%s is not a relocatable object of 64 bits",
				    object->path);
	object->arch = arch_of_machine(header->e_machine);
	if (!object->arch)
		return lp_error_new(LP_INTERNAL,
				    "%s is for an architecture that is not known (e_machine %u)",
				    object->path, header->e_machine);
	return NULL;
}

struct lp_error *object_open(const char *path, struct object *object)
{
	size_t table_index = 0;

	*object = (struct object){.path = path, .fd = -1};
	elf_version(EV_CURRENT);
	object->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (object->fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	object->elf = elf_begin(object->fd, ELF_C_READ_MMAP, NULL);
	if (!object->elf)
		return lp_error_new(LP_INTERNAL, "can't read %s: %s", path, elf_errmsg(-1));
	lp_try(check_kind(object));
	lp_try(read_sections(object));
	lp_try(read_symbols(object, &table_index));
	for (size_t i = 1; i < object->nr_sections; i++) {
		if (object->sections[i].type == SHT_REL)
			return malformed(object, "relocations without addends in section", i);
		if (object->sections[i].type == SHT_RELA)
			lp_try(read_relocs(object, i, table_index));
	}
	return NULL;
}

void object_close(struct object *object)
{
	if (object->elf)
		elf_end(object->elf);
	if (object->fd >= 0)
		close(object->fd);
	arena_release(&object->arena);
	*object = (struct object){.fd = -1};
}

struct reloc *section_relocs(const struct section *section, uint64_t begin, uint64_t end,
			     size_t *number)
{
	size_t low = 0, high = section->nr_relocs;

	*number = 0;
	if (!high)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->relocs[middle].offset < begin)
			low = middle + 1;
		else
			high = middle;
	}
	high = low;
	while (high < section->nr_relocs && section->relocs[high].offset < end)
		high++;
	*number = high - low;
	return section->relocs + low;
}
