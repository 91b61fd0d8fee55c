// SPDX-License-Identifier: GPL-2.0
/*
 * The part of an update module that is the same in all of them: it registers the
 * tables that lpatch-create made (update-tables.h, beside the copy of this
 * file that is compiled) with the core. Updates are applied and undone through
 * sysfs, not here.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "lpatch.h"
#include "update-tables.h"

static struct lpatch_update update = {
	.abi = LPATCH_ABI_VERSION,
	.id = LPATCH_UPDATE_ID,
	.object = LPATCH_UPDATE_OBJECT,
	.description = LPATCH_UPDATE_DESCRIPTION,
	.module = THIS_MODULE,
	.funcs = lpatch_update_funcs,
	.nr_funcs = ARRAY_SIZE(lpatch_update_funcs),
	.rewrites = lpatch_update_rewrites,
	.nr_rewrites = ARRAY_SIZE(lpatch_update_rewrites),
	.objects = lpatch_update_objects,
	.nr_objects = ARRAY_SIZE(lpatch_update_objects),
	.patch = lpatch_update_patch,
	.patch_size = sizeof(lpatch_update_patch) - 1,
	.hooks = lpatch_update_hooks,
	.nr_hooks = ARRAY_SIZE(lpatch_update_hooks),
	.shadows = lpatch_update_shadows,
	.nr_shadows = ARRAY_SIZE(lpatch_update_shadows),
	.outlives = lpatch_update_outlives,
	.nr_outlives = ARRAY_SIZE(lpatch_update_outlives),
	.keep_code = LPATCH_UPDATE_KEEP_CODE,
};

static void unpin(size_t count)
{
	while (count--)
		module_put(lpatch_update_pins[count]);
}

/* Modules whose code or data the update refers to must not be unloaded before it. */
static int pin(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lpatch_update_pins); i++) {
		if (try_module_get(lpatch_update_pins[i]))
			continue;
		unpin(i);
		return -ENODEV;
	}
	return 0;
}

/* Not __init: for the loader, code of that kind is more work, see core_init() of the core. */
static int update_init(void)
{
	int error = pin();

	if (error)
		return error;
	error = lpatch_register(&update);
	if (error)
		unpin(ARRAY_SIZE(lpatch_update_pins));
	return error;
}

static void __exit update_exit(void)
{
	lpatch_unregister(&update);
	unpin(ARRAY_SIZE(lpatch_update_pins));
}

module_init(update_init);
module_exit(update_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("lpatch update " LPATCH_UPDATE_ID);
#ifdef CONFIG_LIVEPATCH
MODULE_INFO(livepatch, "Y");
#endif
