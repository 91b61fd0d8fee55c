/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of one bundle, read; for module_files.c and module_symbols.c. */
#ifndef LPATCH_APPLY_MODULE_FILES_INTERNAL_H
#define LPATCH_APPLY_MODULE_FILES_INTERNAL_H

#include "apply/module_elf.h"
#include "common/bundle.h"
#include "common/text.h"

struct module_files {
	struct module_elf *modules; /* the core, the update, its parts */
	size_t count;
	struct text_list names;
};

/* Reads all of them; to be cleared in either case. LP_BAD_BUNDLE as module_elf_read(). */
struct lp_error *module_files_read(const struct bundle *bundle, struct module_files *files);

void module_files_clear(struct module_files *files);

#endif
