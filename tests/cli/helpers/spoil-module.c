// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A library for LD_PRELOAD: of each module that is renamed from NAME.ko.new to
 * its final name, the last section header becomes garbage first, as libelf 0.188
 * left it now and then.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void spoil(const char *path)
{
	FILE *file = fopen(path, "r+");
	Elf64_Ehdr header;
	Elf64_Shdr garbage;

	memset(&garbage, 0x5e, sizeof(garbage));
	if (!file || fread(&header, sizeof(header), 1, file) != 1 ||
	    fseek(file, (long)(header.e_shoff + (header.e_shnum - 1) * sizeof(garbage)),
		  SEEK_SET) ||
	    fwrite(&garbage, sizeof(garbage), 1, file) != 1 || fclose(file))
		abort();
}

int rename(const char *from, const char *to)
{
	static const char suffix[] = ".ko.new";
	int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
	size_t length = strlen(from);

	if (length > strlen(suffix) && !strcmp(from + length - strlen(suffix), suffix))
		spoil(from);
	return real(from, to);
}
