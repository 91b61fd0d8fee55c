/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patch sets of chosen changes. */
#ifndef LPATCH_CREATE_CHANGES_SELECT_H
#define LPATCH_CREATE_CHANGES_SELECT_H

#include "create/changes/change.h"

/*
 * Fills an empty patch set with the chosen changes, in their order; chosen[i] is for change i. It
 * is not settled yet. Hunks of a flat diff have the lines of the original as before: each fits
 * exactly where it does without the others.
 * LP_NOTHING_TO_PATCH if nothing is chosen.
 */
struct lp_error *changes_select(const struct changes *changes, const bool *chosen,
				struct patch_set *selection);

#endif
