/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the compiles of a unit share. */
#ifndef LPATCH_CREATE_COMPILE_BUILD_INTERNAL_H
#define LPATCH_CREATE_COMPILE_BUILD_INTERNAL_H

#include "create/compile.h"

/* Gives kbuild's command for the unit another output and dependency file, and adds the flags. */
struct lp_error *build_redirect(const struct unit *unit, const char *added, const char *output,
				char **command);

#endif
