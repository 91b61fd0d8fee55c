// SPDX-License-Identifier: GPL-2.0
/* What the module of an update says of itself. */
#include <linux/module.h>
#include <linux/string.h>

#include "update.h"

bool lpatch_update_names(const struct lpatch_update *update, const char *module)
{
	u32 i;

	for (i = 0; i < update->nr_objects; i++)
		if (!strcmp(update->objects[i], module))
			return true;
	return false;
}

bool lpatch_update_hold(const struct lpatch_update *update)
{
	/* Only once its init is over, which may still fail and take the entry with it. */
	return update->module->state == MODULE_STATE_LIVE && try_module_get(update->module);
}
