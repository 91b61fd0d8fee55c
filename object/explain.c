/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object/explain.h"

#include <dlfcn.h>

const struct explain_operations *explain_load(void)
{
	/* Found through the run path of the program; stays loaded. */
	void *handle = dlopen(EXPLAIN_FILE, RTLD_NOW | RTLD_LOCAL);

	return handle ? dlsym(handle, EXPLAIN_SYMBOL) : NULL;
}
