// SPDX-License-Identifier: GPL-2.0
/*
 * A part that outlasts its target.
 *
 * What is left in the target's memory are the redirects, which go with it. What is left in
 * the part are calls and data references in its text, which no task runs, and two tables of
 * the kernel's that its unloading walks through: jump labels and static calls, each entry
 * with the address of a key. The memory of a key in the target has another owner later.
 * jump_label_del_module() and static_call_del_module() take the part's entries off the lists
 * of their keys (kernel/jump_label.c and kernel/static_call_inline.c, Linux 6.1), so an
 * entry with such a key gets another one: for a jump label that is its own place in the
 * part, since keys of the module itself are skipped; for a static call an empty key of the
 * core's, which stays longer than any part. The lists of the target's keys are not put in
 * order: they go with it, and their few bytes of memory are lost.
 *
 * The tables are read-only after the part's init, so they are written through an alias. No other
 * code writes or reads those entries: that is done for the key that they have, by the code that
 * switches it, which was in the target.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/static_call.h>
#include <linux/vmalloc.h>

#include "alias.h"
#include "lock.h"
#include "orphan.h"
#include "targets.h"
#include "update.h"

#define KEY_FLAGS 3L /* the two low bits of a key are something else */

/* A writable alias of what lies in one page; alias_end() takes it away. NULL: no memory. */
static void *alias_begin(const void *at)
{
	struct page *page = lpatch_page((unsigned long)at);
	u8 *alias = page ? vmap(&page, 1, VM_MAP, PAGE_KERNEL) : NULL;

	return alias ? alias + offset_in_page(at) : NULL;
}

static void alias_end(void *alias)
{
	vunmap((void *)((unsigned long)alias & PAGE_MASK));
}

#ifdef CONFIG_HAVE_ARCH_JUMP_LABEL_RELATIVE
static bool cut_jump_labels(const struct module *module, const struct module *target)
{
	struct jump_entry *entry;
	long *alias;

	for (entry = module->jump_entries; entry < module->jump_entries + module->num_jump_entries;
	     entry++) {
		if (!within_module((unsigned long)jump_entry_key(entry), target))
			continue;
		alias = alias_begin(&entry->key);
		if (!alias)
			return false;
		/* A distance of 0: the key is where the entry says it. */
		WRITE_ONCE(*alias, entry->key & KEY_FLAGS);
		alias_end(alias);
	}
	return true;
}
#else
static bool cut_jump_labels(const struct module *module, const struct module *target)
{
	return !IS_ENABLED(CONFIG_JUMP_LABEL);
}
#endif

#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
static struct static_call_key nowhere __aligned(8);

static bool cut_static_calls(const struct module *module, const struct module *target)
{
	struct static_call_site *site;
	s32 *alias;

	for (site = module->static_call_sites;
	     site < module->static_call_sites + module->num_static_call_sites; site++) {
		long at = (long)&site->key;

		if (!within_module((at + site->key) & ~KEY_FLAGS, target))
			continue;
		alias = alias_begin(&site->key);
		if (!alias)
			return false;
		WRITE_ONCE(*alias, ((long)&nowhere - at) | (site->key & KEY_FLAGS));
		alias_end(alias);
	}
	return true;
}
#else
static bool cut_static_calls(const struct module *module, const struct module *target)
{
	return true;
}
#endif

void lpatch_orphan(struct lpatch_part *part)
{
	struct module *module = part->update->module;
	const struct module *target = part->target->module;

	lockdep_assert_held(&lpatch_lock);
	if (!cut_jump_labels(module, target) || !cut_static_calls(module, target)) {
		__module_get(module);
		pr_err("%s can't be unloaded any more\n", module->name);
	}
	part->target = NULL;
	part->orphaned = true;
}
