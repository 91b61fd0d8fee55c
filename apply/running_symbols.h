/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbols of the running kernel and its modules, as /proc/kallsyms shows them. */
#ifndef LPATCH_APPLY_RUNNING_SYMBOLS_H
#define LPATCH_APPLY_RUNNING_SYMBOLS_H

#include <stdint.h>

#include "apply/host.h"

/*
 * One symbol: its address, 0 if the kernel hides it
 * (kernel.kptr_restrict); its name; "vmlinux" or the name of its module.
 */
typedef void running_symbol_visit(void *context, uint64_t address, const char *name,
				  const char *object);

/*
 * Calls `visit` for all of them: those of vmlinux by address, then those of each
 * module in the order of its symbol table. None if the kernel doesn't show any.
 */
struct lp_error *running_symbols_each(const struct host *host, running_symbol_visit *visit,
				      void *context);

#endif
