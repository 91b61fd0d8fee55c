/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that a diff moves from one source file to another. */
#ifndef LPATCH_CREATE_MOVED_H
#define LPATCH_CREATE_MOVED_H

#include "common/kernel_image.h"
#include "create/build.h"
#include "diffobj/diffobj.h"

/*
 * LP_UNSAFE if a global function that is new in the unit, and defined in
 * diffobj's output `object`, is in `image` already, from another source file:
 * what the update doesn't replace would go on calling that one.
 */
struct lp_error *moved_refuse(const struct kernel_image *image, const struct unit *unit,
			      const struct diffobj_result *result, const char *object);

#endif
