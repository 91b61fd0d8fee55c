/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a kernel module whose file is in memory. */
#ifndef LPATCH_APPLY_MODULE_SECTION_H
#define LPATCH_APPLY_MODULE_SECTION_H

#include <stdbool.h>

#include "common/file.h"

/*
 * Finds the first section of that name. `contents` lies in the file, and is not to be freed.
 * False if there is none, its bytes are not in the file, or it is no ELF file.
 */
bool module_section_find(const struct blob *file, const char *name, struct blob *contents);

#endif
