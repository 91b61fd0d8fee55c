/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source lines for the stacks of blocking tasks, if a kernel image with debug
 * information is installed. Nothing is fetched. LP_INTERNAL if what reads it
 * (apply/source_lines_read.h) is not there.
 */
#ifndef LPATCH_APPLY_SOURCE_LINES_H
#define LPATCH_APPLY_SOURCE_LINES_H

#include "common/error.h"

/*
 * Sets *image to the path of the vmlinux with that build id (lower-case hex) in one of the places
 * where debug packages and builds put that of the release, NULL if there is none; *other to one
 * in such a place that has another build id, or NULL. Both are to be freed by the caller.
 */
struct lp_error *source_lines_image(const char *release, const char *build_id, char **image,
				    char **other);

/*
 * Sets *result to `text` with " (FILE:LINE)" after each line that is a frame,
 * "    SYMBOL+0xOFFSET/0xSIZE", and whose symbol the image has once with that
 * size; to be freed by the caller. An image without debug information adds
 * nothing.
 */
struct lp_error *source_lines_add(const char *image, const char *text, char **result);

#endif
