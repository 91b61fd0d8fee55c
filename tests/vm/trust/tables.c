// SPDX-License-Identifier: GPL-2.0
/*
 * An update whose tables can be made wrong:
 *
 *	address=ADDRESS	of the function that it replaces
 *	wrong=NAME	what is wrong with the tables, one of those below
 *
 * It is registered and never applied. The core's functions are looked up when it is
 * loaded, so that it can be built without the core.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "lpatch.h"

static unsigned long address;
static char *wrong = "nothing";
module_param(address, ulong, 0400);
module_param(wrong, charp, 0400);

static const u8 bytes[16], mask[16] = {[0 ... 15] = 0xff};
static char long_id[LPATCH_ID_MAX + 2];
static char long_text[2048];
static struct lpatch_func funcs[2];
static struct lpatch_rewrite rewrites[1];
static struct lpatch_hook hooks[2];
static struct lpatch_shadow shadow = {.name = "shadow", .size = 8};
static struct lpatch_shadow *const shadows[] = {&shadow};
static const char *const objects[] = {"loop"};
static void *entry;

static struct lpatch_update update = {
	.abi = LPATCH_ABI_VERSION,
	.id = "tables",
	.object = "vmlinux",
	.description = "tables that may be wrong",
	.module = THIS_MODULE,
	.funcs = funcs,
	.nr_funcs = 1,
	.patch = "",
};

static int replacement(void)
{
	return 0;
}

/* Other code of the kernel's own, which an update has no say in. */
#define ELSEWHERE ((void *)strlen)

static void wrong_abi(void)
{
	update.abi++;
}

static void wrong_id_empty(void)
{
	update.id = "";
}

static void wrong_id_path(void)
{
	update.id = "../tables";
}

static void wrong_id_long(void)
{
	update.id = memset(long_id, 'a', sizeof(long_id) - 1);
}

static void wrong_id_elsewhere(void)
{
	update.id = (const char *)address;
}

static void wrong_description_lines(void)
{
	update.description = "two\nlines";
}

static void wrong_description_open(void)
{
	update.description = memset(long_text, 'a', sizeof(long_text));
}

static void wrong_patch_size(void)
{
	update.patch_size = 32 << 20;
}

static void wrong_objects(void)
{
	update.objects = ELSEWHERE;
	update.nr_objects = 4;
}

static void wrong_objects_count(void)
{
	update.objects = objects;
	update.nr_objects = U32_MAX;
}

static void wrong_func_count(void)
{
	update.nr_funcs = U32_MAX;
}

static void wrong_func_table(void)
{
	update.funcs = ELSEWHERE;
}

static void wrong_func_none(void)
{
	update.nr_funcs = 0;
}

static void wrong_func_name(void)
{
	funcs[0].old.name = NULL;
}

static void wrong_func_object(void)
{
	funcs[0].object = "loop";
}

static void wrong_func_address(void)
{
	funcs[0].old.addr = (unsigned long)&update;
}

static void wrong_func_wraps(void)
{
	funcs[0].old.addr = -8UL;
}

static void wrong_func_size(void)
{
	funcs[0].old.size = U32_MAX;
}

static void wrong_func_size_zero(void)
{
	funcs[0].old.size = 0;
}

static void wrong_func_bytes(void)
{
	funcs[0].old.expect = ELSEWHERE;
}

static void wrong_func_mask(void)
{
	funcs[0].old.mask = bytes + (1 << 20);
}

static void wrong_func_cold(void)
{
	funcs[0].old_cold.name = "cold";
	funcs[0].old_cold.size = 16;
}

static void wrong_func_new(void)
{
	funcs[0].new_addr = (unsigned long)ELSEWHERE;
}

static void wrong_func_new_size(void)
{
	funcs[0].new_size = U32_MAX;
}

static void wrong_func_twice(void)
{
	funcs[1] = funcs[0];
	update.nr_funcs = 2;
}

static void wrong_rewrite_of_code(void)
{
	rewrites[0] = (struct lpatch_rewrite){"code", address, 16, bytes, bytes, bytes};
	update.rewrites = rewrites;
	update.nr_rewrites = 1;
}

static void wrong_rewrite_count(void)
{
	update.rewrites = rewrites;
	update.nr_rewrites = U32_MAX;
}

static void add_hook(enum lpatch_hook_kind kind, void *function)
{
	entry = function;
	hooks[update.nr_hooks++] = (struct lpatch_hook){kind, 0, "source.c", "hook", &entry};
	update.hooks = hooks;
}

static void wrong_hook_kind(void)
{
	add_hook(99, replacement);
}

static void wrong_hook_elsewhere(void)
{
	add_hook(LPATCH_HOOK_PRE_APPLY, ELSEWHERE);
}

static void wrong_hook_twice(void)
{
	add_hook(LPATCH_HOOK_PRE_APPLY, replacement);
	add_hook(LPATCH_HOOK_PRE_APPLY, replacement);
}

static void add_shadow(void)
{
	update.shadows = shadows;
	update.nr_shadows = 1;
}

static void wrong_shadow_size(void)
{
	shadow.size = SIZE_MAX;
	add_shadow();
}

static void wrong_shadow_destructor(void)
{
	shadow.destroy = ELSEWHERE;
	add_shadow();
}

static void wrong_nothing(void)
{
	add_shadow();
	add_hook(LPATCH_HOOK_PRE_APPLY, replacement);
}

#define WRONG(name)                 \
	{                           \
#name, wrong_##name \
	}

static const struct {
	const char *name;
	void (*make)(void);
} cases[] = {
	WRONG(nothing),           WRONG(abi),
	WRONG(id_empty),          WRONG(id_path),
	WRONG(id_long),           WRONG(id_elsewhere),
	WRONG(description_lines), WRONG(description_open),
	WRONG(patch_size),        WRONG(objects),
	WRONG(objects_count),     WRONG(func_count),
	WRONG(func_table),        WRONG(func_none),
	WRONG(func_name),         WRONG(func_object),
	WRONG(func_address),      WRONG(func_wraps),
	WRONG(func_size),         WRONG(func_size_zero),
	WRONG(func_bytes),        WRONG(func_mask),
	WRONG(func_cold),         WRONG(func_new),
	WRONG(func_new_size),     WRONG(func_twice),
	WRONG(rewrite_of_code),   WRONG(rewrite_count),
	WRONG(hook_kind),         WRONG(hook_elsewhere),
	WRONG(hook_twice),        WRONG(shadow_size),
	WRONG(shadow_destructor),
};

static int __init tables_init(void)
{
	typeof(&lpatch_register) enter = symbol_get(lpatch_register);
	unsigned int i;
	int err = -ENOENT;

	if (!enter)
		return err;
	funcs[0].object = "vmlinux";
	funcs[0].old = (struct lpatch_text){"function", address, sizeof(bytes), bytes, mask};
	funcs[0].new_addr = (unsigned long)replacement;
	funcs[0].new_size = 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (strcmp(cases[i].name, wrong))
			continue;
		cases[i].make();
		err = enter(&update);
		break;
	}
	if (err)
		symbol_put(lpatch_register);
	return err;
}

static void __exit tables_exit(void)
{
	typeof(&lpatch_unregister) leave = symbol_get(lpatch_unregister);

	if (!leave)
		return;
	leave(&update);
	symbol_put(lpatch_unregister);
	symbol_put(lpatch_register);
}

module_init(tables_init);
module_exit(tables_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("an update with tables that may be wrong");
