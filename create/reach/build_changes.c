// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/build_changes_internal.h"

#include <string.h>

#include "common/file.h"
#include "create/base/source_path.h"
#include "create/c_text.h"
#include "create/reach/kconfig_change.h"

/* Source files are smaller than 1 MB, except generated lists of registers. */
#define SOURCE_LIMIT (64u << 20)

static struct lp_error *add_directory(struct search *search, const char *path)
{
	unsigned int base = source_path_base(path);
	_cleanup_free_ char *directory = NULL;

	lp_try(text_format(&directory, "%.*s", base ? base - 1 : 0, path));
	return build_changes_add_directory(search, directory);
}

/*
 * Adds a reason for each of `sources`, files that a Kconfig file begins or stops to read, that
 * exists below `top`: the diff itself neither adds nor removes that file.
 */
static struct lp_error *look_at_sources(struct search *search, const char *path,
					const struct text_list *sources, const char *top)
{
	for (size_t i = 0; i < sources->count; i++) {
		bool yes;

		lp_try(build_changes_exists(top, sources->items[i], &yes));
		if (yes)
			lp_try(text_list_add(&search->reasons,
					     "%s: it changes whether %s is read, and configuration "
					     "can't change in a running kernel",
					     path, sources->items[i]));
	}
	return NULL;
}

/* Checks that the patched Kconfig file still gives the target's configuration. */
static struct lp_error *look_at_kconfig(struct search *search, const char *path)
{
	_cleanup_blob_ struct blob before = {0}, after = {0}, config = {0};
	_cleanup_(kconfig_change_clear) struct kconfig_change change = {0};

	lp_try(build_changes_read(search->tree->source, path, MAKEFILE_LIMIT, &before));
	lp_try(build_changes_read(search->view, path, MAKEFILE_LIMIT, &after));
	lp_try(file_read(search->tree->target->config, MAKEFILE_LIMIT, &config));
	lp_try(kconfig_compare((const char *)before.data, (const char *)after.data,
			       (const char *)config.data, &change));
	for (size_t i = 0; i < change.options.count; i++)
		lp_try(text_list_add(&search->reasons,
				     "%s: it may change the configuration, which can't change in a "
				     "running kernel: %s",
				     path, change.options.items[i]));
	lp_try(look_at_sources(search, path, &change.only_old, search->view));
	lp_try(look_at_sources(search, path, &change.only_new, search->tree->source));
	if (!change.options.count)
		message_verbose(search->tree->sink,
				"%s: the change does not affect the config of kernel %s", path,
				search->tree->target->release);
	return NULL;
}

/* Finds the directories whose lists of objects the diff may change. */
static struct lp_error *find_directories(struct search *search)
{
	for (size_t i = 0; i < search->set->nr_changes; i++) {
		const struct file_change *change = &search->set->changes[i];
		bool was, is;

		if (change->is_passed_over)
			continue;
		if (source_path_is_makefile(change->path)) {
			lp_try(build_changes_makefile(search, change->path));
			continue;
		}
		if (source_path_is_kconfig(change->path))
			lp_try(look_at_kconfig(search, change->path));
		if (!text_ends_with(change->path, ".c"))
			continue;
		lp_try(build_changes_exists(search->tree->source, change->path, &was));
		lp_try(build_changes_exists(search->view, change->path, &is));
		if (was != is)
			lp_try(add_directory(search, change->path));
		if (change->old_path)
			lp_try(add_directory(search, change->old_path));
	}
	return NULL;
}

/* kbuild can only visit directories with a Makefile, in the source or in the view. */
static struct lp_error *read_side(struct search *search, const char *view,
				  struct kbuild_objects *objects)
{
	const char *top = view ?: search->tree->source;
	_cleanup_text_list_ struct text_list there = {0};

	for (size_t i = 0; i < search->directories.count; i++) {
		bool yes;

		lp_try(build_changes_exists(top, search->directories.items[i], &yes));
		if (yes)
			lp_try(text_list_add(&there, "%s", search->directories.items[i]));
	}
	return kbuild_objects_read_below(search->tree, view, &there, objects);
}

/* The file that the diff renames to `path`, or NULL. */
static const char *old_name(const struct search *search, const char *path)
{
	for (size_t i = 0; i < search->set->nr_changes; i++) {
		const struct file_change *change = &search->set->changes[i];

		if (change->kind == CHANGE_RENAMED && !strcmp(change->path, path))
			return change->old_path;
	}
	return NULL;
}

static bool has_module(const struct kbuild_objects *objects, const char *module)
{
	for (size_t i = 0; i < objects->count; i++) {
		if (objects->items[i].module && !strcmp(objects->items[i].module, module))
			return true;
	}
	return false;
}

