/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an update module for a kernel without CONFIG_LIVEPATCH says what it refers
 * to: by absolute symbols (SHN_ABS), whose values the module loader takes as they
 * are (simplify_symbols() in kernel/module/main.c, Linux 6.1). lpatch-create gives
 * them these names and values, and lpatch-apply, just before loading, the values
 * of the running kernel:
 *
 *	.lpatch.base.NAME               where vmlinux has its symbol NAME by the image; the
 *	                                running kernel's NAME gives the distance
 *	.lpatch.vmlinux.NAME            an address in vmlinux by the image, of NAME; is moved too
 *	.lpatch.module.MODULE.NAME,POS  a distance from the POSth symbol NAME of a module
 *	.lpatch.fixed.NAME              a value that does not move with the kernel (per-cpu)
 *
 * POS counts from 1 in the order of the module's symbol table, which is that of
 * /proc/kallsyms.
 */
#ifndef LPATCH_COMMON_LATE_SYMBOLS_H
#define LPATCH_COMMON_LATE_SYMBOLS_H

#define LATE_SYMBOL_BASE    ".lpatch.base."
#define LATE_SYMBOL_VMLINUX ".lpatch.vmlinux."
#define LATE_SYMBOL_MODULE  ".lpatch.module."
#define LATE_SYMBOL_FIXED   ".lpatch.fixed."

#endif
