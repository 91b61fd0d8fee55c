/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer harness for the object differ. An input is two object files behind
 * each other, after four bytes that say how long the first is. Half of the
 * mutations change single fields of ELF headers, symbols and relocations, so
 * that most inputs get past the first checks.
 */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "diffobj/diffobj.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* A file in memory with that content; its name in *path. */
static int make_file(const uint8_t *data, size_t size, char *path, size_t path_size)
{
	int fd = memfd_create("object", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, path_size, "/proc/self/fd/%d", fd);
	return fd;
}

/* Where the second object begins. */
static size_t first_size(const uint8_t *data, size_t size)
{
	uint32_t length;

	memcpy(&length, data, 4);
	return length < size - 4 ? length : size - 4;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char original[40], patched[40], output[40];
	struct diffobj_options options = {};
	struct diffobj_result *result;

	if (size < 4)
		return 0;

	size_t length = first_size(data, size);
	int first = make_file(data + 4, length, original, sizeof(original));
	int second = make_file(data + 4 + length, size - 4 - length, patched, sizeof(patched));

	int third = make_file(data, 0, output, sizeof(output));

	options.skip_init = length & 1;

	struct lp_error *error = diffobj_run(original, patched, output, &options, &result);

	lp_error_free(error);
	if (!error)
		diffobj_result_free(result);
	close(first);
	close(second);
	close(third);
	return 0;
}

/* Values that are at the edge of something. */
static uint64_t edge(unsigned int random, uint64_t size)
{
	static const int64_t edges[] = {0,         1,         -1,         4,         -4,       8,
					INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN};

	switch (random % 4) {
	case 0:
		return (uint64_t)edges[random / 4 % (sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return size - random / 4 % 9;
	case 2:
		return size + random / 4 % 9;
	default:
		return size ? random / 4 % size : random;
	}
}

/* Replaces one field of a table of records, `width` bytes each, fields as listed. */
static void change_field(uint8_t *table, size_t size, size_t width, unsigned int random)
{
	size_t number = size / width;

	if (!number)
		return;

	uint8_t *record = table + random % number * width;
	size_t field = (size_t)rand() % (width / 4) * 4;
	size_t length = rand() % 2 && field + 8 <= width ? 8 : 4;
	uint64_t value = edge((unsigned int)rand(), (uint64_t)(rand() % 2 ? size : number));

	memcpy(record + field, &value, length);
}

/* Changes one field of one object. */
static void change_object(uint8_t *object, size_t size, unsigned int random)
{
	Elf64_Ehdr header;
	Elf64_Shdr section;

	if (size < sizeof(header))
		return;
	memcpy(&header, object, sizeof(header));
	if (header.e_shoff > size || header.e_shnum > (size - header.e_shoff) / sizeof(section) ||
	    !header.e_shnum)
		return;

	size_t index = random % header.e_shnum;

	if (rand() % 3 == 0) {
		change_field(object + header.e_shoff, header.e_shnum * sizeof(section),
			     sizeof(section), (unsigned int)rand());
		return;
	}
	/* Symbols and relocations are the most interesting: look for one of them. */
	for (int tries = 0; tries < 8; tries++) {
		memcpy(&section, object + header.e_shoff + index * sizeof(section),
		       sizeof(section));
		if (section.sh_type == SHT_SYMTAB || section.sh_type == SHT_RELA)
			break;
		index = (size_t)rand() % header.e_shnum;
	}
	if (section.sh_offset > size || section.sh_size > size - section.sh_offset)
		return;
	if (section.sh_type == SHT_SYMTAB || section.sh_type == SHT_RELA)
		change_field(object + section.sh_offset, section.sh_size, sizeof(Elf64_Sym),
			     (unsigned int)rand());
	else if (section.sh_size)
		object[section.sh_offset + (size_t)rand() % section.sh_size] ^=
			(uint8_t)(1 << rand() % 8);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	srand(seed);
	if (size < 4 || seed % 2)
		return LLVMFuzzerMutate(data, size, max_size);

	size_t length = first_size(data, size);

	for (int changes = rand() % 3; changes >= 0; changes--) {
		if (rand() % 2)
			change_object(data + 4, length, (unsigned int)rand());
		else
			change_object(data + 4 + length, size - 4 - length, (unsigned int)rand());
	}
	return size;
}
