/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file as if loaded: its sections are laid out at addresses of our
 * choice and relocated against the kernel image, so that the proof can use it
 * like the kernel image.
 */
#ifndef LPATCH_CREATE_PROOF_MODULE_IMAGE_H
#define LPATCH_CREATE_PROOF_MODULE_IMAGE_H

#include "common/kernel_image.h"

/*
 * Opens the module at `path`. Imports from the kernel have the kernel's
 * addresses, imports from other modules made-up ones. LP_INTERNAL for a file
 * that is no module for this architecture. *module is to be freed by
 * kernel_image_free().
 */
struct lp_error *module_image_open(const char *path, const struct kernel_image *kernel,
				   struct kernel_image **module);

#endif
