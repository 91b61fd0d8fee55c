// SPDX-License-Identifier: GPL-2.0
/* Ranges of addresses that may not stand on a stack. */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "ranges.h"

int lpatch_ranges_init(struct lpatch_ranges *ranges, unsigned int room)
{
	*ranges = (struct lpatch_ranges){.room = room};
	ranges->ranges = kvcalloc(room, sizeof(*ranges->ranges), GFP_KERNEL);
	return ranges->ranges ? 0 : -ENOMEM;
}

void lpatch_ranges_free(struct lpatch_ranges *ranges)
{
	kvfree(ranges->ranges);
	*ranges = (struct lpatch_ranges){};
}

void lpatch_ranges_add(struct lpatch_ranges *ranges, unsigned long first, unsigned long last)
{
	if (WARN_ON_ONCE(ranges->nr == ranges->room))
		return;
	ranges->ranges[ranges->nr++] = (struct lpatch_range){first, last};
}

static int compare_ranges(const void *left, const void *right)
{
	const struct lpatch_range *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

void lpatch_ranges_sort(struct lpatch_ranges *ranges)
{
	struct lpatch_range *each = ranges->ranges;
	unsigned int i, kept = 0;

	sort(each, ranges->nr, sizeof(*each), compare_ranges, NULL);
	for (i = 1; i < ranges->nr; i++) {
		if (each[i].first <= each[kept].last)
			each[kept].last = max(each[kept].last, each[i].last);
		else
			each[++kept] = each[i];
	}
	ranges->nr = min(ranges->nr, kept + 1);
}

bool lpatch_ranges_have(const void *data, unsigned long addr)
{
	const struct lpatch_ranges *ranges = data;
	unsigned int low = 0, high = ranges->nr;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (addr > ranges->ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranges->nr && addr >= ranges->ranges[low].first;
}
