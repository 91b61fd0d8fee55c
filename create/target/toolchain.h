/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiler that a kernel was built with, by its config. */
#ifndef LPATCH_CREATE_TARGET_TOOLCHAIN_H
#define LPATCH_CREATE_TARGET_TOOLCHAIN_H

#include "common/error.h"
#include "common/text.h"

/*
 * Sets *compiler, which may be several words, "ccache gcc-12": CC from the flags or else from the
 * environment, else what the text of the .config at `path` names. LP_USAGE if it names none.
 */
struct lp_error *toolchain_find(const char *config, const char *path, const struct text_list *flags,
				char **compiler);

#endif
