/* SPDX-License-Identifier: GPL-2.0-or-later */
/* patch(1), which applies a unified diff and never guesses. */
#ifndef LPATCH_CREATE_DIFF_PATCH_RUN_H
#define LPATCH_CREATE_DIFF_PATCH_RUN_H

#include <stdbool.h>

#include "common/error.h"

/*
 * Applies the diff to the files below `directory`; its hunks may be found at other lines, and up
 * to `fuzz` lines of context at either end of a hunk may differ. With `is_dry` it only tests
 * whether it applies. `scratch` is a directory for temporary files. *said is the output, to be
 * freed; *applies is false if a hunk did not fit, and the other hunks are then applied.
 */
struct lp_error *patch_run(const char *directory, const char *scratch, unsigned int fuzz,
			   bool is_dry, const char *text, bool *applies, char **said);

#endif
