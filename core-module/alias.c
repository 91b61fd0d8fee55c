// SPDX-License-Identifier: GPL-2.0
/*
 * How is memory written that is mapped read-only?
 *
 * A writable mapping of such memory is a risk, and so exists for as short a time as possible: it
 * comes after all checks of the stacks that may take their time, and goes before the first wait
 * for a grace period. All stretches are in one mapping, since each costs the kernel a search; a
 * page that two of them share is in there twice.
 *
 * text_poke() has a mm of its own for this, which only the CPU that writes sees.
 * Neither that mm nor what makes and enters another one is for modules. Here, only
 * the CPU that writes ever uses the mapping, too, and no entry of it is left in
 * any TLB: vm_unmap_aliases() sees to that.
 *
 * Under text_mutex memory is allocated as anywhere, see alternatives_smp_module_add()
 * in arch/x86/kernel/alternative.c, Linux 6.1.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "alias.h"
#include "unexported.h"

#define LEAST_PAGES 16 /* pages */

struct page *lpatch_page(unsigned long addr)
{
	if ((addr >= LPATCH_ADDRESS(_stext) && addr < LPATCH_ADDRESS(_etext)) ||
	    (addr >= LPATCH_ADDRESS(__start_rodata) && addr < LPATCH_ADDRESS(__end_rodata)))
		return pfn_to_page(PHYS_PFN(__pa_symbol(addr)));
	return vmalloc_to_page((void *)addr);
}

/* Makes room for `nr` more. */
static bool grow_aliases(struct lpatch_aliases *aliases, u32 nr)
{
	u32 room = max3(aliases->nr + nr, 2 * aliases->room, (u32)LEAST_PAGES);
	struct page **pages;

	if (aliases->room - aliases->nr >= nr)
		return true;
	pages = kvcalloc(room, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return false;
	if (aliases->nr)
		memcpy(pages, aliases->pages, aliases->nr * sizeof(*pages));
	kvfree(aliases->pages);
	aliases->pages = pages;
	aliases->room = room;
	return true;
}

int lpatch_aliases_add(struct lpatch_aliases *aliases, unsigned long addr, size_t size, size_t *at)
{
	unsigned long first = addr & PAGE_MASK;
	u32 i, nr = PFN_UP(addr + size - first);

	if (!grow_aliases(aliases, nr))
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		struct page *page = lpatch_page(first + i * PAGE_SIZE);

		if (!page)
			return -EINVAL;
		aliases->pages[aliases->nr + i] = page;
	}
	*at = aliases->nr * PAGE_SIZE + offset_in_page(addr);
	aliases->nr += nr;
	return 0;
}

int lpatch_aliases_map(struct lpatch_aliases *aliases)
{
	if (!aliases->nr)
		return 0;
	aliases->mapping = vmap(aliases->pages, aliases->nr, VM_MAP, PAGE_KERNEL);
	return aliases->mapping ? 0 : -ENOMEM;
}

void lpatch_aliases_unmap(struct lpatch_aliases *aliases)
{
	if (!aliases->mapping)
		return;
	vunmap(aliases->mapping);
	vm_unmap_aliases();
	aliases->mapping = NULL;
}

void lpatch_aliases_free(struct lpatch_aliases *aliases)
{
	lpatch_aliases_unmap(aliases);
	kvfree(aliases->pages);
	*aliases = (struct lpatch_aliases){};
}
