/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel and its modules export, from Module.symvers: lines of
 * checksum, symbol, module, kind and namespace (scripts/mod/modpost.c, Linux 6.1).
 */
#ifndef LPATCH_CREATE_TARGET_EXPORTS_H
#define LPATCH_CREATE_TARGET_EXPORTS_H

#include <stdint.h>

#include "common/error.h"

struct exported_symbol {
	const char *name;
	const char *module;    /* path without .ko, "net/mdio/mdio_i2c", or "vmlinux" */
	const char *namespace; /* "" if none */
	uint32_t checksum;     /* of its type; 0 in a kernel without CONFIG_MODVERSIONS */
};

struct exports;

/* Reads the file; *exports is to be freed by exports_free(). */
struct lp_error *exports_read(const char *path, struct exports **exports);

void exports_free(struct exports *exports);

/* The exported symbol of that name, or NULL. Valid as long as `exports`. */
const struct exported_symbol *exports_find(const struct exports *exports, const char *name);

/* Its module as the kernel names it, without the path: "mdio_i2c", or "vmlinux". */
const char *exported_module(const struct exported_symbol *symbol);

/* The first exported symbol, *count in a row, by name. */
const struct exported_symbol *exports_all(const struct exports *exports, size_t *count);

static inline void cleanup_exports(struct exports **exports)
{
	exports_free(*exports);
}

#define _cleanup_exports_ _cleanup_(cleanup_exports)

#endif
