/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The debugging information of an object about a function or variable that it defines. */
#ifndef LPATCH_CREATE_SYMBOLS_DECLARED_H
#define LPATCH_CREATE_SYMBOLS_DECLARED_H

#include <stdbool.h>

#include "common/error.h"

struct declared {
	char *type;  /* as C would write it, roughly, with typedefs followed; NULL: not known */
	char *owner; /* of a static variable in a function: the function's name; else NULL */
	char *where; /* "fs/file.c:28"; NULL: not known */
};

/*
 * Finds the definition of `symbol` in the DWARF of `object`; the number after a dot in
 * the name of a static variable in a function is ignored. Unknown fields stay NULL; all
 * do if the object has no debugging information, or several definitions fit. Fails only
 * without memory. *declared is to be released by declared_clear().
 */
struct lp_error *declared_find(const char *object, const char *symbol, bool is_function,
			       struct declared *declared);

void declared_clear(struct declared *declared);

#endif
