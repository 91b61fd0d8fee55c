/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contents of a kernel image: code and data at their link-time addresses,
 * symbols, build id, version. Read from the file in /boot of every host
 * (bzImage, with the kernel compressed by xz, zstd, gzip or lz4 inside) or from
 * a vmlinux. No debug information or System.map is needed.
 */
#ifndef LPATCH_COMMON_KERNEL_IMAGE_H
#define LPATCH_COMMON_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/symbol_table.h"

struct kernel_section {
	const char *name;
	uint64_t address;    /* link-time virtual address */
	uint64_t size;       /* bytes */
	uint64_t flags;      /* SHF_* of elf.h */
	uint32_t type;       /* SHT_* of elf.h */
	const uint8_t *data; /* size bytes; NULL for SHT_NOBITS */
};

struct kernel_image;

/*
 * Opens a bzImage or a vmlinux for x86-64. An error of status LP_INTERNAL says
 * what is wrong with the file; *image is NULL then. Symbols come from the ELF
 * symbol table of a vmlinux that has one, else from the kallsyms tables.
 */
struct lp_error *kernel_image_open(const char *path, struct kernel_image **image);

/*
 * The same from an ELF file in memory: the image takes ownership of the
 * malloc()ed `elf`, also after an error. Messages call it `name`.
 */
struct lp_error *kernel_image_open_elf(const char *name, uint8_t *elf, size_t size,
				       struct kernel_image **image);

void kernel_image_free(struct kernel_image *image);

/*
 * The `size` bytes at a link-time address, or NULL unless all of them are in
 * one section that has contents. Valid as long as the image.
 */
const uint8_t *kernel_image_bytes(const struct kernel_image *image, uint64_t address, size_t size);

/* How many bytes the section has from this address on; 0 for an address in no section. */
size_t kernel_image_available(const struct kernel_image *image, uint64_t address);

/* The sections, in file order. */
const struct kernel_section *kernel_image_sections(const struct kernel_image *image, size_t *count);

/* The first section of that name, or NULL. */
const struct kernel_section *kernel_image_section(const struct kernel_image *image,
						  const char *name);

/* The symbols; see common/symbol_table.h for how to search them. */
const struct symbol_table *kernel_image_symbols(const struct kernel_image *image);

/* The build id in lower-case hexadecimal; NULL if the image has none. */
const char *kernel_image_build_id(const struct kernel_image *image);

/* The link-time address of the build id's bytes; 0 if the image has none. */
uint64_t kernel_image_build_id_address(const struct kernel_image *image);

/* "Linux version 6.1.0-56-amd64 (...) ...", without a final newline; NULL if not found. */
const char *kernel_image_banner(const struct kernel_image *image);

/* The release, "6.1.0-56-amd64", from the banner; NULL if not found. */
const char *kernel_image_release(const struct kernel_image *image);

/* The (decompressed) ELF file, for a cache: a file with these bytes needs no decompression. */
const uint8_t *kernel_image_elf(const struct kernel_image *image, size_t *size);

static inline void cleanup_kernel_image(struct kernel_image **image)
{
	kernel_image_free(*image);
}

#define _cleanup_kernel_image_ _cleanup_(cleanup_kernel_image)

#endif
