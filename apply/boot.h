/* SPDX-License-Identifier: GPL-2.0-or-later */
/* At boot: applying all updates that are kept for the running kernel. */
#ifndef LPATCH_APPLY_BOOT_H
#define LPATCH_APPLY_BOOT_H

#include "apply/host.h"
#include "apply/output.h"

/* How one bundle is applied; `data` is what boot_apply() was given. */
typedef struct lp_error *boot_apply_one(void *data, const char *path);

/*
 * Applies them in the order in which they were kept. After a failure
 * the others are applied all the same; a bundle for another build of the kernel is
 * skipped, which is not a failure. Adds "updates" to the result, records failures for
 * monitoring, and returns the last failure. LP_KERNEL_REFUSED if applying at boot
 * is switched off by the marker, NULL if by the kernel command line.
 */
struct lp_error *boot_apply(const struct host *host, struct output *output, boot_apply_one *apply,
			    void *data);

/*
 * The boot is finished: removes the marker, unless it is from an earlier boot and turned off
 * this one.
 */
struct lp_error *boot_done(const struct host *host);

#endif
