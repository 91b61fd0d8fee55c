/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last stage before success is said: every module is taken out of the
 * bundle, as lpatch-apply would, and held against what it was to be. Nothing
 * here is told by the code that wrote the modules; they are read by
 * create/elf/module_file.h. What they were to be is what the linker was given, diffobj's objects
 * and what kbuild compiled, and what the model of names says (create/symbols/symbols.h).
 *
 * Of each module, the core included, it is made sure that
 *  - every section header, symbol and relocation makes sense by itself (module_sanity.h);
 *  - it holds what went into it, byte for byte, and nothing else (readback_link.c);
 *  - every relocation is where it was, of its kind, and refers to the thing that was meant, by
 *    the name and in the section that the module loader wants (readback_target.c); one of the core
 *    to what the kernel doesn't export has the distance from the anchor that the image says;
 *  - what is undefined is exported by the target, the core or a module of the update, with the
 *    checksum of its type; vermagic is the kernel's own (readback_symbols.c);
 *  - unwind data, call sites, alternatives and the like are whole, in range, and cover the
 *    functions (readback_sites.c);
 *  - the tables for the core say which functions and constants are replaced by what
 *    (readback_tables.c).
 */
#ifndef LPATCH_CREATE_BUNDLE_READBACK_H
#define LPATCH_CREATE_BUNDLE_READBACK_H

#include "common/bundle.h"
#include "create/link.h"
#include "create/target.h"

struct readback {
	const char *name; /* of the bundle, for messages */
	const struct target *target;
	const char *core;              /* result of core_build() */
	const struct link_plan *plans; /* of the update, then of its parts */
	size_t nr_plans;
};

/* Checks the bytes of a bundle. LP_INTERNAL, one line that names file, section and what is wrong.
 */
struct lp_error *readback_bundle(const struct readback *readback, const struct blob *bundle);

#endif
