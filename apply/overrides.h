/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the author of an update has overruled in lpatch-create. */
#ifndef LPATCH_APPLY_OVERRIDES_H
#define LPATCH_APPLY_OVERRIDES_H

#include "apply/output.h"
#include "common/manifest.h"

/* Warns of each override, and adds "overrides", an array of the lines, to the result. */
struct lp_error *overrides_warn(const struct manifest *manifest, struct output *output);

/* Prints them below a title, if there are any, and adds "overrides" to the result. */
struct lp_error *overrides_show(const struct manifest *manifest, struct output *output);

#endif
