// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/source_path.h"

#include <string.h>

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
