/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files of create/bundle/readback.h: one module, and the objects that went into it.
 */
#ifndef LPATCH_CREATE_BUNDLE_READBACK_MODULE_H
#define LPATCH_CREATE_BUNDLE_READBACK_MODULE_H

#include "create/elf.h"
#include "create/link.h"
#include "create/target.h"

struct kernel_image;

/* There is no such part. */
#define NO_PART SIZE_MAX

/* The target of a relocation. */
struct link_target {
	/* Index of a section of the module; or SHN_UNDEF, SHN_ABS, SHN_LIVEPATCH: a name. */
	uint32_t section;
	const char *name;     /* of the symbol, if it is known by name; else NULL */
	uint64_t value;       /* of a symbol with SHN_ABS */
	int64_t offset;       /* bytes from the section's start or from the named symbol */
	bool known, is_named; /* false: the target is not in the module */
};

/* An object that the linker was given. */
struct linked_object {
	char *path;
	struct module_file file;
	size_t part; /* the unit of the plan that it is, or NO_PART */
	/* By section of `file`: where in the module it is. */
	struct linked_place {
		uint32_t section; /* of the module; 0: it is not in there */
		uint64_t offset;  /* bytes from its start */
	} * places;
	/* By symbol of `file`: the expected target of a reference to it, without addend. */
	struct link_target *targets;
	char **names; /* by symbol: that of the target, where it was made for it; else NULL */
};

/* A name of the plan for a place in the kernel, and its symbol. */
struct planned_symbol {
	const struct symbol_entry *entry;
	char *name;
};

struct linked_module {
	struct module_file file;
	const struct link_plan *plan; /* NULL for the core */
	struct linked_object *objects;
	size_t nr_objects;
	struct planned_symbol *planned; /* sorted by entry->symbol */
	size_t nr_planned;
	const struct kernel_image *kernel;
	bool livepatch; /* the target resolves livepatch symbols, see create/link/livepatch.h */
	const struct exports *exports; /* of the target */
	const struct exports *own;     /* of the module itself */
	/* The core and the modules of the update, this one among them; NULL for the core. */
	const struct linked_module *others;
	size_t nr_others;
};

/* LP_INTERNAL: "FILE: section NAME: " and the formatted text. */
struct lp_error *readback_fault(const struct linked_module *module, const char *section,
				const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Finds where the sections of all objects are in the module, and compares their contents. */
struct lp_error *readback_link(struct linked_module *module);

/* Finds the expected targets of the objects' symbols, and compares symbols and relocations. */
struct lp_error *readback_references(struct linked_module *module);

/* Fills module->planned, and the objects' targets. */
struct lp_error *readback_find_targets(struct linked_module *module);

/* The target of the name in the plan; .known is false if the plan has no such name. */
struct link_target readback_planned(const struct linked_module *module, const char *name);

/*
 * The target of symbol `name` of the part's object: of a function if `function`, or of another
 * symbol.
 */
struct link_target readback_defined(const struct linked_module *module, size_t part,
				    const char *name, bool function);

/* The target of a relocation of the module. */
struct link_target readback_found(const struct linked_module *module,
				  const struct module_relocation *relocation);

bool readback_same_target(const struct link_target *one, const struct link_target *other);

/* "FILE:.text+0x10" or "NAME+0x10", to be freed. */
struct lp_error *readback_target_text(const struct linked_module *module,
				      const struct link_target *target, char **text);

struct lp_error *readback_symbols(const struct linked_module *module);
struct lp_error *readback_sites(const struct linked_module *module);
struct lp_error *readback_tables(const struct linked_module *module);

#endif
