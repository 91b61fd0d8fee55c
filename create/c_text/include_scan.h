/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the #include lines of a source tree. */
#ifndef LPATCH_CREATE_C_TEXT_INCLUDE_SCAN_H
#define LPATCH_CREATE_C_TEXT_INCLUDE_SCAN_H

#include <stdio.h>

#include "common/error.h"

/*
 * Reads the .c, .h and .S files below `top`/`below` ("" is everything). For each
 * file it prints a line with the path from `top`, and then a line for each name
 * that the file includes: a tab, < or ", and the name. It skips directories
 * without source of an x86 kernel.
 */
struct lp_error *include_scan(const char *top, const char *below, FILE *out);

/* The same for one text of `size` bytes, without the line with the path. */
void include_scan_text(const char *text, size_t size, FILE *out);

#endif
