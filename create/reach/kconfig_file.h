/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a Kconfig file, by option: Documentation/kbuild/kconfig-language.rst, Linux 6.1. */
#ifndef LPATCH_CREATE_REACH_KCONFIG_FILE_H
#define LPATCH_CREATE_REACH_KCONFIG_FILE_H

#include "common/error.h"
#include "common/text.h"

/* The replacement for the prompt text in a line. */
#define KCONFIG_PROMPT "\"...\""

/* The entry names of everything that is no option: all choices, and all definitions of macros. */
#define KCONFIG_CHOICE "a choice"
#define KCONFIG_MACRO  "a macro"

struct kconfig_entry {
	char *name; /* without CONFIG_ */
	/*
	 * Its lines without the help text, with one blank between words, and a line "depends on
	 * EXPRESSION" for each "if" and menu that contains it.
	 */
	struct text_list lines;
};

struct kconfig_file {
	struct kconfig_entry *entries;
	size_t count;
	struct text_list sources; /* other files that it reads */
};

struct lp_error *kconfig_file_read(const char *text, struct kconfig_file *file);

/* The entry of that name, or NULL. */
struct kconfig_entry *kconfig_file_find(const struct kconfig_file *file, const char *name);

void kconfig_file_clear(struct kconfig_file *file);

#endif
