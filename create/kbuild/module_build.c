// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild/module_build.h"

#include "create/target.h"

struct lp_error *module_build(struct tree *tree, const char *what, const char *directory,
			      const char *name, const char *const *arguments, char **path)
{
	_cleanup_text_list_ struct text_list argv = {0};
	_cleanup_free_ char *built = NULL;

	lp_try(text_list_add(&argv, "M=%s", directory));
	/* Behind the target's own flags, for NAME.mod.c as well (scripts/Makefile.modfinal, 6.1).
	 */
	lp_try(text_list_add(
		&argv,
		"CFLAGS_MODULE=" MODULE_BUILD_FLAGS " " MODULE_BUILD_PATH_MAP "=%s/=", directory));
	for (; *arguments; arguments++)
		lp_try(text_list_add(&argv, "%s", *arguments));
	lp_try(text_list_add(&argv, "modules"));
	lp_try(text_format(&built, "%s/%s.ko", directory, name));
	unlink(built);
	off_t before = tree_log_size(tree);

	lp_try(tree_make(tree, what, (const char *const *)argv.items));
	if (access(built, F_OK))
		return kbuild_answer_error(tree, before, "kbuild has not made %s", built);
	lp_try(tree_strip(tree, built));
	*path = take(built);
	return NULL;
}
