/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel was built with, by its config: gcc or clang, and which linker. */
#ifndef LPATCH_CREATE_TARGET_TOOLCHAIN_H
#define LPATCH_CREATE_TARGET_TOOLCHAIN_H

#include "common/error.h"
#include "common/text.h"

/*
 * Sets *compiler, which may be several words, "ccache gcc-12": CC from the flags or else from the
 * environment, else what the text of the .config at `path` names: gcc by its name, clang as
 * "clang-16" if PATH has that, else as "clang". LP_USAGE if it names none. A kernel of clang is
 * refused by requirements_check() until one was tested.
 */
struct lp_error *toolchain_find(const char *config, const char *path, const struct text_list *flags,
				char **compiler);

/*
 * Adds what make must be told to use the linker and the assembler that the config names. Flags
 * that say so already stay as they are.
 */
struct lp_error *toolchain_flags(const char *config, struct text_list *flags);

#endif
