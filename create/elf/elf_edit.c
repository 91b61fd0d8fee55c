// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/elf/elf_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "create/elf/elf_write.h"

static struct lp_error *elf_failure(const struct elf_edit *edit, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: can't %s: %s", edit->path, what, elf_errmsg(-1));
}

static struct lp_error *bad_file(const struct elf_edit *edit, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s %s", edit->path, what);
}

static struct lp_error *read_section(struct elf_edit *edit, Elf_Scn *from,
				     struct elf_edit_section *to)
{
	const Elf64_Shdr *header = elf64_getshdr(from);

	if (!header)
		return elf_failure(edit, "read a section's header");
	to->header = *header;
	to->size = header->sh_size;
	if (header->sh_type == SHT_NOBITS || !header->sh_size)
		return NULL;
	/* Raw: the bytes of the file, which is little-endian like us. */
	const Elf_Data *data = elf_rawdata(from, NULL);

	if (!data || data->d_size != header->sh_size)
		return elf_failure(edit, "read a section");
	to->data = malloc(data->d_size);
	if (!to->data)
		return lp_error_no_memory();
	memcpy(to->data, data->d_buf, data->d_size);
	return NULL;
}

static struct lp_error *read_sections(struct elf_edit *edit, Elf *elf)
{
	size_t count;

	if (elf_getshdrnum(elf, &count) || elf_getshdrstrndx(elf, &edit->shstrtab))
		return elf_failure(edit, "find the sections");
	edit->sections = calloc(count + 1, sizeof(*edit->sections));
	if (!edit->sections)
		return lp_error_no_memory();
	edit->nr_sections = count;
	for (size_t i = 1; i < count; i++)
		lp_try(read_section(edit, elf_getscn(elf, i), &edit->sections[i]));
	return NULL;
}

static struct lp_error *find_tables(struct elf_edit *edit)
{
	for (size_t i = 1; i < edit->nr_sections; i++) {
		const Elf64_Shdr *header = &edit->sections[i].header;

		if (header->sh_type != SHT_SYMTAB)
			continue;
		edit->symtab = i;
		edit->strtab = header->sh_link;
		edit->nr_symbols = edit->sections[i].size / sizeof(Elf64_Sym);
	}
	if (!edit->symtab)
		return bad_file(edit, "has no symbol table");
	if (edit->strtab >= edit->nr_sections || edit->shstrtab >= edit->nr_sections)
		return bad_file(edit, "has no names");
	return NULL;
}

static struct lp_error *read_file(struct elf_edit *edit, int fd)
{
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return elf_failure(edit, "read it");
	const Elf64_Ehdr *header = elf64_getehdr(elf);
	struct lp_error *error = NULL;

	if (!header)
		error = elf_failure(edit, "read it");
	else if (header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_type != ET_REL)
		error = bad_file(edit, "is no relocatable object of the target");
	if (!error) {
		edit->header = *header;
		error = read_sections(edit, elf);
	}
	elf_end(elf);
	return error;
}

struct lp_error *elf_edit_open(const char *path, struct elf_edit *edit)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	*edit = (struct elf_edit){.path = path};
	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	lp_try(read_file(edit, fd));
	return find_tables(edit);
}

/*
 * A relocatable file has no addresses: values of symbols and places of relocations count from the
 * start of their section, and the kernel's loader overwrites sh_addr (rewrite_section_headers() in
 * kernel/module/main.c, Linux 6.1). scripts/module.lds.S of Linux 6.12.117 names sections without
 * the address 0, so that ld counts on, .data for one (include/asm-generic/codetag.lds.h).
 */
static void clear_addresses(struct elf_edit *edit)
{
	for (size_t i = 1; i < edit->nr_sections; i++)
		edit->sections[i].header.sh_addr = 0;
}

struct lp_error *elf_edit_commit(struct elf_edit *edit)
{
	clear_addresses(edit);
	/* From there on section numbers have other meanings, and are stored elsewhere. */
	if (edit->nr_sections >= SHN_LORESERVE)
		return bad_file(edit, "has too many sections");
	return elf_write(edit);
}

