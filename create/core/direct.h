/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the core reaches what the kernel doesn't export: by relocations that the module loader
 * resolves like any other. The kernel's image moves as a whole, so each of its symbols is at a
 * fixed distance, known from the image, from an exported function, the anchor. A reference to
 * such a symbol becomes one to the anchor, with the distance added to its addend (RELA, psABI
 * for x86-64). That works in kernels with and without CONFIG_LIVEPATCH, signed modules stay as
 * they are, and nothing is looked up by name when the core is loaded. The core itself checks by
 * the build id that the running kernel is the target before it uses any of them
 * (core-module/unexported.h).
 */
#ifndef LPATCH_CREATE_CORE_DIRECT_H
#define LPATCH_CREATE_CORE_DIRECT_H

#include "common/kernel_image.h"
#include "create/target.h"

/*
 * Rewrites the module at `path`. The symbols remain as weak ones without references, which
 * the loader ignores. LP_BUILD_FAILED for an undefined symbol that the kernel doesn't export
 * and core-module/kernel_symbols.h doesn't have; LP_UNSAFE if the kernel doesn't have it
 * exactly once; LP_INTERNAL if the file isn't what kbuild makes.
 */
struct lp_error *direct_resolve(const char *path, const struct kernel_image *kernel,
				const struct exports *exports);

/*
 * Sets *distance to the bytes from the anchor to the symbol of the table; *known is false if the
 * kernel has no such symbol or the name isn't in the table.
 */
struct lp_error *direct_distance(const struct kernel_image *kernel, const char *name,
				 int64_t *distance, bool *known);

#endif
