/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lexical parts of C text that readers skip: comments, constants in quotes, blanks. */
#ifndef LPATCH_CREATE_C_TEXT_C_LEXICAL_H
#define LPATCH_CREATE_C_TEXT_C_LEXICAL_H

#include <stddef.h>

/* The position after the constant that begins at text[at] with a quote; it ends with its line. */
size_t c_skip_constant(const char *text, size_t at);

/* The position after the comment that begins at text[at]; of a // comment, its line's end. */
size_t c_skip_comment(const char *text, size_t at);

/* Makes every run of blanks one, in place; none is left at the start and the end. */
void c_squeeze(char *text);

#endif