/* Adds the object, and the source and command of `patched` if that isn't NULL. */
static struct lp_error *add_changed(struct search *search, const struct kbuild_object *object,
				    const struct kbuild_object *patched)
{
	struct kbuild_object changed = *object;

	if (patched) {
		changed.patched_source = patched->source;
		changed.patched_command = patched->patched_command;
	} else {
		changed.is_new = true;
	}
	return kbuild_objects_add(&search->changes->changed, &changed);
}

static struct lp_error *refuse_owner(struct search *search, const struct kbuild_object *before,
				     const struct kbuild_object *after)
{
	return text_list_add(&search->reasons,
			     "%s: it is part of %s, and the patch makes it part of %s: that can't "
			     "change in a running kernel",
			     after->source, before->module ?: "vmlinux",
			     after->module ?: "vmlinux");
}

/* The reason why an object of the patched build has no C source. */
static struct lp_error *refuse_without_source(struct search *search,
					      const struct kbuild_object *object)
{
	_cleanup_free_ char *assembly = NULL;
	bool is_assembly;

	lp_try(text_format(&assembly, "%.*s.S", (int)strlen(object->source) - 2, object->source));
	lp_try(build_changes_exists(search->view, assembly, &is_assembly));
	if (is_assembly)
		return text_list_add(&search->reasons,
				     "%s: assembly carries no information that would let its "
				     "functions be replaced",
				     assembly);
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED,
					  "the patched Makefiles build %s, but there is no %s",
					  object->name, object->source),
			     "Does the diff lack a file, or remove one that its Makefile names?");
}

/* Handles an object that only the patched Makefiles build. */
static struct lp_error *look_at_added(struct search *search, const struct kbuild_object *object)
{
	const char *old = old_name(search, object->source);
	size_t count;
	const struct kbuild_object *elsewhere =
		kbuild_objects_find(&search->before, old ?: object->source, &count);
	const struct kbuild_object *renamed =
		old ? build_changes_find_in(&search->before, object, old) : NULL;
	bool has_source;

	if (object->host)
		return text_list_add(&search->reasons,
				     "%s: programs that run at build time can't be changed",
				     object->source);
	lp_try(build_changes_exists(search->view, object->source, &has_source));
	if (!has_source)
		return refuse_without_source(search, object);
	if (renamed)
		return add_changed(search, renamed, object);
	if (elsewhere)
		return refuse_owner(search, elsewhere, object);
	if (object->module && !has_module(&search->before, object->module))
		return text_list_add(&search->files_without_module,
				     "%s: it is for %s.ko, a module that kernel %s does not have: "
				     "skipped; build that module and load it",
				     object->source,
				     object->module + source_path_base(object->module),
				     search->tree->target->release);
	return add_changed(search, object, NULL);
}

static bool is_renamed_away(const struct search *search, const char *path)
{
	for (size_t i = 0; i < search->set->nr_changes; i++) {
		const struct file_change *change = &search->set->changes[i];

		if (change->kind == CHANGE_RENAMED && !strcmp(change->old_path, path))
			return true;
	}
	return false;
}

static bool changes_makefile(const struct patch_set *set)
{
	for (size_t i = 0; i < set->nr_changes; i++) {
		if (source_path_is_makefile(set->changes[i].path))
			return true;
	}
	return false;
}

/* Handles an object that the patched Makefiles no longer build. */
static struct lp_error *look_at_gone(struct search *search, const struct kbuild_object *object)
{
	if (object->host)
		return NULL;
	if (!changes_makefile(search->set))
		return lp_error_new(LP_BUILD_FAILED,
				    "kbuild lists %s for the untouched source and not for the "
				    "patched, although the patch changes no Makefile",
				    object->name);
	struct kbuild_object gone = *object;

	gone.is_gone = !is_renamed_away(search, object->source);
	if (gone.is_gone)
		lp_try(text_list_add(&search->removed,
				     "%s: with the patch it is no longer built; the code of kernel "
				     "%s stays loaded, for callers that the update doesn't replace",
				     object->source, search->tree->target->release));
	return kbuild_objects_add(&search->changes->gone, &gone);
}

/* Refuses a file that the diff removes and the patched Makefiles still list. */
static struct lp_error *look_for_lost(struct search *search, const char *path)
{
	size_t count;
	const struct kbuild_object *object = kbuild_objects_find(&search->after, path, &count);
	bool has_source = true;

	if (object)
		lp_try(build_changes_exists(search->view, path, &has_source));
	return has_source ? NULL : refuse_without_source(search, object);
}

static struct lp_error *compare_lists(struct search *search)
{
	for (size_t i = 0; i < search->set->nr_changes; i++) {
		const struct file_change *change = &search->set->changes[i];

		if (text_ends_with(change->path, ".c"))
			lp_try(look_for_lost(search, change->old_path ?: change->path));
	}
	for (size_t i = 0; i < search->after.count; i++) {
		const struct kbuild_object *object = &search->after.items[i];

		if (!build_changes_find_in(&search->before, object, object->source))
			lp_try(look_at_added(search, object));
	}
	for (size_t i = 0; i < search->before.count; i++) {
		const struct kbuild_object *object = &search->before.items[i];

		if (!build_changes_find_in(&search->after, object, object->source))
			lp_try(look_at_gone(search, object));
	}
	return NULL;
}

