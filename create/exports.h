/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What vmlinux exports to modules, from Module.symvers: lines of checksum,
 * symbol, module, kind and namespace (scripts/mod/modpost.c, Linux 6.1).
 */
#ifndef LPATCH_CREATE_EXPORTS_H
#define LPATCH_CREATE_EXPORTS_H

#include <stdbool.h>

#include "common/error.h"

struct exports;

/* Reads the file; *exports is to be freed by exports_free(). */
struct lp_error *exports_read(const char *path, struct exports **exports);

void exports_free(struct exports *exports);

/* True if a module may use the symbol of vmlinux without importing a namespace. */
bool exports_has(const struct exports *exports, const char *name);

#endif
