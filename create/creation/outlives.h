/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can outlive an update, as far as it takes all of its units to tell. */
#ifndef LPATCH_CREATE_CREATION_OUTLIVES_H
#define LPATCH_CREATE_CREATION_OUTLIVES_H

#include "create/creation.h"

/*
 * Completes the findings of all units once each has its result: adds what a unit gives away
 * of another one, and takes out what the marks of another unit release. Fails for lack of
 * memory only.
 */
struct lp_error *outlives_join(struct creation *creation);

#endif
