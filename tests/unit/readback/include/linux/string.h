/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/types.h>

int strcmp(const char *one, const char *other);
