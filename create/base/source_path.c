// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/source_path.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "common/cleanup.h"
#include "create/arch.h"

/* Files that never become part of a running kernel. First match counts. */
static const struct {
	const char *pattern;
	const char *kind;
} aside[] = {
	{"*.orig", "leftovers of patch"},
	{"*.rej", "leftovers of patch"},
	{"Documentation/*", "documentation"},
	{"LICENSES/*", "documentation"},
	{"*.rst", "documentation"},
	{"*.txt", "documentation"},
	{"*.yaml", "documentation"},
	{"*/README*", "documentation"},
	{"README*", "documentation"},
	{"MAINTAINERS", "documentation"},
	{"CREDITS", "documentation"},
	{"COPYING", "documentation"},
	{"samples/*", "samples"},
	{"tools/*", "tools and their tests"},
	{"usr/*", "tools and their tests"},
	{"scripts/coccinelle/*", "tools and their tests"},
	{"scripts/checkpatch.pl", "tools and their tests"},
	{"scripts/get_maintainer.pl", "tools and their tests"},
	{"scripts/kernel-doc", "tools and their tests"},
	{"scripts/spelling.txt", "tools and their tests"},
	{"*.gitignore", "what git reads"},
	{".mailmap", "what git reads"},
	{"*.gitattributes", "what git reads"},
	{".clang-format", "what git reads"},
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

const char *source_path_aside(const char *path)
{
	size_t ours = strlen(arch_folder);

	for (size_t i = 0; i < ARRAY_SIZE(aside); i++) {
		if (!fnmatch(aside[i].pattern, path, 0))
			return aside[i].kind;
	}
	if (!fnmatch("arch/*/*", path, 0) &&
	    (strncmp(path, arch_folder, ours) || path[ours] != '/'))
		return "other architectures";
	return NULL;
}

bool source_path_is_makefile(const char *path)
{
	const char *base = path + source_path_base(path);

	return !fnmatch("Makefile*", base, 0) || !fnmatch("Kbuild*", base, 0);
}

bool source_path_is_kconfig(const char *path)
{
	return !fnmatch("Kconfig*", path + source_path_base(path), 0);
}
