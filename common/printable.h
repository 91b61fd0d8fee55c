/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote, made safe to print. */
#ifndef LPATCH_COMMON_PRINTABLE_H
#define LPATCH_COMMON_PRINTABLE_H

/* Replaces each byte of `text` that is not part of a UTF-8 character with '?'. */
void printable_utf8(char *text);

/*
 * Replaces also the control characters that a terminal acts on, C0, DEL and C1. Newlines and
 * tabs stay, and so does a carriage return before a newline.
 */
void printable_terminal(char *text);

#endif
