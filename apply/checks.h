/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is checked before anything is loaded. Each check is one question about
 * the bundle, the host or the running kernel; a failure is one sentence with
 * a hint. The table in checks.c has them in order.
 */
#ifndef LPATCH_APPLY_CHECKS_H
#define LPATCH_APPLY_CHECKS_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/bundle.h"

struct check_context {
	const struct host *host;
	const struct bundle *bundle;
	bool require_signature; /* even if host->trusted is empty */
	char *signer;           /* out: the signer, if trusted; else NULL */
};

void check_context_clear(struct check_context *context);

#define _cleanup_check_context_ _cleanup_(check_context_clear)

/*
 * Checks of the bundle and the host; checks of what other lpatch commands may change meanwhile;
 * and checks that the kernel itself makes when the modules are loaded.
 */
enum check_kind { CHECK_HOST, CHECK_KERNEL, CHECK_ONLY };

/* Makes all checks of a kind up to the first that fails, whose error it returns. */
struct lp_error *checks_pass(struct check_context *context, enum check_kind kind);

/*
 * Makes all checks, and hands each failure to `report` together with the
 * check's name; the error is report's to free. Checks that make no sense
 * after a failure are left out. Returns the status of the first failure,
 * or LP_DONE.
 */
enum lp_status checks_all(struct check_context *context,
			  void (*report)(void *data, const char *name, struct lp_error *error),
			  void *data);

#endif
