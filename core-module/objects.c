// SPDX-License-Identifier: GPL-2.0
/*
 * Which modules of the kernel come and go?
 *
 * A module that an update has a part for is either loaded when the update is
 * applied, and then the part is there and holds it; or it is not, and then it
 * can't be loaded as long as the update is applied: it would run with the code
 * that the update is to replace. The loader asks through the notifier, before
 * the module's init runs (prepare_coming_module() in kernel/module/main.c,
 * Linux 5.9 and later, gives up when a notifier says no).
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/preempt.h>

#include "core.h"
#include "objects.h"
#include "parts.h"
#include "resolve.h"

struct module *lpatch_target_get(const char *name)
{
	struct module *module;

	/* What find_module() has found stays as long as we can't be preempted. */
	preempt_disable();
	module = lpatch_kernel.find_module(name);
	if (module && (module->state != MODULE_STATE_LIVE || !try_module_get(module)))
		module = NULL;
	preempt_enable();
	return module;
}

/* It may be on its way in or out: its code is there. */
static bool is_loaded(const char *name)
{
	bool loaded;

	preempt_disable();
	loaded = lpatch_kernel.find_module(name);
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

static int module_notice(struct notifier_block *block, unsigned long state, void *data)
{
	const struct module *module = data;
	const struct lpatch_entry *entry;
	int answer = NOTIFY_DONE;

	if (state != MODULE_STATE_COMING)
		return NOTIFY_DONE;
	mutex_lock(&lpatch_lock);
	entry = lpatch_entry_that_waits_for(module->name);
	if (entry) {
		pr_err("module %s refused, it would run without the update %s: "
		       "undo the update, load the module, apply the update again\n",
		       module->name, entry->update->id);
		answer = notifier_from_errno(-EBUSY);
	}
	mutex_unlock(&lpatch_lock);
	return answer;
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
