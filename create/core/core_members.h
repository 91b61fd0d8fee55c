/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the target has the members of structs that no header declares
 * (LPATCH_KERNEL_MEMBERS in core-module/kernel_symbols.h), by its BTF.
 */
#ifndef LPATCH_CREATE_CORE_CORE_MEMBERS_H
#define LPATCH_CREATE_CORE_CORE_MEMBERS_H

#include <stdio.h>

#include "common/kernel_image.h"
#include "common/text.h"

/*
 * Prints lines for lpatch_target.h: LPATCH_HAVE_STRUCT__MEMBER, 1 if the kernel has the member and
 * it has the type that the core expects, else 0; and in the first case
 * LPATCH_OFFSET_STRUCT__MEMBER, in bytes. A kernel without BTF has none of them. Fails if the BTF
 * can't be read.
 */
struct lp_error *core_members_print(FILE *out, const struct kernel_image *kernel);

/*
 * Adds to `missing` what the core can't tell by which tasks are exiting, "STRUCT.MEMBER, TYPE", if
 * it needs all of these members: a kernel with CONFIG_TASKS_RCU of Linux 6.9 or later, which
 * doesn't count these tasks any more (tasks_rcu_exit_srcu). One line says if there is no BTF.
 */
struct lp_error *core_members_missing(const struct kernel_image *kernel, const char *config,
				      struct text_list *missing);

#endif
