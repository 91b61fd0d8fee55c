// SPDX-License-Identifier: GPL-2.0
/*
 * Which modules of the kernel come and go?
 *
 * A module that an update names is either loaded when the update is applied,
 * and then the part must be there; or it comes later, and then its parts come
 * before its init (targets.c). The loader tells through the notifier, and gives
 * the module up if that says no (prepare_coming_module() in
 * kernel/module/main.c, Linux 5.9 and later).
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/preempt.h>

#include "core.h"
#include "objects.h"
#include "parts.h"
#include "unexported.h"
#include "targets.h"

/* It may be on its way in or out: its code is there. */
static bool is_loaded(const char *name)
{
	bool loaded;

	preempt_disable();
	loaded = find_module(name);
	preempt_enable();
	return loaded;
}

bool lpatch_objects_complete(struct lpatch_entry *entry)
{
	const struct lpatch_update *update = entry->update;
	bool complete = true;
	u32 i;

	for (i = 0; i < update->nr_objects; i++) {
		if (lpatch_part_find(entry, update->objects[i]) || !is_loaded(update->objects[i]))
			continue;
		lpatch_report_add(&entry->report, "module %s: it is loaded, its part is not\n",
				  update->objects[i]);
		complete = false;
	}
	return complete;
}

static int coming(struct module *module)
{
	const struct lpatch_entry *entry = lpatch_entry_that_waits_for(module->name);
	int err = entry ? lpatch_target_coming(module) : 0;

	if (err)
		pr_err("module %s refused, it would run without the update %s (%d)\n", module->name,
		       entry->update->id, err);
	return err;
}

static int module_notice(struct notifier_block *block, unsigned long state, void *data)
{
	int err = 0;

	mutex_lock(&lpatch_lock);
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
	mutex_unlock(&lpatch_lock);
	return notifier_from_errno(err);
}

static struct notifier_block notifier = {.notifier_call = module_notice};

int lpatch_objects_init(void)
{
	return register_module_notifier(&notifier);
}

void lpatch_objects_exit(void)
{
	unregister_module_notifier(&notifier);
}
