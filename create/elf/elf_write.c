// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/elf/elf_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/text.h"

/* Alignment of the table of section headers. */
#define TABLE_ALIGNMENT sizeof(Elf64_Off)

static size_t align_up(size_t offset, size_t alignment)
{
	return alignment > 1 ? (offset + alignment - 1) / alignment * alignment : offset;
}

/* Section after section, then their headers: nothing is left where it was. */
static void lay_out(struct elf_edit *edit)
{
	size_t end = sizeof(Elf64_Ehdr);

	for (size_t i = 1; i < edit->nr_sections; i++) {
		struct elf_edit_section *section = &edit->sections[i];

		end = align_up(end, section->header.sh_addralign);
		section->header.sh_offset = end;
		section->header.sh_size = section->size;
		if (section->header.sh_type != SHT_NOBITS)
			end += section->size;
	}
	edit->header.e_shoff = align_up(end, TABLE_ALIGNMENT);
}

/* Without contents, a section is only its header. */
static bool write_section(Elf *elf, const struct elf_edit_section *section)
{
	Elf_Scn *to = elf_newscn(elf);
	Elf64_Shdr *header = to ? elf64_getshdr(to) : NULL;

	if (!header)
		return false;
	*header = section->header;
	if (!section->data)
		return true;
	Elf_Data *data = elf_newdata(to);

	if (!data)
		return false;
	/* The bytes are in the file's format, so nothing is translated. */
	data->d_buf = section->data;
	data->d_size = section->size;
	data->d_type = ELF_T_BYTE;
	data->d_align = 1;
	data->d_version = EV_CURRENT;
	return true;
}

static bool write_all(Elf *elf, const struct elf_edit *edit)
{
	Elf64_Ehdr *header = elf64_newehdr(elf);

	/* With a layout of its own, the caller gets its own offsets and sizes, or an error. */
	if (!header || !elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT))
		return false;
	*header = edit->header;
	for (size_t i = 1; i < edit->nr_sections; i++) {
		if (!write_section(elf, &edit->sections[i]))
			return false;
	}
	return elf_update(elf, ELF_C_WRITE) >= 0;
}

static struct lp_error *write_file(const struct elf_edit *edit, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return lp_error_errno(errno, "can't write %s", path);
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
	struct lp_error *error = NULL;

	if (!elf || !write_all(elf, edit))
		error = lp_error_new(LP_INTERNAL, "can't write %s: %s", path, elf_errmsg(-1));
	elf_end(elf);
	if (close(fd) && !error)
		error = lp_error_errno(errno, "can't write %s", path);
	fd = -1;
	return error;
}

struct lp_error *elf_write(struct elf_edit *edit)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s.new", edit->path));
	lay_out(edit);
	struct lp_error *error = write_file(edit, path);

	if (!error && rename(path, edit->path))
		error = lp_error_errno(errno, "can't rename %s", path);
	if (error)
		unlink(path);
	return error;
}
