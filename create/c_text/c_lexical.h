/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lexical parts of C text that readers skip: comments, constants in quotes, blanks. */
#ifndef LPATCH_CREATE_C_TEXT_C_LEXICAL_H
#define LPATCH_CREATE_C_TEXT_C_LEXICAL_H

#include <stddef.h>

/*
 * The position after the string or character constant whose quote is text[at]. A constant without
 * a closing quote ends with its line.
 */
size_t c_skip_constant(const char *text, size_t at);

/* The position after the comment that begins at text[at]; for a // comment, the end of its line. */
size_t c_skip_comment(const char *text, size_t at);

/* Replaces every run of blanks with one space, in place, and removes blanks at both ends. */
void c_squeeze(char *text);

#endif
