/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a line of a Makefile from a diff may contain. make runs programs
 * wherever a line has a function, a backquote or a rule, and the compiler loads
 * code for some of its flags, so this is a list of what is allowed: any other
 * line is refused before make reads the file.
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
 * The next word from *at on, and moves at after it; of length 0 at the end. Blanks
 * within parentheses belong to a word: "$(call cc-option, -Wx)" is one.
 */
struct makefile_word makefile_next_word(const char **at);

/*
 * The value of an assignment by one of "=", ":=", "+=" and "?=" after its name,
 * which has `length` bytes; NULL for any other line ("!=" runs a program).
 */
const char *makefile_value(const char *text, size_t length);

/*
 * Whether the name of a variable may be assigned to: plain characters, and at its
 * end $(CONFIG_NAME) or $(subst m,y,$(CONFIG_NAME)).
 */
bool makefile_name_is_plain(const char *name, size_t length);

/*
 * Whether a word may be in the value of a variable of that effect, in the Makefile
 * at `path`: "x.o", "dir/" and "$(x-y)" in lists, and in flags those that neither run
 * nor load nor write anything. Paths must not lead out of the source.
 */
bool makefile_word_is_plain(const char *path, enum makefile_effect effect,
			    const struct makefile_word *word);

/* Whether a conditional directive tests nothing but options: "ifeq ($(CONFIG_A),y)". */
bool makefile_condition_is_plain(const char *text);

/* Whether it is the value of VERSION and the like. */
bool makefile_version_is_plain(const char *value);

#endif
