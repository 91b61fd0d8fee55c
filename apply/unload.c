// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/unload.h"

#include "apply/control.h"
#include "apply/modules.h"

struct lp_error *unload_update(const char *id)
{
	_cleanup_free_ char *module = module_name_of_update(id);

	return module ? module_unload(module) : lp_error_no_memory();
}

struct lp_error *unload_idle_core(const struct host *host)
{
	_cleanup_text_list_ struct text_list ids = {};

	if (!control_core_loaded(host))
		return NULL;
	lp_try(control_list(host, &ids));
	return ids.count ? NULL : module_unload(LPATCH_CORE_MODULE);
}
