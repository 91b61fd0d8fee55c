/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a program is that is called by name. */
#ifndef LPATCH_CREATE_BASE_PROGRAM_PATH_H
#define LPATCH_CREATE_BASE_PROGRAM_PATH_H

#include <limits.h>

#include "common/error.h"

/* Sets the path of the program of that name in PATH, links followed; "" if there is none. */
struct lp_error *program_path(const char *name, char real[PATH_MAX]);

#endif
