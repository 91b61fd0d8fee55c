// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peek ADDRESS COUNT: prints that many bytes of the kernel's memory, in hexadecimal, from
 * /proc/kcore. Exit status 1, with the reason, if that is impossible.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_COUNT 4096

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "peek: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Where in the file the address is. */
static off_t find(int kcore, unsigned long addr)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (pread(kcore, &header, sizeof(header), 0) != sizeof(header))
		die("/proc/kcore");
	for (int i = 0; i < header.e_phnum; i++) {
		if (pread(kcore, &segment, sizeof(segment), header.e_phoff + i * sizeof(segment)) !=
		    sizeof(segment))
			die("/proc/kcore");
		if (segment.p_type == PT_LOAD && addr - segment.p_vaddr < segment.p_memsz)
			return segment.p_offset + (addr - segment.p_vaddr);
	}
	errno = ENXIO;
	die("the address");
}

int main(int argc, char **argv)
{
	unsigned char bytes[MAX_COUNT];
	unsigned long count;
	int kcore;

	if (argc != 3 || (count = strtoul(argv[2], NULL, 0)) > sizeof(bytes))
		return 2;
	kcore = open("/proc/kcore", O_RDONLY);
	if (kcore < 0 ||
	    pread(kcore, bytes, count, find(kcore, strtoul(argv[1], NULL, 16))) != (ssize_t)count)
		die("/proc/kcore");
	for (unsigned long i = 0; i < count; i++)
		printf("%02x%c", bytes[i], i + 1 < count ? ' ' : '\n');
	return 0;
}
