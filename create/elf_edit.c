// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/elf_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static struct lp_error *elf_failure(const struct elf_edit *edit, const char *what)
{
	return lp_error_new(LP_INTERNAL, "%s: can't %s: %s", edit->path, what, elf_errmsg(-1));
}

static struct lp_error *find_tables(struct elf_edit *edit)
{
	Elf_Scn *section = NULL;

	if (elf_getshdrstrndx(edit->elf, &edit->shstrtab))
		return elf_failure(edit, "find the names of sections");
	while ((section = elf_nextscn(edit->elf, section))) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB ||
		    !header.sh_entsize)
			continue;
		edit->symtab = elf_ndxscn(section);
		edit->strtab = header.sh_link;
		edit->nr_symbols = header.sh_size / header.sh_entsize;
		return NULL;
	}
	return lp_error_new(LP_INTERNAL, "%s has no symbol table", edit->path);
}

struct lp_error *elf_edit_open(const char *path, struct elf_edit *edit)
{
	*edit = (struct elf_edit){.path = path, .fd = open(path, O_RDWR | O_CLOEXEC)};
	if (edit->fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	elf_version(EV_CURRENT);
	edit->elf = elf_begin(edit->fd, ELF_C_RDWR, NULL);
	if (!edit->elf)
		return elf_failure(edit, "read it");
	return find_tables(edit);
}

struct lp_error *elf_edit_commit(struct elf_edit *edit)
{
	if (elf_update(edit->elf, ELF_C_WRITE) < 0)
		return elf_failure(edit, "write it");
	return NULL;
}

void elf_edit_close(struct elf_edit *edit)
{
	elf_end(edit->elf);
	if (edit->fd >= 0)
		close(edit->fd);
	for (size_t i = 0; i < edit->nr_owned; i++)
		free(edit->owned[i]);
	free(edit->owned);
	*edit = (struct elf_edit){.fd = -1};
}

/* A buffer of `size` zero bytes that lives as long as the edit; NULL without memory. */
static void *own_buffer(struct elf_edit *edit, size_t size)
{
	void **owned = reallocarray(edit->owned, edit->nr_owned + 1, sizeof(*owned));

	if (!owned)
		return NULL;
	edit->owned = owned;
	owned[edit->nr_owned] = calloc(1, size ? size : 1);
	return owned[edit->nr_owned] ? owned[edit->nr_owned++] : NULL;
}

/* Adds a block of contents to a section, `offset` bytes from its begin. */
static struct lp_error *add_block(struct elf_edit *edit, Elf_Scn *section, size_t offset,
				  const void *bytes, size_t size, Elf_Type type)
{
	void *buffer = own_buffer(edit, size);
	Elf_Data *data = buffer ? elf_newdata(section) : NULL;

	if (!data)
		return lp_error_no_memory();
	memcpy(buffer, bytes, size);
	*data = (Elf_Data){
		.d_buf = buffer,
		.d_type = type,
		.d_size = size,
		.d_off = offset,
		.d_align = 1,
		.d_version = EV_CURRENT,
	};
	return NULL;
}

/* Puts `size` bytes behind the contents of a section; *offset is where they begin. */
static struct lp_error *append(struct elf_edit *edit, size_t index, const void *bytes, size_t size,
			       Elf_Type type, size_t *offset)
{
	Elf_Scn *section = elf_getscn(edit->elf, index);
	Elf_Data *data = NULL;

	if (!section)
		return elf_failure(edit, "find a section");
	/* The size in the section's header lags behind until the file is written. */
	*offset = 0;
	while ((data = elf_getdata(section, data)))
		*offset = data->d_off + data->d_size;
	return add_block(edit, section, *offset, bytes, size, type);
}

static struct lp_error *add_name(struct elf_edit *edit, size_t table, const char *name,
				 size_t *offset)
{
	return append(edit, table, name, strlen(name) + 1, ELF_T_BYTE, offset);
}

/* The data block that holds symbol *index, which becomes the index within the block. */
static Elf_Data *symbol_block(struct elf_edit *edit, size_t *index)
{
	Elf_Scn *section = elf_getscn(edit->elf, edit->symtab);
	Elf_Data *data = NULL;

	while ((data = elf_getdata(section, data))) {
		size_t count = data->d_size / sizeof(Elf64_Sym);

		if (*index < count)
			return data;
		*index -= count;
	}
	return NULL;
}

/*
 * A name in the table of strings, or NULL. elf_strptr() does not know those that
 * were added since the file was read.
 */
static const char *find_name(struct elf_edit *edit, size_t offset)
{
	Elf_Scn *section = elf_getscn(edit->elf, edit->strtab);
	Elf_Data *data = NULL;

	while ((data = elf_getdata(section, data))) {
		size_t within = offset - data->d_off;

		if (offset >= (size_t)data->d_off && within < data->d_size &&
		    memchr((char *)data->d_buf + within, '\0', data->d_size - within))
			return (const char *)data->d_buf + within;
	}
	return NULL;
}

struct lp_error *elf_edit_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				 const char **name)
{
	size_t within = index;
	Elf_Data *data = symbol_block(edit, &within);

	if (!data || !gelf_getsym(data, within, symbol))
		return elf_failure(edit, "read a symbol");
	*name = find_name(edit, symbol->st_name);
	return *name ? NULL : elf_failure(edit, "read the name of a symbol");
}

struct lp_error *elf_edit_set_symbol(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				     const char *name)
{
	size_t within = index, offset;
	Elf_Data *data = symbol_block(edit, &within);

	if (name) {
		lp_try(add_name(edit, edit->strtab, name, &offset));
		symbol->st_name = offset;
	}
	if (!data || !gelf_update_sym(data, within, symbol))
		return elf_failure(edit, "change a symbol");
	elf_flagdata(data, ELF_C_SET, ELF_F_DIRTY);
	return NULL;
}

struct lp_error *elf_edit_add_symbol(struct elf_edit *edit, GElf_Sym *symbol, const char *name)
{
	size_t offset, ignored;

	lp_try(add_name(edit, edit->strtab, name, &offset));
	symbol->st_name = offset;
	/* GElf_Sym is Elf64_Sym; only 64-bit targets are supported. */
	lp_try(append(edit, edit->symtab, symbol, sizeof(*symbol), ELF_T_SYM, &ignored));
	edit->nr_symbols++;
	return NULL;
}

struct lp_error *elf_edit_add_section(struct elf_edit *edit, const char *name,
				      const GElf_Shdr *header, const void *data, size_t size,
				      Elf_Type type)
{
	size_t offset;
	GElf_Shdr written = *header;

	lp_try(add_name(edit, edit->shstrtab, name, &offset));
	Elf_Scn *section = elf_newscn(edit->elf);

	if (!section)
		return elf_failure(edit, "add a section");
	written.sh_name = offset;
	if (!gelf_update_shdr(section, &written))
		return elf_failure(edit, "add a section");
	return add_block(edit, section, 0, data, size, type);
}
