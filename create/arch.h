/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lpatch-create must know about the target's architecture. One file per
 * architecture implements this; arch_x86.c is the only one so far.
 */
#ifndef LPATCH_CREATE_ARCH_H
#define LPATCH_CREATE_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "diffobj/object.h"

/* As `uname -m` prints it. */
extern const char arch_name[];

/* Link-time addresses below this one are no kernel addresses: per-cpu offsets, absolute values. */
extern const uint64_t arch_kernel_base;

/* What a relocation leaves in the field it fills. */
struct arch_field {
	unsigned int size; /* bytes; 0 for a kind that is not known, or fills nothing */
	bool nothing;      /* fills nothing: only says that the symbol is needed */
	bool relative;     /* counted from the field itself */
	bool sign_extended;
};

struct arch_field arch_relocation_field(uint32_t type);

/*
 * Sites that the kernel rewrites at boot or run time. Calls `found` for every
 * site that the object's special sections name: the section it is in, its
 * offset there and its length, both in bytes. A site whose table entry makes
 * no sense is passed over.
 */
typedef void arch_site_found(void *context, const struct section *section, uint64_t offset,
			     uint64_t length);

void arch_rewritten_sites(const struct object *object, arch_site_found *found, void *context);

#endif
