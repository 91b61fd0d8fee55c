/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of options in a .config, and of Kconfig expressions with them. */
#ifndef LPATCH_CREATE_REACH_KCONFIG_VALUES_H
#define LPATCH_CREATE_REACH_KCONFIG_VALUES_H

#include <stddef.h>

/* The value of a bool or tristate option or expression. */
enum tristate { KCONFIG_N, KCONFIG_M, KCONFIG_Y, KCONFIG_UNKNOWN };

/*
 * The option's value; KCONFIG_UNKNOWN for a number or a string. `config` is the text of the
 * .config.
 */
enum tristate kconfig_value(const char *config, const char *name, size_t length);

/*
 * The value of an expression such as "FOO && !(BAR = "x")":
 * Documentation/kbuild/kconfig-language.rst, Linux 6.1. KCONFIG_UNKNOWN if it contains anything
 * but options, comparisons and operators, for instance a macro.
 */
enum tristate kconfig_evaluate(const char *config, const char *expression);

#endif
