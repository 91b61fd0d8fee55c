// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild/prerequisites.h"

#include <string.h>

#include "common/file.h"

/* Bytes of names for one make: a shell's command line is limited to 128 KB. */
#define BATCH_BYTES 60000

/*
 * In place of scripts/Makefile.build: for an object, kbuild makes all
 * prerequisites of the object's rule, and then the recipe does nothing. The
 * names of the recipes are kbuild's (scripts/Makefile.build, Linux 3.0 to
 * 6.12). Recipes for what it generates, and for the programs that generate it,
 * have other names.
 */
static const char makefile[] = "include $(srctree)/scripts/Makefile.build\n"
			       "rule_cc_o_c = @:\n"
			       "rule_as_o_S = @:\n";

/* Asks for objects from number *next on, as many as one make takes. */
static struct lp_error *make_batch(struct tree *tree, const struct text_list *objects,
				   const char *path, size_t *next)
{
	_cleanup_text_list_ struct text_list arguments = {0};
	size_t bytes = 0;

	lp_try(text_list_add(&arguments, "build=-f %s obj", path));
	lp_try(text_list_add(&arguments, "--keep-going"));
	for (; *next < objects->count && bytes < BATCH_BYTES; ++*next) {
		lp_try(text_list_add(&arguments, "%s", objects->items[*next]));
		bytes += strlen(objects->items[*next]) + 1;
	}
	return tree_make(tree, "generate the headers that the source files include",
			 (const char *const *)arguments.items);
}

struct lp_error *prerequisites_make(struct tree *tree, const struct text_list *objects)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int lock = -1;
	struct lp_error *first = NULL;

	lp_try(text_format(&path, "%s/prerequisites.mk", tree->work));
	lp_try(file_write(path, makefile, strlen(makefile)));
	lp_try(tree_lock_build(tree, &lock));
	message_progress(tree->sink,
			 "letting kbuild generate the headers that the source files include");
	for (size_t next = 0; next < objects->count;) {
		struct lp_error *error = make_batch(tree, objects, path, &next);

		if (error && error->status != LP_BUILD_FAILED) {
			lp_error_free(first);
			return error;
		}
		if (first)
			lp_error_free(error);
		else
			first = error;
	}
	return first;
}
