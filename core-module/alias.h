/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How is memory written that is mapped read-only? Through a second mapping of its
 * pages, which is there only while the machine is about to be stopped, or is.
 */
#ifndef LPATCH_ALIAS_H
#define LPATCH_ALIAS_H

#include <linux/types.h>

struct page;

/* Stretches of memory that are mapped once more, all in one mapping. */
struct lpatch_aliases {
	struct page **pages; /* of all stretches, one behind the other */
	u32 nr, room;
	u8 *mapping; /* NULL: not mapped */
};

/* The page that code or a constant of the kernel or of a loaded module is in, or NULL. */
struct page *lpatch_page(unsigned long addr);

/*
 * Adds `size` bytes at `addr`, code or constants of the kernel or of a module that stays.
 * Gives in `at` where the alias of the first will be in the mapping. Returns 0, -ENOMEM,
 * or -EINVAL for memory that is not there. May sleep.
 */
int lpatch_aliases_add(struct lpatch_aliases *aliases, unsigned long addr, size_t size, size_t *at);

/* Maps all of them, writable. Returns 0 or -ENOMEM. May sleep, also under text_mutex. */
int lpatch_aliases_map(struct lpatch_aliases *aliases);

/* Takes the mapping away; fine if there is none. May sleep. */
void lpatch_aliases_unmap(struct lpatch_aliases *aliases);

/* The same, and forgets the stretches. */
void lpatch_aliases_free(struct lpatch_aliases *aliases);

#endif
