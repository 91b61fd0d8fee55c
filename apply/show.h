/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How updates and bundles look, to people and as JSON (docs/json.md). */
#ifndef LPATCH_APPLY_SHOW_H
#define LPATCH_APPLY_SHOW_H

#include "apply/host.h"
#include "apply/output.h"

/* A line for each update, newest first. */
struct lp_error *show_all(const struct host *host, struct output *output);

/* Everything about one update. LP_USAGE if it is not there. */
struct lp_error *show_update(const struct host *host, struct output *output, const char *id);

/* Everything about a bundle, whose signature is checked but not demanded. */
struct lp_error *show_bundle(const struct host *host, struct output *output, const char *path);

/* `description`, or words for an empty one. */
const char *show_description(const char *description);

#endif
