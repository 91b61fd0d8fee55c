/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which changes can matter to how some objects are compiled. */
#ifndef LPATCH_CREATE_VERDICTS_RELEVANT_H
#define LPATCH_CREATE_VERDICTS_RELEVANT_H

#include "create/creation.h"
#include "create/kbuild.h"
#include "create/verdicts/verdict.h"

/*
 * Sets relevant[i] for each chosen change that can matter to one of the objects: it touches its
 * source, or a file that it includes, directly or not; it touches a file that another change
 * includes anew, or one that such a file includes; it adds a file; or it touches a Makefile or
 * Kconfig file. So are earlier changes of the files that such a change touches. Rather too many
 * than too few.
 */
struct lp_error *relevant_changes(const struct creation *creation, const struct verdicts *verdicts,
				  const struct kbuild_objects *objects, bool *relevant);

#endif
