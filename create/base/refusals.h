/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals of several objects in one error, grouped by object. */
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
 * Keeps an error that is about one object only, LP_UNSAFE or LP_NOT_PROVEN, and
 * returns NULL, so that the other objects are examined too. Returns any other
 * error.
 */
struct lp_error *refusals_keep(struct refusals *refusals, struct lp_error *error);

/*
 * All kept errors as one, with the text of the first MESSAGE_OF_A_KIND; NULL if there are
 * none. It is LP_NOT_PROVEN if one of them is, since nothing about the change is certain
 * then. A hint that several share comes after the last of them.
 */
struct lp_error *refusals_error(const struct refusals *refusals);

void refusals_clear(struct refusals *refusals);

#endif
