/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last stage before success is reported: every module is extracted from the bundle, as by
 * lpatch-apply, and compared with its expected contents. Nothing here uses the code that wrote
 * the modules; they are read by create/elf/module_file.h. The expected contents are the
 * linker's input, that is diffobj's objects and what kbuild compiled, and the model of names
 * (create/symbols/symbols.h).
 *
 * For each module, the core included, it checks that
 *  - every section header, symbol and relocation makes sense by itself (module_sanity.h);
 *  - it contains the linker's input, byte for byte, and nothing else
 *    (readback_link.c);
 *  - every relocation is at its place, of its kind, and has the planned target, by the name and
 *    in the section that the module loader requires (readback_target.c); one of the core to an
 *    unexported symbol has the distance from the anchor in the image;
 *  - undefined symbols are exported by the target, the core or a module of the update, with
 *    the checksum of their type; vermagic is the kernel's own (readback_symbols.c);
 *  - unwind data, call sites, alternatives and the like are complete, in range, and cover
 *    the functions (readback_sites.c);
 *  - the tables for the core have the replaced functions and constants, and their
 *    replacements (readback_tables.c).
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
