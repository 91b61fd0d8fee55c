/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the #include lines of a source tree. */
#ifndef LPATCH_CREATE_C_TEXT_INCLUDE_SCAN_H
#define LPATCH_CREATE_C_TEXT_INCLUDE_SCAN_H

#include <stdio.h>

#include "common/error.h"

/*
 * Goes through the .c, .h and .S files below `top`/`below` ("" is everything)
 * and prints for each a line with its path from `top`, and then a line for each
 * name that it includes, with a tab, and <  or " before the name. Directories
 * that no code of an x86 kernel comes from are left out.
 */
struct lp_error *include_scan(const char *top, const char *below, FILE *out);

/* The same for one text of `size` bytes, without the line for the file. */
void include_scan_text(const char *text, size_t size, FILE *out);

#endif
