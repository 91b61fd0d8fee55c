// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code that the running kernel rewrites and that the original does not name. objtool finds out only
 * of all of vmlinux, or of a module, to which functions no pointer leads (.ibt_endbr_seal).
 */
#include <string.h>

#include "create/proof/proof_internal.h"

static void add_image_site(void *context, uint64_t address, uint64_t length)
{
	struct image_sites *sites = context;

	if (sites->count == sites->room) {
		size_t room = 2 * sites->room + 1024;
		struct image_site *items = reallocarray(sites->items, room, sizeof(*items));

		if (!items) {
			sites->no_memory = true;
			return;
		}
		sites->items = items;
		sites->room = room;
	}
	sites->items[sites->count++] = (struct image_site){address, length};
}

static int compare_sites(const void *left, const void *right)
{
	const struct image_site *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

/* The longest site: an alternative has its length in one byte. */
#define LONGEST_SITE 255

struct lp_error *proof_image_sites(const struct proof *proof, uint64_t address, uint64_t size,
				   arch_image_site_found *found, void *context)
{
	struct image_sites *sites = proof->sites;
	size_t low = 0, high;

	if (!sites->known) {
		arch_image_sites(proof->image, add_image_site, sites);
		if (sites->no_memory)
			return lp_error_no_memory();
		if (sites->count)
			qsort(sites->items, sites->count, sizeof(*sites->items), compare_sites);
		sites->known = true;
	}
	high = sites->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sites->items[middle].address + LONGEST_SITE < address)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sites->count && sites->items[low].address < address + size; low++)
		found(context, sites->items[low].address, sites->items[low].length);
	return NULL;
}
