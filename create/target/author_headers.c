// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/author_headers.h"

#include <string.h>

#include "create/base/directory.h"

/* Below tree->work. */
#define DIRECTORY "author"

struct lp_error *author_headers_place(const struct tree *tree, const char *shared)
{
	static const char *const headers[] = {"kpatch-templates/lpatch-patch.h",
					      "core-module/lpatch_shadow.h"};

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		lp_try(text_format(&from, "%s/%s", shared, headers[i]));
		lp_try(text_format(&to, "%s/" DIRECTORY "/%s", tree->work,
				   strchr(headers[i], '/') + 1));
		lp_try(directory_make_above(to));
		lp_try(directory_copy_file(from, to));
	}
	return NULL;
}

struct lp_error *author_headers_flag(const struct tree *tree, char **flag)
{
	return text_format(flag, " -I%s/" DIRECTORY, tree->work);
}
