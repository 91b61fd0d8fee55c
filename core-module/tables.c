// SPDX-License-Identifier: GPL-2.0
/*
 * Do the tables of an update make sense? They are made by lpatch-create and
 * loaded as part of a module, so they are not an attacker's; but a mistake in
 * them must be found here, before any text is written.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "unexported.h"
#include "tables.h"
#include "update.h"

#define MAX_FUNCS       65536
#define MAX_FUNC_SIZE   (1 << 20)
#define MAX_REWRITES    65536
#define MAX_CONSTANT    (16 << 20)
#define MAX_OBJECTS     4096
#define MAX_HOOKS       65536
#define MAX_SHADOWS     65536
#define MAX_SHADOW_SIZE (1 << 20)
#define MAX_OUTLIVES    65536
#define MAX_TEXT        2048
#define MAX_NAME        512 /* KSYM_NAME_LEN of Linux 6.1 and later */
#define MAX_DESCRIPTION 1024
#define MAX_PATCH       (64 << 20)

struct span {
	unsigned long begin, end; /* end excluded */
	const char *name;
};

static bool in_module(const struct lpatch_update *update, const void *data, size_t size)
{
	unsigned long addr = (unsigned long)data;

	return !size || (within_module_core(addr, update->module) &&
			 within_module_core(addr + size - 1, update->module));
}

/* True for a string of at most that many characters that ends inside the module. */
static bool is_text(const struct lpatch_update *update, const char *text, size_t max)
{
	size_t length;

	for (length = 0; length <= max && in_module(update, text + length, 1); length++)
		if (!text[length])
			return true;
	return false;
}

static bool valid_id(const struct lpatch_update *update)
{
	const char *c = update->id;

	if (!is_text(update, c, LPATCH_ID_MAX) || !*c)
		return false;
	for (; *c; c++)
		if (!islower(*c) && !isdigit(*c) && *c != '_')
			return false;
	return true;
}

static bool valid_description(const struct lpatch_update *update)
{
	return is_text(update, update->description, MAX_DESCRIPTION) &&
	       !strchr(update->description, '\n');
}

/* The stretch of memory from `first` on. */
static bool lies_within(unsigned long addr, u32 size, unsigned long first, unsigned long room)
{
	return addr >= first && size <= room && addr - first <= room - size;
}

static bool in_text_of(const struct module *target, const struct lpatch_text *text)
{
	unsigned long first = LPATCH_ADDRESS(_stext), room = LPATCH_ADDRESS(_etext) - first;

	if (target)
		first = lpatch_module_text(target, &room);
	return lies_within(text->addr, text->size, first, room);
}

static bool in_constants_of(const struct module *target, const struct lpatch_rewrite *rewrite)
{
	unsigned long first = LPATCH_ADDRESS(__start_rodata),
		      room = LPATCH_ADDRESS(__end_rodata) - first;

	if (target)
		first = lpatch_module_constants(target, &room);
	return lies_within(rewrite->addr, rewrite->size, first, room);
}

static bool valid_text(const struct lpatch_update *update, const struct module *target,
		       const struct lpatch_text *text)
{
	return is_text(update, text->name, MAX_NAME) && text->size <= MAX_FUNC_SIZE &&
	       in_text_of(target, text) && in_module(update, text->expect, text->size) &&
	       in_module(update, text->mask, text->size);
}

static bool valid_replacement(const struct lpatch_update *update, const struct lpatch_func *func)
{
	unsigned long size, base = lpatch_module_text(update->module, &size);

	return func->new_size && lies_within(func->new_addr, func->new_size, base, size);
}

static int refuse_entry(const struct lpatch_update *update, const char *name, const char *why)
{
	pr_err("%s: %s in %s: %s\n", update->id, name, update->object, why);
	return -EINVAL;
}

