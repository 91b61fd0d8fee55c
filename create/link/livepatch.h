/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form in which the module loader resolves unexported symbols of the kernel
 * (Documentation/livepatch/module-elf-format.rst, Linux 6.1): symbols
 * .klp.sym.OBJECT.NAME,POS with section index SHN_LIVEPATCH, whose relocations
 * are in sections .klp.rela.OBJECT.SECTION. The loader resolves sections of
 * OBJECT vmlinux when it loads the module, whatever object their symbols name
 * (klp_resolve_symbols() in kernel/livepatch/core.c), so OBJECT is always
 * vmlinux.
 */
#ifndef LPATCH_CREATE_LINK_LIVEPATCH_H
#define LPATCH_CREATE_LINK_LIVEPATCH_H

#include "create/symbols.h"

/*
 * Rewrites the module at `path`: every undefined symbol in the map becomes a
 * livepatch symbol. LP_INTERNAL if the file isn't what kbuild makes.
 */
struct lp_error *livepatch_resolve(const char *path, const struct symbol_map *map);

#endif
