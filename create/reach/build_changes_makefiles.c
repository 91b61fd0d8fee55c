// SPDX-License-Identifier: GPL-2.0-or-later
/* The Makefiles that a diff changes: where make reads them, and what that can change. */
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "create/base/directory.h"
#include "create/base/source_path.h"
#include "create/reach/build_changes_internal.h"
#include "create/reach/makefile_change.h"

/*
 * Where make reads Makefiles only as it goes from directory to directory, or as one includes
 * another (Linux 6.1 to 6.12). Elsewhere recipes run make for a Makefile as well. First match
 * counts.
 */
static const struct {
	const char *pattern;
	bool by_lists;
} places[] = {
	{"drivers/scsi/aic7xxx/aicasm/*", false},
	{"kernel/bpf/preload/*", false},
	{"block/*", true},
	{"crypto/*", true},
	{"drivers/*", true},
	{"fs/*", true},
	{"io_uring/*", true},
	{"ipc/*", true},
	{"kernel/*", true},
	{"lib/*", true},
	{"mm/*", true},
	{"net/*", true},
	{"samples/*", true},
	{"security/*", true},
	{"sound/*", true},
	{"virt/*", true},
};

static bool is_read_by_lists(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!fnmatch(places[i].pattern, path, 0))
			return places[i].by_lists;
	}
	return false;
}

/* The directories in which make reads the Makefile of the source. */
static struct lp_error *find_readers(struct search *search, const char *path,
				     struct text_list *readers)
{
	if (!search->all.count)
		lp_try(kbuild_objects_read(search->tree, NULL, &search->all));
	return kbuild_objects_readers(&search->all, path, readers);
}

/* kbuild must not come upon the new lines: the view gets the source's. */
static struct lp_error *pass_over(struct search *search, const char *path)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	lp_try(text_format(&from, "%s/%s", search->tree->source, path));
	lp_try(text_format(&to, "%s/%s", search->view, path));
	lp_try(directory_make_above(to));
	unlink(to);
	lp_try(directory_copy_file(from, to));
	return text_list_add(&search->unread, "%s", path);
}

static struct lp_error *refuse(struct search *search, const char *path,
			       const struct makefile_change *change)
{
	return text_list_add(&search->reasons,
			     "%s:%u%s: \"%s\" does more than list the objects of a "
			     "directory and give plain flags to the compiler",
			     path, change->line, change->is_old ? " (removed)" : "", change->text);
}

static struct lp_error *note_objects(const char *path, const struct text_list *objects,
				     struct text_list *expected)
{
	for (size_t i = 0; i < objects->count; i++)
		lp_try(text_list_add(expected, "%s %s", path, objects->items[i]));
	return NULL;
}

/*
 * A Makefile that another directory's includes, as drivers/gpu/drm/amd/amdgpu does by "..": in
 * the view that directory must be real, or ".." leads from it into the source.
 */
static struct lp_error *let_include(const struct search *search, const char *path,
				    const char *reader)
{
	_cleanup_text_list_ struct text_list files = {0};
	unsigned int base = source_path_base(path);

	if (base && strlen(reader) == base - 1 && !strncmp(reader, path, base - 1))
		return NULL;
	lp_try(text_list_add(&files, "%s/Makefile", reader));
	return view_make_real(search->tree, search->view, &files);
}

/* A Makefile that make reads: where the lists of objects may change, if nothing else does. */
static struct lp_error *look_where_read(struct search *search, const char *path,
					const struct text_list *readers,
					const struct makefile_change *change)
{
	if (change->effect == MAKEFILE_OTHER)
		return refuse(search, path, change);
	search->flags |= change->effect == MAKEFILE_FLAGS;
	lp_try(note_objects(path, &change->added, &search->objects_added));
	lp_try(note_objects(path, &change->removed, &search->objects_removed));
	for (size_t i = 0; i < readers->count; i++) {
		lp_try(build_changes_add_directory(search, readers->items[i]));
		lp_try(let_include(search, path, readers->items[i]));
	}
	return NULL;
}

/* A Makefile that only the diff has is read where it is, if at all. */
static struct lp_error *look_at_new(struct search *search, const char *path,
				    const struct makefile_change *change)
{
	_cleanup_text_list_ struct text_list own = {0};
	unsigned int base = source_path_base(path);

	lp_try(text_list_add(&own, "%.*s", base ? (int)base - 1 : 0, path));
	return look_where_read(search, path, &own, change);
}

static struct lp_error *look_at_change(struct search *search, const char *path,
				       const struct makefile_change *change)
{
	_cleanup_text_list_ struct text_list readers = {0};
	bool was;

	lp_try(build_changes_exists(search->tree->source, path, &was));
	if (!was)
		return look_at_new(search, path, change);
	lp_try(find_readers(search, path, &readers));
	if (readers.count)
		return look_where_read(search, path, &readers, change);
	if (is_read_by_lists(path))
		return pass_over(search, path);
	if (change->effect == MAKEFILE_OTHER)
		return refuse(search, path, change);
	return text_list_add(&search->reasons,
			     "%s: kbuild's lists of objects don't show what it is for, so its "
			     "effect can't be seen",
			     path);
}

struct lp_error *build_changes_makefile(struct search *search, const char *path)
{
	_cleanup_blob_ struct blob before = {0}, after = {0}, config = {0};
	struct makefile_change change;

	lp_try(build_changes_read(search->tree->source, path, MAKEFILE_LIMIT, &before));
	lp_try(build_changes_read(search->view, path, MAKEFILE_LIMIT, &after));
	lp_try(file_read(search->tree->target->config, MAKEFILE_LIMIT, &config));
	struct lp_error *error =
		makefile_compare(path, (const char *)before.data, (const char *)after.data,
				 (const char *)config.data, &change);

	if (!error && change.effect != MAKEFILE_NOTHING)
		error = look_at_change(search, path, &change);
	makefile_change_clear(&change);
	return error;
}

static bool has_object(const struct kbuild_objects *objects, const char *name)
{
	for (size_t i = 0; i < objects->count; i++) {
		const char *known = objects->items[i].name;

		if (!strcmp(known + source_path_base(known), name + source_path_base(name)))
			return true;
	}
	return false;
}

/* `expected` has "MAKEFILE OBJECT". */
static struct lp_error *check_objects(struct search *search, const struct text_list *expected,
				      const struct kbuild_objects *objects)
{
	for (size_t i = 0; i < expected->count; i++) {
		const char *makefile = expected->items[i], *name = strchr(makefile, ' ') + 1;

		if (!has_object(objects, name))
			lp_try(text_list_add(&search->reasons,
					     "%.*s: it has %s in a variable of its own, and kbuild "
					     "lists no such object, so its effect can't be seen",
					     (int)(name - 1 - makefile), makefile, name));
	}
	return NULL;
}

struct lp_error *build_changes_check_makefiles(struct search *search)
{
	lp_try(check_objects(search, &search->objects_added, &search->after));
	lp_try(check_objects(search, &search->objects_removed, &search->before));
	for (size_t i = 0; i < search->unread.count; i++) {
		_cleanup_text_list_ struct text_list readers = {0};
		const char *path = search->unread.items[i];

		lp_try(kbuild_objects_readers(&search->after, path, &readers));
		if (readers.count)
			lp_try(text_list_add(
				&search->reasons,
				"%s: it is not read for the config of kernel %s, and is "
				"with the patch",
				path, search->tree->target->release));
	}
	return NULL;
}
