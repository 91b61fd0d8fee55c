// SPDX-License-Identifier: GPL-2.0
/*
 * Do the tables of an update make sense? They are made by lpatch-create and
 * loaded as part of a module, so they are not an attacker's; but a mistake in
 * them must end here and not in somebody's text.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "resolve.h"
#include "tables.h"
#include "update.h"

#define MAX_FUNCS       65536
#define MAX_FUNC_SIZE   (1 << 20)
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

static bool is_text(const struct lpatch_update *update, const char *text, size_t max)
{
	return text && in_module(update, text, 1) && strnlen(text, max + 1) <= max;
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

static bool valid_text(const struct lpatch_update *update, const struct lpatch_text *text)
{
	unsigned long last = text->addr + text->size - 1;

	return is_text(update, text->name, MAX_NAME) && text->size <= MAX_FUNC_SIZE &&
	       text->addr >= lpatch_kernel.stext && last >= text->addr &&
	       last < lpatch_kernel.etext && in_module(update, text->expect, text->size) &&
	       in_module(update, text->mask, text->size);
}

static bool valid_replacement(const struct lpatch_update *update, const struct lpatch_func *func)
{
	unsigned long size, base = lpatch_module_text(update->module, &size);

	return func->new_size && func->new_addr >= base && func->new_size <= size &&
	       func->new_addr - base <= size - func->new_size;
}

static int refuse(const struct lpatch_update *update, const char *name, const char *why)
{
	pr_err("%s: function %s: %s\n", update->id, name, why);
	return -EINVAL;
}

static int check_func(const struct lpatch_update *update, const struct lpatch_func *func)
{
	if (!is_text(update, func->old.name, MAX_NAME))
		return refuse(update, "without a name", "table entry makes no sense");
	if (!is_text(update, func->object, MODULE_NAME_LEN))
		return refuse(update, func->old.name, "belongs to no object");
	if (strcmp(func->object, "vmlinux"))
		return refuse(update, func->old.name, "is in a module; only vmlinux is handled");
	if (!func->old.size || !valid_text(update, &func->old))
		return refuse(update, func->old.name, "lies outside the kernel's text");
	if (func->old_cold.size && !valid_text(update, &func->old_cold))
		return refuse(update, func->old.name,
			      "its cold part lies outside the kernel's text");
	if (!valid_replacement(update, func))
		return refuse(update, func->old.name, "its replacement lies outside the update");
	return 0;
}

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void add_span(struct span *spans, u32 *nr, const struct lpatch_text *text)
{
	if (text->size)
		spans[(*nr)++] = (struct span){text->addr, text->addr + text->size, text->name};
}

static int check_overlap(const struct lpatch_update *update)
{
	struct span *spans = kvcalloc(update->nr_funcs, 2 * sizeof(*spans), GFP_KERNEL);
	u32 i, nr = 0;
	int err = 0;

	if (!spans)
		return -ENOMEM;
	for (i = 0; i < update->nr_funcs; i++) {
		add_span(spans, &nr, &update->funcs[i].old);
		add_span(spans, &nr, &update->funcs[i].old_cold);
	}
	sort(spans, nr, sizeof(*spans), compare_spans, NULL);
	for (i = 1; i < nr && !err; i++)
		if (spans[i].begin < spans[i - 1].end)
			err = refuse(update, spans[i].name, "overlaps another one");
	kvfree(spans);
	return err;
}

int lpatch_tables_check(const struct lpatch_update *update)
{
	u32 i;
	int err;

	if (!update->module || !valid_id(update)) {
		pr_err("an update without a valid id\n");
		return -EINVAL;
	}
	if (update->abi != LPATCH_ABI_VERSION) {
		pr_err("%s: made for version %u of the interface, this is %u\n", update->id,
		       update->abi, LPATCH_ABI_VERSION);
		return -EINVAL;
	}
	if (!valid_description(update) || update->patch_size > MAX_PATCH ||
	    !in_module(update, update->patch, update->patch_size)) {
		pr_err("%s: description or patch text make no sense\n", update->id);
		return -EINVAL;
	}
	if (!update->nr_funcs || update->nr_funcs > MAX_FUNCS ||
	    !in_module(update, update->funcs, update->nr_funcs * sizeof(*update->funcs))) {
		pr_err("%s: %u functions\n", update->id, update->nr_funcs);
		return -EINVAL;
	}

	for (i = 0; i < update->nr_funcs; i++) {
		err = check_func(update, &update->funcs[i]);
		if (err)
			return err;
	}
	return check_overlap(update);
}
