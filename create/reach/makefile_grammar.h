/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a line of a Makefile from a diff may contain. make runs programs if a
 * line has a function, a backquote or a rule, and some flags make the compiler
 * load code. So this is a list of what is allowed: any other line is refused
 * before make reads the file.
 */
#ifndef LPATCH_CREATE_REACH_MAKEFILE_GRAMMAR_H
#define LPATCH_CREATE_REACH_MAKEFILE_GRAMMAR_H

#include <stdbool.h>

#include "create/reach/makefile_change.h"

/* A word of a line. */
struct makefile_word {
	const char *text;
	size_t length;
};

/*
 * The next word from *at on; moves *at behind it. At the end, the word has length 0. Blanks
 * in parentheses belong to a word: "$(call cc-option, -Wx)" is one.
 */
struct makefile_word makefile_next_word(const char **at);

/*
 * The value in an assignment whose variable's name has `length` bytes, if its operator is "=",
 * ":=", "+=" or "?="; NULL for any other line ("!=" runs a program).
 */
const char *makefile_value(const char *text, size_t length);

/*
 * Whether a line may assign to the variable: its name consists of plain characters, and may
 * end with $(CONFIG_NAME) or $(subst m,y,$(CONFIG_NAME)).
 */
bool makefile_name_is_plain(const char *name, size_t length);

/*
 * Whether a word may be in the value of a variable with that effect, in the Makefile at
 * `path`. Lists may contain "x.o", "dir/" and "$(x-y)". Flags may contain those that neither
 * run, load nor write anything. Paths must not lead out of the source.
 */
bool makefile_word_is_plain(const char *path, enum makefile_effect effect,
			    const struct makefile_word *word);

/* Whether a conditional directive tests only options: "ifeq ($(CONFIG_A),y)". */
bool makefile_condition_is_plain(const char *text);

/* Whether the text can be the value of VERSION, PATCHLEVEL, SUBLEVEL or EXTRAVERSION. */
bool makefile_version_is_plain(const char *value);

#endif
