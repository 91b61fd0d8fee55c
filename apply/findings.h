/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The findings of lpatch-create about an update, from its manifest. */
#ifndef LPATCH_APPLY_FINDINGS_H
#define LPATCH_APPLY_FINDINGS_H

#include "apply/output.h"
#include "common/manifest.h"

/*
 * Prints the manifest's findings below a title for each kind; nothing if there are none.
 * Fails only without memory.
 */
struct lp_error *findings_show(const struct manifest *manifest, struct output *output);

/* Adds "findings", an array of objects as in the manifest, to the result. */
void findings_add_json(const struct manifest *manifest, struct output *output);

#endif
