/* SPDX-License-Identifier: GPL-2.0-or-later */
/* patch(1), which applies a unified diff and never guesses. */
#ifndef LPATCH_CREATE_DIFF_PATCH_RUN_H
#define LPATCH_CREATE_DIFF_PATCH_RUN_H

#include <stdbool.h>

#include "common/error.h"

enum patch_way {
	PATCH_FORWARD,
	PATCH_FORWARD_DRY, /* only says whether it would apply */
	PATCH_REVERSE,
	PATCH_REVERSE_DRY,
};

/*
 * Applies the diff to the files below `directory`, without fuzz; its hunks may
 * be found at other lines. `scratch` is a directory for files of its own. *said
 * is what it printed, to be freed; *applies is false if a hunk did not fit, and
 * the files are then changed by those that did.
 */
struct lp_error *patch_run(const char *directory, const char *scratch, enum patch_way way,
			   const char *text, bool *applies, char **said);

#endif
