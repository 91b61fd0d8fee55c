// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/program_path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"

struct lp_error *program_path(const char *name, char real[PATH_MAX])
{
	const char *path = getenv("PATH");

	*real = '\0';
	if (strchr(name, '/')) {
		if (!realpath(name, real))
			*real = '\0';
		return NULL;
	}
	for (const char *at = path ?: ""; *at;) {
		_cleanup_free_ char *full = NULL;
		size_t length = strcspn(at, ":");

		lp_try(text_format(&full, "%.*s/%s", (int)length, at, name));
		if (!access(full, X_OK) && realpath(full, real))
			return NULL;
		at += length + (at[length] == ':');
	}
	*real = '\0';
	return NULL;
}
