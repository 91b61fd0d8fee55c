/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a .config says of options, and what expressions of Kconfig files come to with it. */
#ifndef LPATCH_CREATE_REACH_KCONFIG_VALUES_H
#define LPATCH_CREATE_REACH_KCONFIG_VALUES_H

#include <stddef.h>

/* Of a bool or tristate option or expression. */
enum tristate { KCONFIG_N, KCONFIG_M, KCONFIG_Y, KCONFIG_UNKNOWN };

/* The option's value: KCONFIG_UNKNOWN for a number or a string. `config` is the text of the
 * .config. */
enum tristate kconfig_value(const char *config, const char *name, size_t length);

/*
 * What the expression "FOO && !(BAR = "x")" comes to: Documentation/kbuild/kconfig-language.rst,
 * Linux 6.1. KCONFIG_UNKNOWN for what is more than options, comparisons and signs, such as macros.
 */
enum tristate kconfig_evaluate(const char *config, const char *expression);

#endif
