/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update in the kernel has changed, as facts: from the core, and from the record. */
#ifndef LPATCH_APPLY_UPDATE_FACTS_H
#define LPATCH_APPLY_UPDATE_FACTS_H

#include "apply/updates.h"
#include "common/text.h"

/* Adds a line for each object: whether it was proven, and whether it is loaded. */
struct lp_error *update_facts_objects(const struct host *host, const struct update *update,
				      struct text_list *lines);

/*
 * Adds a line for each function, constant, hook and shadow variable. Source file and reason are
 * in it if there is a record of the update.
 */
struct lp_error *update_facts_changes(const struct host *host, const struct update *update,
				      struct text_list *lines);

#endif
