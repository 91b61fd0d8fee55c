// SPDX-License-Identifier: GPL-2.0-or-later
/* Lookup of files and objects for the search for build changes. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "create/reach/build_changes_internal.h"

struct lp_error *build_changes_exists(const char *top, const char *path, bool *yes)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", top, path));
	*yes = !access(full, F_OK);
	return NULL;
}

static bool same_text(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

const struct kbuild_object *build_changes_find_in(const struct kbuild_objects *objects,
						  const struct kbuild_object *like,
						  const char *source)
{
	size_t count;
	const struct kbuild_object *found = kbuild_objects_find(objects, source, &count);

	for (size_t i = 0; i < count; i++) {
		if (found[i].host == like->host && same_text(found[i].module, like->module))
			return &found[i];
	}
	return NULL;
}

struct lp_error *build_changes_read(const char *top, const char *path, size_t limit,
				    struct blob *blob)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", top, path));
	if (access(full, F_OK)) {
		blob->data = calloc(1, 1);
		return blob->data ? NULL : lp_error_no_memory();
	}
	return file_read(full, limit, blob);
}

struct lp_error *build_changes_add_directory(struct search *search, const char *directory)
{
	if (text_list_contains(&search->directories, directory))
		return NULL;
	return text_list_add(&search->directories, "%s", directory);
}
