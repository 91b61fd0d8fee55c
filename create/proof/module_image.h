/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file as if it were loaded: its sections laid out at addresses of our
 * own choosing, relocated against the kernel image. So the proof can ask it the
 * same questions as the kernel image.
 */
#ifndef LPATCH_CREATE_PROOF_MODULE_IMAGE_H
#define LPATCH_CREATE_PROOF_MODULE_IMAGE_H

#include "common/kernel_image.h"

/*
 * Opens the module at `path`. What it takes from the kernel has the kernel's
 * addresses; what it takes from other modules has addresses of its own.
 * LP_INTERNAL for a file that is no module for this architecture. *module is to
 * be freed by kernel_image_free().
 */
struct lp_error *module_image_open(const char *path, const struct kernel_image *kernel,
				   struct kernel_image **module);

#endif