static int check_func(const struct lpatch_update *update, const struct module *target,
		      const struct lpatch_func *func)
{
	if (!is_text(update, func->old.name, MAX_NAME))
		return refuse_entry(update, "function without a name",
				    "table entry makes no sense");
	if (!is_text(update, func->object, MODULE_NAME_LEN) || strcmp(func->object, update->object))
		return refuse_entry(update, func->old.name, "belongs to another object");
	if (!func->old.size || !valid_text(update, target, &func->old))
		return refuse_entry(update, func->old.name, "lies outside the object's text");
	if (func->old_cold.size && !valid_text(update, target, &func->old_cold))
		return refuse_entry(update, func->old.name,
				    "its cold part lies outside the object's text");
	if (!valid_replacement(update, func))
		return refuse_entry(update, func->old.name,
				    "its replacement lies outside the update");
	return 0;
}

static int check_rewrite(const struct lpatch_update *update, const struct module *target,
			 const struct lpatch_rewrite *rewrite)
{
	if (!is_text(update, rewrite->name, MAX_NAME))
		return refuse_entry(update, "constant without a name",
				    "table entry makes no sense");
	if (!rewrite->size || rewrite->size > MAX_CONSTANT || !in_constants_of(target, rewrite))
		return refuse_entry(update, rewrite->name, "lies outside the object's constants");
	if (!in_module(update, rewrite->old_bytes, rewrite->size) ||
	    !in_module(update, rewrite->old_mask, rewrite->size) ||
	    !in_module(update, rewrite->new_bytes, rewrite->size))
		return refuse_entry(update, rewrite->name, "its content lies outside the update");
	return 0;
}

static bool is_code(const struct lpatch_update *update, const void *function)
{
	unsigned long size, base = lpatch_module_text(update->module, &size);

	return lies_within((unsigned long)function, 1, base, size);
}

/* The hooks are in order, and no set has two of a kind. */
static bool follows(const struct lpatch_hook *hook, const struct lpatch_hook *before)
{
	return hook->set > before->set || (hook->set == before->set && hook->kind > before->kind);
}

static int check_hook(const struct lpatch_update *update, const struct lpatch_hook *hook)
{
	if (!is_text(update, hook->function, MAX_NAME) || !is_text(update, hook->source, PATH_MAX))
		return refuse_entry(update, "hook without a name", "table entry makes no sense");
	if ((u32)hook->kind > LPATCH_HOOK_FAIL_REVERSE ||
	    (hook != update->hooks && !follows(hook, hook - 1)))
		return refuse_entry(update, hook->function,
				    "its place among the hooks makes no sense");
	if (!in_module(update, hook->entry, sizeof(*hook->entry)) || !is_code(update, *hook->entry))
		return refuse_entry(update, hook->function, "the hook lies outside the update");
	return 0;
}

static int check_shadow(const struct lpatch_update *update, const struct lpatch_shadow *shadow)
{
	if (!in_module(update, shadow, sizeof(*shadow)) || !is_text(update, shadow->name, MAX_NAME))
		return refuse_entry(update, "shadow variable without a name",
				    "table entry makes no sense");
	if (shadow->size > MAX_SHADOW_SIZE || shadow->kind)
		return refuse_entry(update, shadow->name, "its size or state makes no sense");
	if (shadow->destroy && !is_code(update, shadow->destroy))
		return refuse_entry(update, shadow->name, "its destructor lies outside the update");
	return 0;
}

static int check_outlives(const struct lpatch_update *update, const struct lpatch_outlives *one)
{
	if (!is_text(update, one->name, MAX_NAME) || !is_text(update, one->where, PATH_MAX) ||
	    !is_text(update, one->text, MAX_TEXT))
		return refuse_entry(update, "what may outlive it", "table entry makes no sense");
	return 0;
}

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void add_span(struct span *spans, u32 *nr, unsigned long addr, u32 size, const char *name)
{
	if (size)
		spans[(*nr)++] = (struct span){addr, addr + size, name};
}

