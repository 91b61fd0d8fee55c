// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/program.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"

struct lp_error *program_beside(const char *name, char **path)
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (length < 0)
		return lp_error_errno(errno, "can't tell where the program is");
	program[length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(program, '/');

		if (slash)
			*slash = '\0';
	}
	return text_format(path, "%s/%s", program, name);
}

struct lp_error *program_load(const char *file, const char *name, const void **symbol)
{
	_cleanup_free_ char *beside = NULL, *path = NULL;

	lp_try(text_format(&beside, "lib/lpatch/%s", file));
	lp_try(program_beside(beside, &path));
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	*symbol = object ? dlsym(object, name) : NULL;
	if (*symbol)
		return NULL;
	return lp_error_hint(lp_error_new(LP_INTERNAL, "%s", dlerror()),
			     "Install lpatch as a whole: %s belongs to it.", path);
}