/* True if a file that the diff changes includes a file with that base name. */
static struct lp_error *is_included(const struct search *search, const char *path, bool *yes)
{
	const char *base = path + source_path_base(path);

	*yes = false;
	for (size_t i = 0; i < search->set->nr_changes && !*yes; i++) {
		_cleanup_blob_ struct blob text = {0};
		_cleanup_free_ char *names = NULL;
		size_t size;

		lp_try(build_changes_read(search->view, search->set->changes[i].path, SOURCE_LIMIT,
					  &text));
		FILE *out = open_memstream(&names, &size);

		if (!out)
			return lp_error_no_memory();
		include_scan_text((const char *)text.data, text.size, out);
		if (fclose(out))
			return lp_error_no_memory();
		*yes = strstr(names, base) != NULL;
	}
	return NULL;
}

/* Reports new files from which kbuild builds nothing. */
static struct lp_error *name_left_out(struct search *search)
{
	for (size_t i = 0; i < search->set->nr_changes; i++) {
		const char *path = search->set->changes[i].path;
		size_t count;
		bool was, is, included;

		if (search->set->changes[i].is_passed_over || !text_ends_with(path, ".c") ||
		    kbuild_objects_find(&search->after, path, &count))
			continue;
		lp_try(build_changes_exists(search->tree->source, path, &was));
		lp_try(build_changes_exists(search->view, path, &is));
		lp_try(is_included(search, path, &included));
		if (!was && is && !included)
			lp_try(text_list_add(&search->left_out,
					     "%s: the config of kernel %s builds nothing from it: "
					     "skipped",
					     path, search->tree->target->release));
	}
	return NULL;
}

static void warn(const struct search *search)
{
	message_warnings(search->tree->sink, "files for modules that the kernel does not have",
			 &search->files_without_module);
	message_warnings(search->tree->sink, "files that are no longer built", &search->removed);
	message_warnings(search->tree->sink, "files that are skipped", &search->left_out);
}

/* One line for all Makefiles that are skipped; with -v one for each. */
static void tell_unread(const struct search *search)
{
	struct message_sink *sink = search->tree->sink;
	size_t count = search->unread.count;

	for (size_t i = 0; i < count; i++)
		message_verbose(sink, "%s is not read for the config of kernel %s: skipped",
				search->unread.items[i], search->tree->target->release);
	if (count)
		message_warning(
			sink,
			"%zu Makefile%s of the diff can't matter to kernel %s and %s skipped: "
			"its config builds nothing by %s",
			count, count == 1 ? "" : "s", search->tree->target->release,
			count == 1 ? "is" : "are", count == 1 ? "it" : "them");
}

static struct lp_error *run_search(struct search *search)
{
	lp_try(find_directories(search));
	if (search->reasons.count)
		return patch_set_refused(&search->reasons);
	tell_unread(search);
	if (!search->directories.count)
		return NULL;
	message_progress(search->tree->sink, "asking kbuild for the lists of the patched source");
	lp_try(read_side(search, NULL, &search->before));
	lp_try(read_side(search, search->view, &search->after));
	lp_try(build_changes_check_makefiles(search));
	lp_try(compare_lists(search));
	if (search->reasons.count)
		return patch_set_refused(&search->reasons);
	lp_try(name_left_out(search));
	warn(search);
	if (search->changes->changed.count) {
		lp_try(build_changes_set_patched_commands(search));
		lp_try(build_changes_keep_target_names(search));
	}
	return search->flags ? build_changes_compare_commands(search) : NULL;
}

struct lp_error *build_changes_find(struct tree *tree, const char *view,
				    const struct patch_set *set, struct build_changes *changes)
{
	struct search search = {.tree = tree, .view = view, .set = set, .changes = changes};

	*changes = (struct build_changes){0};
	struct lp_error *error = run_search(&search);

	text_list_clear(&search.directories);
	text_list_clear(&search.reasons);
	text_list_clear(&search.files_without_module);
	text_list_clear(&search.removed);
	text_list_clear(&search.left_out);
	text_list_clear(&search.unread);
	text_list_clear(&search.objects_added);
	text_list_clear(&search.objects_removed);
	kbuild_objects_clear(&search.all);
	kbuild_objects_clear(&search.before);
	kbuild_objects_clear(&search.after);
	kbuild_objects_sort(&changes->changed);
	kbuild_objects_sort(&changes->gone);
	return error;
}

void build_changes_clear(struct build_changes *changes)
{
	kbuild_objects_clear(&changes->changed);
	kbuild_objects_clear(&changes->gone);
}
