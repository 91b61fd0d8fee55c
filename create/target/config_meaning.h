/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it means that a kernel's config comes back changed from its source (make olddefconfig): some
 * options come from patches, others from the compiler or from tools.
 */
#ifndef LPATCH_CREATE_TARGET_CONFIG_MEANING_H
#define LPATCH_CREATE_TARGET_CONFIG_MEANING_H

#include "common/error.h"
#include "common/text.h"

/*
 * `changes` has the lines "-CONFIG_X=y" and "+CONFIG_Y=m" of a diff from the kernel's config to the
 * one that came back. Brings those that a cause is known for to the front, and sets *meaning
 * to one line for each cause that was found, with the option that shows it; to be freed. If no
 * cause is known for any line, the source is another one than the kernel's: *meaning says so.
 * `compiler` is the one that the kernel was built with.
 */
struct lp_error *config_meaning(struct text_list *changes, const char *compiler, char **meaning);

#endif
