/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several objects that are refused, told in one error, grouped by object. */
#ifndef LPATCH_CREATE_BASE_REFUSALS_H
#define LPATCH_CREATE_BASE_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

struct refusals {
	struct lp_error **errors; /* one an object */
	size_t count;
};

/*
 * Keeps an error that is about one object alone, LP_UNSAFE or LP_NOT_PROVEN, and
 * returns NULL: the other objects are worth looking at. Returns any other.
 */
struct lp_error *refusals_keep(struct refusals *refusals, struct lp_error *error);

/*
 * All that was kept, told of the first MESSAGE_OF_A_KIND, as one error, NULL if nothing was;
 * LP_NOT_PROVEN if one of them is, since nothing that is said about the change is sure then. A hint
 * that several share stands behind the last of them.
 */
struct lp_error *refusals_error(const struct refusals *refusals);

void refusals_clear(struct refusals *refusals);

#endif
