/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels small enough to be made by a test: an ELF file with .text, .rodata
 * with kallsyms tables in one of the known orders, .notes and .bss; packed as a
 * bzImage if wanted. Every error fails the test.
 */
#ifndef LPATCH_TESTS_TINY_KERNEL_H
#define LPATCH_TESTS_TINY_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_ADDRESS   0xffffffff81000000ull
#define RODATA_ADDRESS 0xffffffff82000000ull
#define NOTES_ADDRESS  0xffffffff82800000ull
#define TEXT_SIZE      8192
#define SYMBOLS        600 /* more than two markers' worth */
#define BANNER         "Linux version 6.1.0-test (who@where) #1\n"

/* A growing buffer; its owner frees data. */
struct buffer {
	uint8_t *data;
	size_t size;
};

enum order {
	OFFSETS_FIRST,         /* Linux 6.1, with seqs_of_names */
	OFFSETS_FIRST_NO_SEQS, /* Linux 6.1 before 6.1.22 or so */
	OFFSETS_LAST,          /* Linux 6.4 and later */
	OFFSETS_LAST_UNSIGNED, /* without CONFIG_KALLSYMS_ABSOLUTE_PERCPU */
	ADDRESSES_FIRST,       /* without CONFIG_KALLSYMS_BASE_RELATIVE */
	ORDERS,
};

struct test_symbol {
	uint64_t address;
	char name[300]; /* type first */
};

/* The SYMBOLS symbols that a kernel of that order holds. */
void make_symbols(struct test_symbol *symbols, enum order order);

/* An ELF file. */
struct buffer make_vmlinux(enum order order);

enum packing { XZ, ZSTD, GZIP, LZ4, BZIP2, PACKINGS };

/* A bzImage around it; with BZIP2 only the magic number is there. */
struct buffer make_bzimage(const struct buffer *vmlinux, enum packing packing);

#endif
