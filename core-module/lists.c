// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/lpatch: what an update has and what stood in its way, as files of many lines. Only root
 * may read them. A reader holds the core's lock while one buffer is filled, not while the user
 * takes it; and waits for the lock until he is killed.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lists.h"
#include "lock.h"
#include "parts.h"
#include "redirect.h"
#include "shadow.h"

#define TEXT_NAME_ENUMERATOR(name, text, ...) text,

static const char *const redirect_names[] = {LPATCH_REDIRECTS(TEXT_NAME_ENUMERATOR)};
static const char *const hook_names[] = {LPATCH_HOOKS(TEXT_NAME_ENUMERATOR)};

static struct proc_dir_entry *proc_directory; /* /proc/lpatch */

/*
 * One kind of list: what each part of an update has, part after part. `show` prints the line of
 * one index below nr(part), and returns 0, or SEQ_SKIP if there is nothing to be said.
 */
struct kind {
	const char *file;
	u32 (*nr)(const struct lpatch_part *part);
	int (*show)(struct seq_file *seq, const struct lpatch_part *part, u32 index);
};

/* The list of one update; the data of its file. */
struct lpatch_list {
	const struct kind *kind;
	struct lpatch_entry *entry;
};

/* Where a reader is; valid while he holds the core's lock. */
struct cursor {
	const struct lpatch_part *part;
	u32 index;
};

/* The lines -------------------------------------------------------------------- */

static u32 nr_functions(const struct lpatch_part *part)
{
	return part->update->nr_funcs;
}

static int show_function(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_layer *layer = &part->layers[index];
	const struct lpatch_func *func = layer->func;
	enum lpatch_redirect redirect = layer->site ? layer->site->kind : LPATCH_REDIRECT_NONE;

	seq_printf(seq, "%s %s 0x%lx 0x%lx %s\n", func->object, func->old.name, func->old.addr,
		   func->new_addr, redirect_names[redirect]);
	return 0;
}

static u32 nr_constants(const struct lpatch_part *part)
{
	return part->update->nr_rewrites;
}

static int show_constant(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_constant *constant = &part->constants[index];
	const struct lpatch_rewrite *rewrite = constant->rewrite;

	seq_printf(seq, "%s %s 0x%lx %u %s\n", part->update->object, rewrite->name, rewrite->addr,
		   rewrite->size, constant->saved ? "rewritten" : "original");
	return 0;
}

/* The objects are all in lpatch_ID's own tables: its own, if it has anything for it, and others. */
static u32 nr_objects(const struct lpatch_part *part)
{
	return lpatch_is_part(part->update) ? 0 : 1 + part->update->nr_objects;
}

static int show_object(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_update *update = part->update;
	const char *object = index ? update->objects[index - 1] : update->object;
	const struct lpatch_part *own = lpatch_part_find(part->entry, object);

	if (!index && !update->nr_funcs && !update->nr_rewrites && !update->nr_hooks)
		return SEQ_SKIP;
	seq_printf(seq, "%s %s\n", object, own ? own->update->module->name : LPATCH_OBJECT_WAITING);
	return 0;
}

static u32 nr_hooks(const struct lpatch_part *part)
{
	return part->update->nr_hooks;
}

static int show_hook(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_hook *hook = &part->update->hooks[index];

	seq_printf(seq, "%s %s %s %s\n", part->update->object, hook_names[hook->kind], hook->source,
		   hook->function);
	return 0;
}

static u32 nr_shadows(const struct lpatch_part *part)
{
	return part->update->nr_shadows;
}

/* Whether a declaration before this one means the same variable. */
static bool is_listed(const struct lpatch_entry *entry, struct lpatch_shadow *const *declared)
{
	const struct lpatch_part *part;
	u32 i;

	list_for_each_entry(part, &entry->parts, list) {
		for (i = 0; i < part->update->nr_shadows; i++) {
			struct lpatch_shadow *const *other = &part->update->shadows[i];

			if (other == declared || (*other)->kind == (*declared)->kind)
				return other != declared;
		}
	}
	return false;
}

static int show_shadow(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_shadow *shadow = part->update->shadows[index];

	if (is_listed(part->entry, &part->update->shadows[index]))
		return SEQ_SKIP;
	seq_printf(seq, "%s %zu %zu %s\n", shadow->name, shadow->size, lpatch_shadow_count(shadow),
		   shadow->shared ? "shared" : "own");
	return 0;
}

static u32 nr_outlives(const struct lpatch_part *part)
{
	return part->update->nr_outlives;
}