void elf_edit_close(struct elf_edit *edit)
{
	for (size_t i = 0; i < edit->nr_sections; i++)
		free(edit->sections[i].data);
	free(edit->sections);
	*edit = (struct elf_edit){0};
}

/* Puts `size` bytes after the contents of a section; *offset is where they begin. */
static struct lp_error *append(struct elf_edit *edit, size_t index, const void *bytes, size_t size,
			       size_t *offset)
{
	struct elf_edit_section *section = &edit->sections[index];
	unsigned char *data = realloc(section->data, section->size + size + 1);

	if (!data)
		return lp_error_no_memory();
	memcpy(data + section->size, bytes, size);
	section->data = data;
	*offset = section->size;
	section->size += size;
	return NULL;
}

static struct lp_error *add_name(struct elf_edit *edit, size_t table, const char *name,
				 size_t *offset)
{
	return append(edit, table, name, strlen(name) + 1, offset);
}

/* A name in a table of strings, or NULL. */
static const char *find_name(const struct elf_edit *edit, size_t table, size_t offset)
{
	const struct elf_edit_section *names = &edit->sections[table];

	if (!names->data || offset >= names->size ||
	    !memchr(names->data + offset, '\0', names->size - offset))
		return NULL;
	return (const char *)names->data + offset;
}

const char *elf_edit_section_name(const struct elf_edit *edit, size_t index)
{
	return find_name(edit, edit->shstrtab, edit->sections[index].header.sh_name);
}

static Elf64_Sym *symbol_at(struct elf_edit *edit, size_t index)
{
	return index < edit->nr_symbols ? (Elf64_Sym *)edit->sections[edit->symtab].data + index
					: NULL;
}

struct lp_error *elf_edit_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				 const char **name)
{
	const Elf64_Sym *from = symbol_at(edit, index);

	if (!from)
		return bad_file(edit, "has no such symbol");
	*symbol = *from;
	*name = find_name(edit, edit->strtab, symbol->st_name);
	return *name ? NULL : bad_file(edit, "has a symbol without a name");
}

struct lp_error *elf_edit_set_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				     const char *name)
{
	Elf64_Sym *to = symbol_at(edit, index);
	size_t offset;

	if (!to)
		return bad_file(edit, "has no such symbol");
	if (name) {
		lp_try(add_name(edit, edit->strtab, name, &offset));
		symbol->st_name = offset;
	}
	*to = *symbol;
	return NULL;
}

struct lp_error *elf_edit_add_symbol(struct elf_edit *edit, GElf_Sym *symbol, const char *name)
{
	size_t offset, ignored;

	lp_try(add_name(edit, edit->strtab, name, &offset));
	symbol->st_name = offset;
	/* GElf_Sym is Elf64_Sym; only 64-bit targets are supported. */
	lp_try(append(edit, edit->symtab, symbol, sizeof(*symbol), &ignored));
	edit->nr_symbols++;
	return NULL;
}

static struct lp_error *grow_sections(struct elf_edit *edit)
{
	struct elf_edit_section *sections =
		reallocarray(edit->sections, edit->nr_sections + 1, sizeof(*sections));

	if (!sections)
		return lp_error_no_memory();
	edit->sections = sections;
	sections[edit->nr_sections++] = (struct elf_edit_section){0};
	return NULL;
}

struct lp_error *elf_edit_add_section(struct elf_edit *edit, const char *name,
				      const Elf64_Shdr *header, const void *data, size_t size)
{
	size_t offset, ignored;

	lp_try(add_name(edit, edit->shstrtab, name, &offset));
	lp_try(grow_sections(edit));
	struct elf_edit_section *added = &edit->sections[edit->nr_sections - 1];

	added->header = *header;
	added->header.sh_name = offset;
	return append(edit, edit->nr_sections - 1, data, size, &ignored);
}
