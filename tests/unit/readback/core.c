// SPDX-License-Identifier: GPL-2.0-or-later
/* Stands in for the core: what updates refer to, and a call of what isn't exported. */
#include "lpatch.h"

int _printk(const char *text);
struct module *find_module(const char *name);

UNWIND(lpatch_unregister);
void lpatch_unregister(const struct lpatch_update *update)
{
	asm volatile("" : : "r"(update));
}
EXPORT_SYMBOL_GPL(lpatch_unregister);

UNWIND(lpatch_register);
int lpatch_register(const struct lpatch_update *update)
{
	return !update;
}
EXPORT_SYMBOL_GPL(lpatch_register);

static int __init core_init(void)
{
	_printk("loaded");
	return !find_module("lpatch");
}

static void __exit core_exit(void)
{
}

module_init(core_init);
module_exit(core_exit);
MODULE_LICENSE("GPL");
