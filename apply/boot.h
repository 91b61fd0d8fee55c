/* SPDX-License-Identifier: GPL-2.0-or-later */
/* At boot: applying all updates that are kept for the running kernel. */
#ifndef LPATCH_APPLY_BOOT_H
#define LPATCH_APPLY_BOOT_H

#include "apply/host.h"
#include "apply/output.h"

/* How one bundle is applied; `data` is what boot_apply() was given. */
typedef struct lp_error *boot_apply_one(void *data, const char *path);

/*
 * Applies them in the order in which they were kept. A failure does not keep
 * the others; a bundle that is for another build of the kernel is passed over,
 * and is no failure. Adds "updates" to the result, notes for monitoring what
 * failed, and returns the last failure. LP_KERNEL_REFUSED if applying at boot
 * is switched off by the marker, NULL if by the kernel command line.
 */
struct lp_error *boot_apply(const struct host *host, struct output *output, boot_apply_one *apply,
			    void *data);

/*
 * The boot has come to its end: takes the marker away, unless it is that of an
 * earlier boot and switched this one off.
 */
struct lp_error *boot_done(const struct host *host);

#endif
