// SPDX-License-Identifier: GPL-2.0
/* What the module loader tells: a module comes, is ready for use, or goes. */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/module.h>
#include <linux/notifier.h>

#include "notifier.h"
#include "objects.h"
#include "targets.h"

static int coming(struct module *module)
{
	int err = lpatch_object_is_wanted(module->name) ? lpatch_target_coming(module) : 0;

	if (err)
		pr_err("module %s refused, it may have to be patched and can't be (%d)\n",
		       module->name, err);
	return err;
}

/* Never waits, see objects.c. */
static int module_notice(struct notifier_block *block, unsigned long state, void *data)
{
	int err = 0;

	switch (state) {
	case MODULE_STATE_COMING:
		err = coming(data);
		break;
	case MODULE_STATE_LIVE:
		lpatch_target_live(data);
		break;
	case MODULE_STATE_GOING:
		lpatch_target_going(data);
		break;
	}
	return notifier_from_errno(err);
}

static struct notifier_block notifier = {.notifier_call = module_notice};

int lpatch_notifier_init(void)
{
	return register_module_notifier(&notifier);
}

void lpatch_notifier_exit(void)
{
	unregister_module_notifier(&notifier);
}
