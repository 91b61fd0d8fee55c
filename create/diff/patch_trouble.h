/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a diff does not apply: the source has it already, or a hunk expects other lines. */
#ifndef LPATCH_CREATE_DIFF_PATCH_TROUBLE_H
#define LPATCH_CREATE_DIFF_PATCH_TROUBLE_H

#include "create/diff/patch_set.h"

/* An attempt to apply the diffs of a set, in which one did not apply. */
struct patch_attempt {
	const struct patch_set *set;
	size_t failed; /* number of the diff that did not apply */
	const struct patch_way *way;
};

/*
 * LP_NOTHING_TO_PATCH if undoing the whole set works, so that the source has it
 * already; else LP_NOT_APPLYING, with each file that has its change already and
 * the first hunk of each file that does not fit, as the diff and as the source have it. `said` is
 * what patch(1) printed.
 * Never NULL.
 */
struct lp_error *patch_trouble(const struct patch_attempt *attempt, const char *said);

#endif
