// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/source_path.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "common/cleanup.h"

/* Files that never become part of a running kernel. */
static const char *const without_code[] = {
	"Documentation/*", "LICENSES/*",    "samples/*", "tools/*",     "usr/*",
	"*.rst",           "*.txt",         "*.yaml",    "*/README*",   "README*",
	"MAINTAINERS",     "CREDITS",       "COPYING",   "*.gitignore", ".mailmap",
	"*.gitattributes", ".clang-format",
};

void source_path_normalise(char *path)
{
	const char *in = path;
	char *out = path;

	while (*in) {
		size_t length = strcspn(in, "/");

		if (length == 2 && !strncmp(in, "..", 2)) {
			/* Back over the last part and the slash before it. */
			while (out > path && *--out != '/')
				;
		} else if (length && !(length == 1 && *in == '.')) {
			if (out > path)
				*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
		in += *in == '/';
	}
	*out = '\0';
}

unsigned int source_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 - path : 0;
}

bool source_path_has_code(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(without_code); i++) {
		if (!fnmatch(without_code[i], path, 0))
			return false;
	}
	return true;
}

bool source_path_is_makefile(const char *path)
{
	const char *base = path + source_path_base(path);

	return !fnmatch("Makefile*", base, 0) || !fnmatch("Kbuild*", base, 0);
}
