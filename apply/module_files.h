/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modules of a bundle, before the kernel gets them: each is a module, for this kernel, and
 * finds there, or in the others, what it refers to.
 *
 * Not seen: checksums of what other modules and the kernel export (CONFIG_MODVERSIONS), which
 * the running kernel doesn't show; and whether code and data are what lpatch-create made, which
 * is what the digests in the manifest and its signature are for.
 */
#ifndef LPATCH_APPLY_MODULE_FILES_H
#define LPATCH_APPLY_MODULE_FILES_H

#include "apply/host.h"
#include "common/bundle.h"

/*
 * That the loader can take the files (apply/module_elf.h) and that they are built for this kind
 * of kernel: release, SMP and preemption by uname(2), and all alike. LP_BAD_BUNDLE if not.
 */
struct lp_error *module_files_check(const struct bundle *bundle);

/*
 * That all symbols they refer to are in the running kernel, or in the bundle, and lie where the
 * relocations can reach them. Only the kernel module that a part is for may be missing.
 * LP_BAD_BUNDLE with the first that isn't there. Passes if /proc/kallsyms shows nothing.
 */
struct lp_error *module_files_check_symbols(const struct host *host, const struct bundle *bundle);

#endif
