/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lpatch_shadow.h needs of the kernel's header of that name; after kernel.h. */
#include <stdbool.h>
#include <stddef.h>

typedef unsigned int gfp_t;

struct list_head {
	struct list_head *next, *prev;
};