static int check_overlap(const struct lpatch_update *update)
{
	size_t room = 2 * (size_t)update->nr_funcs + update->nr_rewrites;
	struct span *spans = kvcalloc(room, sizeof(*spans), GFP_KERNEL);
	u32 i, nr = 0;
	int err = 0;

	if (!spans)
		return -ENOMEM;
	for (i = 0; i < update->nr_funcs; i++) {
		add_span(spans, &nr, update->funcs[i].old.addr, update->funcs[i].old.size,
			 update->funcs[i].old.name);
		add_span(spans, &nr, update->funcs[i].old_cold.addr, update->funcs[i].old_cold.size,
			 update->funcs[i].old_cold.name);
	}
	for (i = 0; i < update->nr_rewrites; i++)
		add_span(spans, &nr, update->rewrites[i].addr, update->rewrites[i].size,
			 update->rewrites[i].name);
	sort(spans, nr, sizeof(*spans), compare_spans, NULL);
	for (i = 1; i < nr && !err; i++)
		if (spans[i].begin < spans[i - 1].end)
			err = refuse_entry(update, spans[i].name, "overlaps another one");
	kvfree(spans);
	return err;
}

static bool valid_objects(const struct lpatch_update *update)
{
	u32 i;

	if (update->nr_objects > MAX_OBJECTS ||
	    !in_module(update, update->objects, update->nr_objects * sizeof(*update->objects)))
		return false;
	if (lpatch_is_part(update))
		return !update->nr_objects;
	for (i = 0; i < update->nr_objects; i++)
		if (!is_text(update, update->objects[i], MODULE_NAME_LEN))
			return false;
	return true;
}

int lpatch_tables_check_names(const struct lpatch_update *update)
{
	if (!update->module || !valid_id(update)) {
		pr_err("an update without a valid id\n");
		return -EINVAL;
	}
	if (update->abi != LPATCH_ABI_VERSION) {
		pr_err("%s: made for version %u of the interface, this is %u\n", update->id,
		       update->abi, LPATCH_ABI_VERSION);
		return -EINVAL;
	}
	if (!is_text(update, update->object, MODULE_NAME_LEN) || !valid_objects(update)) {
		pr_err("%s: the names of its objects make no sense\n", update->id);
		return -EINVAL;
	}
	if (!valid_description(update) || update->patch_size > MAX_PATCH ||
	    !in_module(update, update->patch, update->patch_size)) {
		pr_err("%s: description or patch text make no sense\n", update->id);
		return -EINVAL;
	}
	return 0;
}

/*
 * lpatch_ID may have nothing but the id, if all else is in its parts, and a part nothing but what
 * it exports to other parts.
 */
static bool valid_counts(const struct lpatch_update *update)
{
	return update->nr_funcs <= MAX_FUNCS && update->nr_rewrites <= MAX_REWRITES &&
	       update->nr_hooks <= MAX_HOOKS && update->nr_shadows <= MAX_SHADOWS &&
	       update->nr_outlives <= MAX_OUTLIVES &&
	       (update->nr_funcs || update->nr_rewrites || update->nr_objects || update->nr_hooks ||
		lpatch_is_part(update)) &&
	       in_module(update, update->hooks, update->nr_hooks * sizeof(*update->hooks)) &&
	       in_module(update, update->outlives,
			 update->nr_outlives * sizeof(*update->outlives)) &&
	       in_module(update, update->shadows, update->nr_shadows * sizeof(*update->shadows)) &&
	       in_module(update, update->funcs, update->nr_funcs * sizeof(*update->funcs)) &&
	       in_module(update, update->rewrites, update->nr_rewrites * sizeof(*update->rewrites));
}

int lpatch_tables_check(const struct lpatch_update *update, const struct module *target)
{
	u32 i;
	int err = 0;

	if (!valid_counts(update)) {
		pr_err("%s: %u functions, %u constants, %u hooks, %u shadow variables\n",
		       update->id, update->nr_funcs, update->nr_rewrites, update->nr_hooks,
		       update->nr_shadows);
		return -EINVAL;
	}
	for (i = 0; i < update->nr_funcs && !err; i++)
		err = check_func(update, target, &update->funcs[i]);
	for (i = 0; i < update->nr_rewrites && !err; i++)
		err = check_rewrite(update, target, &update->rewrites[i]);
	for (i = 0; i < update->nr_hooks && !err; i++)
		err = check_hook(update, &update->hooks[i]);
	for (i = 0; i < update->nr_shadows && !err; i++)
		err = check_shadow(update, update->shadows[i]);
	for (i = 0; i < update->nr_outlives && !err; i++)
		err = check_outlives(update, &update->outlives[i]);
	return err ? err : check_overlap(update);
}
