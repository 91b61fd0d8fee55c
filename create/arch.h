/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lpatch-create must know about the target's architecture. One file per
 * architecture implements this; arch_x86.c is the only one so far.
 */
#ifndef LPATCH_CREATE_ARCH_H
#define LPATCH_CREATE_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/kernel_image.h"
#include "object/object.h"

/* As `uname -m` prints it. */
extern const char arch_name[];

/* Its folder in the kernel source. */
extern const char arch_folder[];

/* Link-time addresses below this are not kernel addresses: per-cpu offsets, absolute values. */
extern const uint64_t arch_kernel_base;

/* What is known about its objects. */
const struct arch *arch_of_objects(void);

/* What a relocation leaves in the field it fills. */
struct arch_field arch_relocation_field(uint32_t type);

/*
 * The value in a field of a known kind, and putting one there: an address, or a distance if the
 * kind is relative. Bits that the relocation does not fill stay.
 */
uint64_t arch_read_field(uint32_t type, const uint8_t *bytes);
void arch_fill_field(uint32_t type, uint8_t *bytes, uint64_t value);

/*
 * Sites that the kernel rewrites at boot or run time. Calls `found` for every
 * site that the object's special sections name: the section it is in, its
 * offset there and its length, both in bytes. A site with an invalid table
 * entry is ignored.
 */
typedef void arch_site_found(void *context, const struct section *section, uint64_t offset,
			     uint64_t length);

void arch_rewritten_sites(const struct object *object, arch_site_found *found, void *context);

/* The same for the sites that the tables of a linked kernel name. */
typedef void arch_image_site_found(void *context, uint64_t address, uint64_t length);

void arch_image_sites(const struct kernel_image *image, arch_image_site_found *found,
		      void *context);

/*
 * True if the 4 bytes at `address`, whose content is `word`, may be the result
 * of a relocation that depends on where the kernel is loaded: an address in the
 * kernel, or the distance to something that doesn't move with it. In doubt it
 * returns true.
 */
bool arch_may_move(uint64_t address, uint32_t word);

/*
 * True if a relocation of that kind at `offset` of the code fills the distance of a direct call
 * or jump, by the instruction in front of it.
 */
bool arch_is_branch(uint32_t type, const unsigned char *code, uint64_t offset);

#endif
