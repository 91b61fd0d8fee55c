/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of an update module for the core, as read back: entries and fields. */
#ifndef LPATCH_CREATE_BUNDLE_READBACK_TABLES_H
#define LPATCH_CREATE_BUNDLE_READBACK_TABLES_H

#include "create/bundle/readback_module.h"

/*
 * The tables as core-module/lpatch.h has them, on x86-64. Pointers are empty in
 * the file: relocations fill them.
 */
struct table_text {
	uint64_t name, addr;
	uint32_t size, unused;
	uint64_t expect, mask;
};

struct table_func {
	uint64_t object;
	struct table_text old, old_cold;
	uint64_t new_addr;
	uint32_t new_size, unused;
};

struct table_rewrite {
	uint64_t name, addr;
	uint32_t size, unused;
	uint64_t old_bytes, old_mask, new_bytes;
};

struct table_hook {
	uint32_t kind, set;
	uint64_t source, function, entry;
};

struct table_outlives {
	uint64_t name, where, text;
};

/* A table, or one entry of it, in the module. */
struct table_place {
	const struct linked_module *module;
	const char *what; /* it is about, for messages */
	uint32_t section;
	uint64_t offset; /* bytes from the section's start */
};

const struct module_section *table_section(const struct table_place *place);

/* LP_INTERNAL: file, section and entry, and `what` is wrong with it. */
struct lp_error *table_fault(const struct table_place *place, const char *what);

/* The target of the pointer `field` bytes after the place. */
struct link_target table_pointer(const struct table_place *place, size_t field);

/* Checks that the pointer leads there; `what` names it in the message. */
struct lp_error *table_check_pointer(const struct table_place *place, size_t field,
				     const struct link_target *wanted, const char *what);

/* Checks that the pointer leads to these bytes, or to this string. */
struct lp_error *table_check_bytes(const struct table_place *place, size_t field,
				   const void *wanted, uint64_t size, const char *what);
struct lp_error *table_check_string(const struct table_place *place, size_t field,
				    const char *wanted, const char *what);

/* Copies the numbers of an entry. */
struct lp_error *table_read_entry(const struct table_place *place, void *entry, size_t size);

/* Check one entry of each table, for item `index` of the part. */
struct lp_error *table_check_function(const struct table_place *place, size_t part, size_t index);
struct lp_error *table_check_rewrite(const struct table_place *place, size_t part, size_t index);
struct lp_error *table_check_hook(const struct table_place *place, size_t part, size_t index);
struct lp_error *table_check_shadow(const struct table_place *place, size_t part, size_t index);
struct lp_error *table_check_outlives(const struct table_place *place, size_t part, size_t index);

#endif