static int show_outlives(struct seq_file *seq, const struct lpatch_part *part, u32 index)
{
	const struct lpatch_outlives *one = &part->update->outlives[index];

	seq_printf(seq, "%s\t%s\t%s\t%s\n", part->update->object, one->name,
		   *one->where ? one->where : "-", one->text);
	return 0;
}

static const struct kind kinds[] = {
	{LPATCH_FILE_FUNCTIONS, nr_functions, show_function},
	{LPATCH_FILE_CONSTANTS, nr_constants, show_constant},
	{LPATCH_FILE_OBJECTS, nr_objects, show_object},
	{LPATCH_FILE_HOOKS, nr_hooks, show_hook},
	{LPATCH_FILE_SHADOWS, nr_shadows, show_shadow},
	{LPATCH_FILE_OUTLIVES, nr_outlives, show_outlives},
};

/* Reading ---------------------------------------------------------------------- */

static const struct lpatch_list *to_list(struct seq_file *seq)
{
	return pde_data(file_inode(seq->file));
}

/* Moves on to a part that has a line of that index, counted from its begin. */
static void *settle(const struct lpatch_list *list, struct cursor *cursor)
{
	u32 nr;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry_from(cursor->part, &list->entry->parts, list)
	{
		nr = list->kind->nr(cursor->part);
		if (cursor->index < nr)
			return cursor;
		cursor->index -= nr;
	}
	return NULL;
}

/* Takes the core's lock, which stop() releases; an ERR_PTR() if not. */
static void *start(struct seq_file *seq, loff_t *position)
{
	const struct lpatch_list *list = to_list(seq);
	struct cursor *cursor = seq->private;

	if (*position > U32_MAX)
		return ERR_PTR(-EINVAL);
	if (mutex_lock_killable(&lpatch_lock))
		return ERR_PTR(-EINTR);
	/* Its parts have gone, and its files are about to. */
	if (!list->entry->update) {
		mutex_unlock(&lpatch_lock);
		return ERR_PTR(-ENODEV);
	}
	cursor->part = list_first_entry(&list->entry->parts, struct lpatch_part, list);
	cursor->index = *position;
	return settle(list, cursor);
}

static void *next(struct seq_file *seq, void *at, loff_t *position)
{
	struct cursor *cursor = at;

	++*position;
	cursor->index++;
	return settle(to_list(seq), cursor);
}

static void stop(struct seq_file *seq, void *at)
{
	if (!IS_ERR(at))
		mutex_unlock(&lpatch_lock);
}

static int show(struct seq_file *seq, void *at)
{
	const struct cursor *cursor = at;

	lockdep_assert_held(&lpatch_lock);
	return to_list(seq)->kind->show(seq, cursor->part, cursor->index);
}

static const struct seq_operations operations = {
	.start = start,
	.next = next,
	.stop = stop,
	.show = show,
};

/* What blocked the last attempt. It has its own lock: readers don't wait for an attempt. */
static int show_conflicts(struct seq_file *seq, void *unused)
{
	struct lpatch_entry *entry = seq->private;

	return lpatch_report_show(&entry->report, seq);
}

/* Directories ------------------------------------------------------------------ */

static bool add_list(struct lpatch_entry *entry, struct lpatch_list *list, const struct kind *kind)
{
	list->kind = kind;
	list->entry = entry;
	return proc_create_seq_private(kind->file, 0400, entry->directory, &operations,
				       sizeof(struct cursor), list);
}

int lpatch_lists_add(struct lpatch_entry *entry)
{
	size_t i;

	entry->lists = kvcalloc(ARRAY_SIZE(kinds), sizeof(*entry->lists), GFP_KERNEL);
	entry->directory = entry->lists ? proc_mkdir(entry->update->id, proc_directory) : NULL;
	if (!entry->directory || !proc_create_single_data(LPATCH_FILE_CONFLICTS, 0400,
							  entry->directory, show_conflicts, entry))
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!add_list(entry, &entry->lists[i], &kinds[i]))
			return -ENOMEM;
	return 0;
}

void lpatch_lists_remove(struct lpatch_entry *entry)
{
	lockdep_assert_not_held(&lpatch_lock);
	proc_remove(entry->directory);
	kvfree(entry->lists);
	entry->directory = NULL;
	entry->lists = NULL;
}

int lpatch_lists_init(void)
{
	proc_directory = proc_mkdir(LPATCH_CORE_MODULE, NULL);
	return proc_directory ? 0 : -ENOMEM;
}

void lpatch_lists_exit(void)
{
	proc_remove(proc_directory);
}
