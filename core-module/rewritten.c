// SPDX-License-Identifier: GPL-2.0
/*
 * Where does the kernel rewrite its own text while it runs?
 *
 * It has functions that answer that, and each of them goes through a whole table
 * and decodes an instruction for each entry: 12 ms for one function, under
 * emulation. So the tables are gone through once for all functions of a part,
 * without decoding; and only where an entry lies near is the kernel asked, which
 * alone knows its exact size.
 *
 * What it writes at boot only (alternatives, retpolines, runtime constants) is no
 * obstacle: it has been written, and the text is compared. ftrace's slots, kprobes
 * and other live patches are looked for elsewhere (site.c, kprobe.c).
 *
 * A kernel may have neither jump labels nor static calls in its code: then there is no walk.
 * The walk takes no lock: where an entry leads is never changed once the kernel has
 * booted, or the module's init is about to run; what the key's owners change is
 * the other members.
 */
#include <linux/bsearch.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/static_call_types.h>

#include "give_way.h"
#include "unexported.h"
#include "rewritten.h"
#include "text.h"

#define LONGEST_INSTRUCTION 15   /* bytes; no site is longer */
#define ENTRIES_AT_ONCE     1024 /* between two offers to let others run */

#define PREFIX_LOCK 0xf0 /* while there are several CPUs */
#define PREFIX_DS   0x3e /* in its place while there is one */

/* Marks the places that a site which begins at `addr` may reach into. */
static __maybe_unused void mark_near(struct lpatch_place *places, u32 nr, unsigned long addr)
{
	u32 low = 0, high = nr;

	/* The first place that ends behind the start of the site. */
	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (places[middle].addr + LPATCH_JUMP_SIZE > addr)
			high = middle;
		else
			low = middle + 1;
	}
	for (; low < nr && places[low].addr < addr + LONGEST_INSTRUCTION; low++)
		places[low].near = true;
}

static __maybe_unused void mark_all(struct lpatch_place *places, u32 nr)
{
	while (nr--)
		places[nr].near = true;
}

#ifdef CONFIG_JUMP_LABEL
static void walk_jump_labels(struct lpatch_place *places, u32 nr, const struct module *module)
{
	const struct jump_entry *first = (void *)LPATCH_ADDRESS(__start___jump_table);
	const struct jump_entry *end = (void *)LPATCH_ADDRESS(__stop___jump_table), *entry;

	if (module) {
		first = module->jump_entries;
		end = first + module->num_jump_entries;
	} else if (!first || !end) {
		mark_all(places, nr);
		return;
	}
	for (entry = first; entry < end; entry++) {
		mark_near(places, nr, jump_entry_code(entry));
		if (!((entry - first + 1) % ENTRIES_AT_ONCE))
			lpatch_give_way();
	}
}
#else
static void walk_jump_labels(struct lpatch_place *places, u32 nr, const struct module *module)
{
}
#endif

#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
static void walk_static_calls(struct lpatch_place *places, u32 nr, const struct module *module)
{
	const struct static_call_site *first = (void *)LPATCH_ADDRESS(__start_static_call_sites);
	const struct static_call_site *end = (void *)LPATCH_ADDRESS(__stop_static_call_sites),
				      *site;

	if (module) {
		first = module->static_call_sites;
		end = first + module->num_static_call_sites;
	} else if (!first || !end) {
		mark_all(places, nr);
		return;
	}
	for (site = first; site < end; site++) {
		/* As static_call_addr() in kernel/static_call_inline.c, Linux 6.1. */
		mark_near(places, nr, (long)site->addr + (long)&site->addr);
		if (!((site - first + 1) % ENTRIES_AT_ONCE))
			lpatch_give_way();
	}
}
#else
static void walk_static_calls(struct lpatch_place *places, u32 nr, const struct module *module)
{
}
#endif

static int compare_places(const void *left, const void *right)
{
	const struct lpatch_place *one = left, *other = right;

	return one->addr < other->addr ? -1 : one->addr > other->addr;
}

void lpatch_rewritten_near(struct lpatch_place *places, u32 nr, const struct module *module)
{
	sort(places, nr, sizeof(*places), compare_places, NULL);
	walk_jump_labels(places, nr, module);
	walk_static_calls(places, nr, module);
}

static bool is_jump_label(void *first, void *last)
{
	bool reserved;

	if (!LPATCH_HAVE_jump_label_text_reserved)
		return false;
	jump_label_lock();
	reserved = jump_label_text_reserved(first, last);
	jump_label_unlock();
	return reserved;
}

static bool is_static_call(void *first, void *last)
{
	return LPATCH_HAVE_static_call_text_reserved && static_call_text_reserved(first, last);
}

/*
 * The prefixes of locked instructions are taken away and put back
 * (alternatives_smp_lock() in arch/x86/kernel/alternative.c, Linux 6.1). The table may
 * be gone where that never happens, so only the kernel can be asked; but without one of the
 * prefixes there is nothing to ask.
 */
static bool is_lock_prefix(const u8 *first, const u8 *last)
{
	const u8 *byte = first;
	bool reserved;

	while (byte <= last && *byte != PREFIX_LOCK && *byte != PREFIX_DS)
		byte++;
	if (byte > last || !LPATCH_HAVE_alternatives_text_reserved)
		return false;
	mutex_lock(&text_mutex);
	/* Its end is exclusive, unlike the others'. */
	reserved = alternatives_text_reserved((void *)first, (void *)last + 1);
	mutex_unlock(&text_mutex);
	return reserved;
}

bool lpatch_rewritten_at(const struct lpatch_place *places, u32 nr, unsigned long addr)
{
	const struct lpatch_place key = {.addr = addr};
	const struct lpatch_place *place = bsearch(&key, places, nr, sizeof(key), compare_places);
	void *first = (void *)addr, *last = first + LPATCH_JUMP_SIZE - 1;

	if (WARN_ON_ONCE(!place))
		return true;
	if (place->near && (is_jump_label(first, last) || is_static_call(first, last)))
		return true;
	return is_lock_prefix(first, last);
}
