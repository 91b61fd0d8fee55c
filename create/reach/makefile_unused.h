/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables of Makefiles that have no effect while an option is off: what a diff changes of
 * such a variable changes nothing that is built.
 */
#ifndef LPATCH_CREATE_REACH_MAKEFILE_UNUSED_H
#define LPATCH_CREATE_REACH_MAKEFILE_UNUSED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the variable, whose name has `length` bytes, has no effect in the Makefile at `path`
 * for the text of the .config. False if that is not known.
 */
bool makefile_is_unused(const char *path, const char *name, size_t length, const char *config);

/*
 * Whether make, when it evaluates the value, changes nothing but the variable: it may ask the
 * compiler, with output to files of try-run alone. False if that is not certain.
 */
bool makefile_value_is_contained(const char *value);

#endif
