/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C source text as a list of definitions, each with its lines: functions, macros,
 * types, variables. Directives are not evaluated: a definition in both branches
 * of an #if occurs twice.
 */
#ifndef LPATCH_CREATE_C_TEXT_DEFINITIONS_H
#define LPATCH_CREATE_C_TEXT_DEFINITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum definition_kind {
	DEFINITION_FUNCTION,  /* with its body */
	DEFINITION_MACRO,     /* #define NAME … */
	DEFINITION_DIRECTIVE, /* any other directive */
	DEFINITION_ENUM,
	DEFINITION_TYPE, /* struct, union, typedef */
	DEFINITION_VARIABLE,
	DEFINITION_PROTOTYPE, /* declaration of a function */
	DEFINITION_OTHER, /* also a macro that defines a function: SYSCALL_DEFINE3(read, …) { … } */
};

struct definition {
	enum definition_kind kind;
	char *name;          /* the name that it defines, for a type its tag; NULL if none */
	char *text;          /* without comments, every run of blanks as one */
	int first, last;     /* lines, from 1 */
	bool is_inline;      /* a function that is declared inline */
	bool has_parameters; /* a macro with parameters */
	bool changed; /* not in the other version; set by callers that compare two versions */
};

struct definition_list {
	struct definition *items;
	size_t count;
};

/* Splits the text into definitions. The caller clears *list with definition_list_clear(). */
struct lp_error *definition_list_read(const char *text, struct definition_list *list);

void definition_list_clear(struct definition_list *list);

/* True if the character can be part of a name. */
bool definition_is_word(char c);

/*
 * Finds the next word of `*text` that does not begin with a digit and is not in a constant,
 * and moves *text behind it. Returns its length, 0 at the end. Sets *member if "." or "->" is
 * before it.
 */
size_t definition_next_word(const char **text, const char **word, bool *member);

#endif
