/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The message for an original that differs from the target: the difference, and its cause. */
#ifndef LPATCH_CREATE_PROOF_MISMATCH_H
#define LPATCH_CREATE_PROOF_MISMATCH_H

#include "create/compile.h"
#include "create/proof/proof.h"

/*
 * The error for a unit whose proof has a mismatch, LP_NOT_PROVEN: the object,
 * the function, the instructions around the first difference on both sides; and
 * as hint the likely cause, from the versions in image, compiler, config and
 * source. `image` is what the unit was compared with.
 */
struct lp_error *mismatch_error(const struct tree *tree, const struct unit *unit,
				const struct kernel_image *image, const struct proof *proof);

/*
 * Sets *cause to a sentence about why originals may differ: the first thing
 * that `banner`, the version text of the image, and the others disagree about.
 * `compiler` is what the compiler said of itself in the object (proof_compiler()),
 * `config` the text of the config, `makefile` that of the source's top Makefile.
 */
struct lp_error *mismatch_cause(const char *banner, const char *compiler, const char *config,
				const char *makefile, char **cause);

#endif
