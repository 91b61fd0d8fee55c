// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/module_section.h"

#include <gelf.h>
#include <libelf.h>
#include <string.h>

static bool find(Elf *elf, const char *name, GElf_Shdr *header)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *found =
			gelf_getshdr(scn, header) ? elf_strptr(elf, names, header->sh_name) : NULL;

		if (found && !strcmp(found, name))
			return header->sh_type != SHT_NOBITS;
	}
	return false;
}

bool module_section_find(const struct blob *file, const char *name, struct blob *contents)
{
	elf_version(EV_CURRENT);
	Elf *elf = elf_memory((char *)file->data, file->size);
	GElf_Shdr header;
	bool found = find(elf, name, &header) && header.sh_offset <= file->size &&
		     header.sh_size <= file->size - header.sh_offset;

	elf_end(elf);
	if (found)
		*contents = (struct blob){file->data + header.sh_offset, header.sh_size};
	return found;
}
