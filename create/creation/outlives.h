/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can outlive an update, where this depends on all of its units. */
#ifndef LPATCH_CREATE_CREATION_OUTLIVES_H
#define LPATCH_CREATE_CREATION_OUTLIVES_H

#include "create/creation.h"

/*
 * Completes the findings of all units once each has its result: adds what a unit
 * exposes of another one, and removes what the marks of another unit release. Fails
 * only without memory.
 */
struct lp_error *outlives_join(struct creation *creation);

#endif
