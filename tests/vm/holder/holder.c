// SPDX-License-Identifier: GPL-2.0
/*
 * Holds another module, as a BPF program that is attached to one of its functions does.
 *
 *	name	of the module to which it takes a reference; "" drops the reference
 */
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <asm/pgtable.h>

static struct module *held;

/* The list is circular: it contains this module and the head, which is in the kernel's own data. */
static struct module *hold(const char *name)
{
	struct list_head *at, *own = &THIS_MODULE->list;
	struct module *module, *found = NULL;

	preempt_disable();
	for (at = own->next; at != own && !found; at = at->next) {
		if ((unsigned long)at < MODULES_VADDR || (unsigned long)at >= MODULES_END)
			continue;
		module = list_entry(at, struct module, list);
		if (!strcmp(module->name, name) && try_module_get(module))
			found = module;
	}
	preempt_enable();
	return found;
}

static int set_name(const char *value, const struct kernel_param *param)
{
	char name[MODULE_NAME_LEN];

	strscpy(name, value, sizeof(name));
	module_put(held);
	held = NULL;
	if (!*strim(name))
		return 0;
	held = hold(strim(name));
	return held ? 0 : -ENOENT;
}

static int get_name(char *page, const struct kernel_param *param)
{
	return sysfs_emit(page, "%s\n", held ? held->name : "");
}

static const struct kernel_param_ops name_ops = {.set = set_name, .get = get_name};
module_param_cb(name, &name_ops, NULL, 0600);

static int __init holder_init(void)
{
	return 0;
}

static void __exit holder_exit(void)
{
	module_put(held);
}

module_init(holder_init);
module_exit(holder_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("holds another module");
