// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/unload.h"

#include "apply/control.h"
#include "apply/modules.h"

/* The parts hold the update's module, and a part is held by later ones that use it. */
static struct lp_error *unload_parts(const struct host *host, const char *id)
{
	_cleanup_text_list_ struct text_list parts = {};

	if (!control_present(host, id))
		return NULL;
	lp_try(control_parts(host, id, &parts));
	for (size_t i = parts.count; i > 0; i--)
		lp_try(module_unload(parts.items[i - 1]));
	return NULL;
}

struct lp_error *unload_update(const struct host *host, const char *id)
{
	_cleanup_free_ char *module = module_name_of_update(id);

	if (!module)
		return lp_error_no_memory();
	lp_try(unload_parts(host, id));
	return module_unload(module);
}

struct lp_error *unload_idle_core(const struct host *host)
{
	_cleanup_text_list_ struct text_list ids = {};

	if (!control_core_loaded(host))
		return NULL;
	lp_try(control_list(host, &ids));
	return ids.count ? NULL : module_unload(LPATCH_CORE_MODULE);
}
