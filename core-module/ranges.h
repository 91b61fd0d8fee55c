/* SPDX-License-Identifier: GPL-2.0 */
/* Ranges of addresses that may not stand on a stack. */
#ifndef LPATCH_RANGES_H
#define LPATCH_RANGES_H

#include <linux/types.h>

/* Both ends included. */
struct lpatch_range {
	unsigned long first, last;
};

struct lpatch_ranges {
	struct lpatch_range *ranges;
	unsigned int nr, room;
};

/* Room for that many. Returns 0 or -ENOMEM; lpatch_ranges_free() either way. */
int lpatch_ranges_init(struct lpatch_ranges *ranges, unsigned int room);
void lpatch_ranges_free(struct lpatch_ranges *ranges);

/* Addresses that count as inside: from `first` to `last`, both included. */
void lpatch_ranges_add(struct lpatch_ranges *ranges, unsigned long first, unsigned long last);

/* Puts the ranges in order, apart from each other; after the last lpatch_ranges_add(). */
void lpatch_ranges_sort(struct lpatch_ranges *ranges);

/* True if the address is in one of them. `data` is the struct lpatch_ranges. */
bool lpatch_ranges_have(const void *data, unsigned long addr);

#endif
