/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the changes of a patch set. */
#ifndef LPATCH_CREATE_CHANGES_CHANGES_READ_H
#define LPATCH_CREATE_CHANGES_CHANGES_READ_H

#include "create/changes/change.h"

/*
 * Finds the changes of a settled set. Each part of the set that is not passed over belongs to
 * exactly one. `source` is the kernel's source, which the parts of a flat diff are compared with.
 * To be released by changes_clear(), also after an error.
 */
struct lp_error *changes_read(const struct patch_set *set, const char *source,
			      struct changes *changes);

#endif
