// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild/kbuild_objects.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/base/source_path.h"
#include "create/target.h"

/* The list of one directory: the longest of Linux 6.1 has 13 KB. */
#define LIST_LIMIT (16u << 20)

/*
 * Where the source's lists are kept, below objects/; all of them if COMPLETE
 * exists. The number is the version of the format.
 */
#define KEPT_LISTS "%s/.lists-3"
#define COMPLETE   ".complete"

/* What kbuild calls the directory at the top. */
#define TOP "."

/*
 * In place of scripts/Makefile.build (Linux 6.1): what that leaves in
 * real-obj-y, lib-y, obj-m and subdir-ym are the objects for vmlinux, the
 * modules and the directories below. The parts of a module are found as
 * Documentation/kbuild/makefiles.rst says, by NAME-objs, NAME-y and NAME-m.
 * Programs that run at build time are listed with their parts as "host", and the
 * Makefiles that make has read there as "reads": drivers/gpu/drm/amd/amdgpu/Makefile
 * includes those of amd/display, to which kbuild does not go.
 * Directories write one file each; its name has ":" for "/". It names the
 * subdirectories that kbuild visits, and has an end mark, so that missing
 * output is not taken for objects that aren't built.
 *
 * With lpatch-lists nothing is made. Where a goal is named, such as the headers
 * of system calls, kbuild would make it anew for the paths of a view, while
 * another run compiles with it: such a directory is listed all the same, without
 * those below it.
 *
 * For bridge/panel.o, which drivers/gpu/drm/Makefile lists as a part of its own
 * module, kbuild goes to bridge/ when it is asked for that object alone, where it
 * is compiled as if for vmlinux. The rule for "lpatch-own" compiles it where it
 * is listed, as in a build of everything.
 */
static const char makefile[] =
	"ifneq ($(and $(lpatch-lists),$(MAKECMDGOALS)),)\n"
	".PHONY: lpatch-directory $(MAKECMDGOALS)\n"
	"$(sort $(MAKECMDGOALS)): lpatch-directory\n"
	"	@:\n"
	"lpatch-directory:\n"
	"	@$(MAKE) $(build)=$(obj) lpatch-only=/\n"
	"else\n"
	"lpatch-list:\n"
	"ifdef lpatch-view\n"
	"srctree := $(lpatch-view)\n"
	"VPATH := $(lpatch-view)\n"
	"endif\n"
	"include $(srctree)/scripts/Makefile.build\n"
	"define lpatch-newline\n"
	"\n"
	"\n"
	"endef\n"
	"lpatch-parts = $(or $(strip $($(1)-objs) $($(1)-y) $($(1)-m)),$(1).o)\n"
	"lpatch-modules := $(patsubst $(obj)/%.o,%,$(filter %.o,$(obj-m)))\n"
	"lpatch-text := $(foreach o,$(filter %.o,$(real-obj-y) $(lib-y) $(extra-y)),\\\n"
	"	vmlinux $(o)$(lpatch-newline))\n"
	"lpatch-text += $(foreach m,$(lpatch-modules),$(foreach p,$(call lpatch-parts,$(m)),\\\n"
	"	$(obj)/$(m) $(obj)/$(p)$(lpatch-newline)))\n"
	"lpatch-text += $(foreach h,$(patsubst $(obj)/%,%,$(hostprogs) $(userprogs)),\\\n"
	"	$(foreach p,$(or $($(h)-objs),$(h).o),host $(obj)/$(p)$(lpatch-newline)))\n"
	"lpatch-below := $(if $(lpatch-only),$(filter $(lpatch-only),$(subdir-ym)),$(subdir-ym))\n"
	"lpatch-text += $(foreach d,$(lpatch-below),\\\n"
	"	" KBUILD_LIST_BELOW " $(d)$(lpatch-newline))\n"
	"lpatch-text += $(foreach f,$(patsubst $(srctree)/%,%,$(filter-out "
	"$(srctree)/scripts/%,\\\n"
	"	$(filter $(srctree)/%,$(abspath $(MAKEFILE_LIST))))),\\\n"
	"	" KBUILD_LIST_READS " $(f)$(lpatch-newline))\n"
	"$(file >$(lpatch-out)/$(subst /,:,$(obj))" KBUILD_LIST_SUFFIX
	",$(lpatch-text)" KBUILD_LIST_END ")\n"
	"lpatch-list: $(lpatch-below)\n"
	"	@:\n"
	"lpatch-own := $(filter $(real-obj-m),$(single-subdir-goals))\n"
	"ifneq ($(lpatch-own),)\n"
	"$(lpatch-own): $(obj)/%.o: $(src)/%.c FORCE\n"
	"	$(call if_changed_rule,cc_o_c)\n"
	"endif\n"
	"endif\n";

/*
 * The variable `build` of scripts/Kbuild.include, with `makefile` instead of
 * scripts/Makefile.build. A variable of make's command line also reaches makes below it. The top
 * Makefile of Linux 6.12.117, unlike that of 6.1, hands its command line down to tools/ (its rule
 * for tools/%), where another `build` comes from tools/build/Makefile.include: what includes that
 * file must keep that value.
 */
#define BUILD_VARIABLE                                                              \
	"build=-f $(if $(filter %%/tools/build/Makefile.include,$(MAKEFILE_LIST))," \
	"$(srctree)/tools/build/Makefile.build dir=.,%s) obj"

struct lp_error *kbuild_objects_arguments(struct tree *tree, const char *view, const char *out,
					  struct text_list *arguments)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/objects.mk", tree->work));
	if (access(path, F_OK))
		lp_try(file_write(path, makefile, strlen(makefile)));
	lp_try(directory_make(out));
	lp_try(text_list_add(arguments, BUILD_VARIABLE, path));
	lp_try(text_list_add(arguments, "lpatch-out=%s", out));
	return view ? text_list_add(arguments, "lpatch-view=%s", view) : NULL;
}

/* Adds "net net/ipv4" for net/ipv4. */
static struct lp_error *add_prefixes(const char *directory, struct text_list *prefixes)
{
	for (const char *at = directory; *at;) {
		at += strcspn(at + 1, "/") + 1;
		lp_try(text_list_add(prefixes, "%.*s", (int)(at - directory), directory));
	}
	return NULL;
}

/* "net/ipv4 and 2 more directories", or "the whole kernel" for NULL. */
static struct lp_error *describe(const struct text_list *directories, char **where)
{
	if (!directories || !directories->count)
		return text_format(where, "the whole kernel");
	const char *first = *directories->items[0] ? directories->items[0] : "the top directory";
	size_t others = directories->count - 1;

	if (!others)
		return text_format(where, "%s", first);
	return text_format(where, "%s and %zu more director%s", first, others,
			   others == 1 ? "y" : "ies");
}

/*
 * Lets kbuild write lists of the directories in `only`, or of all; messages name `where`.
 * kbuild also writes include/config/kernel.release through a file with a fixed name in build/,
 * so two runs must not do this at once.
 */
static struct lp_error *run_kbuild(struct tree *tree, const char *view,
				   const struct text_list *only, const char *where, const char *out)
{
	_cleanup_text_list_ struct text_list arguments = {0};
	_cleanup_free_ char *what = NULL;
	_cleanup_close_ int lock = -1;

	lp_try(kbuild_objects_arguments(tree, view, out, &arguments));
	lp_try(tree_lock_build(tree, &lock));
	if (only) {
		_cleanup_free_ char *words = NULL;

		lp_try(text_list_join(only, " ", &words));
		lp_try(text_list_add(&arguments, "lpatch-only=%s", words));
	} else {
		message_progress(tree->sink, "asking kbuild what it builds");
	}
	lp_try(text_list_add(&arguments, "lpatch-lists=1"));
	lp_try(text_list_add(&arguments, "--silent"));
	lp_try(text_list_add(&arguments, "."));
	lp_try(text_format(&what, "find out what kbuild builds in %s", where));
	return tree_make(tree, what, (const char *const *)arguments.items);
}

/*
 * Lets kbuild go through the directories that are in `only`, or all, and write
 * lists, every one of them; `directories` are those that the question is about.
 */
static struct lp_error *write_lists(struct tree *tree, const char *view,
				    const struct text_list *directories,
				    const struct text_list *only, const char *out)
{
	_cleanup_free_ char *where = NULL;
	off_t before = tree_log_size(tree);

	lp_try(directory_remove(out));
	lp_try(describe(directories, &where));
	lp_try(run_kbuild(tree, view, only, where, out));
	return kbuild_answer_check_lists(tree, out, where, before);
}

static int is_list(const struct dirent *entry)
{
	return text_ends_with(entry->d_name, KBUILD_LIST_SUFFIX);
}

static int compare_backwards(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*right)->d_name, (*left)->d_name);
}

/*
 * Calls a function for each list; net:ipv4.list comes before net.list, which
 * names it, so that a run that reads the lists meanwhile finds none missing.
 */
static struct lp_error *each_list(const char *from,
				  struct lp_error *action(void *, const char *, const char *),
				  void *context)
{
	struct dirent **entries;
	int count = scandir(from, &entries, is_list, compare_backwards);
	struct lp_error *error = NULL;

	if (count < 0)
		return lp_error_errno(errno, "can't read %s", from);
	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *path = NULL;

		if (!error)
			error = text_format(&path, "%s/%s", from, entries[i]->d_name);
		if (!error)
			error = action(context, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return error;
}

static struct lp_error *keep_list(void *kept, const char *path, const char *name)
{
	_cleanup_free_ char *to = NULL;

	lp_try(text_format(&to, "%s/%s", (const char *)kept, name));
	if (rename(path, to))
		return lp_error_errno(errno, "can't rename %s", path);
	return NULL;
}

/* A copy of what may be NULL. */
static struct lp_error *copy_text(char **copy, const char *text)
{
	return text ? text_format(copy, "%s", text) : NULL;
}

struct lp_error *kbuild_objects_add(struct kbuild_objects *objects,
				    const struct kbuild_object *object)
{
	struct kbuild_object *items =
		reallocarray(objects->items, objects->count + 1, sizeof(*items));

	if (!items)
		return lp_error_no_memory();
	objects->items = items;
	items[objects->count] = (struct kbuild_object){
		.source = strdup(object->source),
		.name = strdup(object->name),
		.host = object->host,
		.guessed = object->guessed,
		.is_new = object->is_new,
		.is_gone = object->is_gone,
	};
	struct kbuild_object *added = &items[objects->count++];

	if (!added->source || !added->name)
		return lp_error_no_memory();
	lp_try(copy_text(&added->module, object->module));
	lp_try(copy_text(&added->command, object->command));
	lp_try(copy_text(&added->patched_source, object->patched_source));
	return copy_text(&added->patched_command, object->patched_command);
}

/*
 * Lines are "vmlinux NAME.o", "host NAME.o" or "MODULE NAME.o", and "reads MAKEFILE"; others
 * name nothing.
 */
static struct lp_error *read_list(void *list, const char *path, const char *name)
{
	_cleanup_blob_ struct blob blob = {0};
	_cleanup_free_ char *directory = NULL;
	struct kbuild_objects *objects = list;
	char *rest;

	lp_try(kbuild_answer_directory(name, &directory));
	lp_try(file_read(path, LIST_LIMIT, &blob));
	for (char *line = strtok_r((char *)blob.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		_cleanup_free_ char *source = NULL;
		char *inside, *owner = strtok_r(line, " \t", &inside);
		char *object = strtok_r(NULL, " \t", &inside);

		if (object && !strcmp(owner, KBUILD_LIST_READS))
			lp_try(text_list_add(&objects->reads, "%s %s", object, directory));
		if (!object || !text_ends_with(object, ".o"))
			continue;
		lp_try(text_format(&source, "%.*s.c", (int)strlen(object) - 2, object));
		source_path_normalise(source);
		bool host = !strcmp(owner, "host");

		lp_try(kbuild_objects_add(
			objects, &(struct kbuild_object){
					 .source = source,
					 .name = object,
					 .module = host || !strcmp(owner, "vmlinux") ? NULL : owner,
					 .host = host,
				 }));
	}
	return NULL;
}

int kbuild_objects_compare(const struct kbuild_object *one, const struct kbuild_object *other)
{
	int order = strcmp(one->source, other->source);

	if (!order)
		order = strcmp(one->name, other->name);
	if (!order)
		order = strcmp(one->module ?: "", other->module ?: "");
	return order ? order : (int)one->host - (int)other->host;
}

static int compare_objects(const void *left, const void *right)
{
	return kbuild_objects_compare(left, right);
}

static void object_clear(struct kbuild_object *object)
{
	free(object->source);
	free(object->name);
	free(object->module);
	free(object->command);
	free(object->patched_source);
	free(object->patched_command);
}

void kbuild_objects_sort(struct kbuild_objects *objects)
{
	size_t kept = 0;

	if (objects->count)
		qsort(objects->items, objects->count, sizeof(*objects->items), compare_objects);
	for (size_t i = 0; i < objects->count; i++) {
		if (kept && !compare_objects(&objects->items[kept - 1], &objects->items[i]))
			object_clear(&objects->items[i]);
		else
			objects->items[kept++] = objects->items[i];
	}
	objects->count = kept;
}

static bool is_there(const char *kept, const char *name)
{
	_cleanup_free_ char *path = NULL;
	struct lp_error *error = text_format(&path, "%s/%s", kept, name);

	lp_error_free(error);
	return !error && !access(path, F_OK);
}

/* True if the directory's list is among those of the source that are kept. */
static bool has_list(const char *kept, const char *directory)
{
	_cleanup_free_ char *path = NULL;
	struct lp_error *error = kbuild_answer_list(kept, *directory ? directory : TOP, &path);

	lp_error_free(error);
	return !error && !access(path, F_OK);
}

/* Asks kbuild for the source's lists, all or those down to the directories, and keeps them. */
static struct lp_error *ask_lists(struct tree *tree, const struct text_list *directories,
				  const struct text_list *only, const char *kept)
{
	_cleanup_free_ char *complete = NULL, *out = NULL;

	lp_try(text_format(&out, "%s/lists", tree->work));
	lp_try(write_lists(tree, NULL, directories, only, out));
	lp_try(directory_make(kept));
	lp_try(each_list(out, keep_list, (void *)kept));
	if (only)
		return NULL;
	lp_try(text_format(&complete, "%s/" COMPLETE, kept));
	return file_write(complete, "", 0);
}

struct lp_error *kbuild_objects_ask(struct tree *tree, const struct text_list *directories)
{
	_cleanup_free_ char *kept = NULL;
	_cleanup_text_list_ struct text_list only = {0};

	lp_try(text_format(&kept, KEPT_LISTS, tree->objects));
	if (is_there(kept, COMPLETE))
		return NULL;
	for (size_t i = 0; i < directories->count; i++) {
		if (has_list(kept, directories->items[i]))
			continue;
		lp_try(text_list_add(&only, TOP));
		lp_try(add_prefixes(directories->items[i], &only));
	}
	return only.count ? ask_lists(tree, directories, &only, kept) : NULL;
}

/* Makes sure that the source's lists are kept, all or those down to the directory. */
static struct lp_error *make_lists(struct tree *tree, const char *directory, const char *kept)
{
	_cleanup_text_list_ struct text_list directories = {0};

	if (!directory)
		return is_there(kept, COMPLETE) ? NULL : ask_lists(tree, NULL, NULL, kept);
	lp_try(text_list_add(&directories, "%s", directory));
	return kbuild_objects_ask(tree, &directories);
}

/*
 * Kept lists were complete when they were kept. If a crash has damaged them, or
 * one is missing, none is used: kbuild makes them again.
 */
static struct lp_error *make_whole_lists(struct tree *tree, const char *directory, const char *kept)
{
	off_t now = tree_log_size(tree);

	lp_try(make_lists(tree, directory, kept));
	struct lp_error *error = kbuild_answer_check_lists(tree, kept, kept, now);

	if (!error || error->status != LP_BUILD_FAILED)
		return error;
	lp_error_free(error);
	lp_try(directory_remove(kept));
	return make_lists(tree, directory, kept);
}

/* Reads the lists into *objects. */
static struct lp_error *read_lists(const char *lists, struct kbuild_objects *objects)
{
	*objects = (struct kbuild_objects){0};
	struct lp_error *error = each_list(lists, read_list, objects);

	kbuild_objects_sort(objects);
	if (error)
		kbuild_objects_clear(objects);
	return error;
}

struct lp_error *kbuild_objects_read(struct tree *tree, const char *directory,
				     struct kbuild_objects *objects)
{
	_cleanup_free_ char *lists = NULL;

	lp_try(text_format(&lists, KEPT_LISTS, tree->objects));
	lp_try(make_whole_lists(tree, directory, lists));
	lp_try(read_lists(lists, objects));
	objects->complete = is_there(lists, COMPLETE);
	return NULL;
}

struct lp_error *kbuild_objects_read_below(struct tree *tree, const char *view,
					   const struct text_list *directories,
					   struct kbuild_objects *objects)
{
	_cleanup_text_list_ struct text_list only = {0};
	_cleanup_free_ char *lists = NULL;

	lp_try(text_format(&lists, "%s/lists-below", tree->work));
	for (size_t i = 0; i < directories->count; i++) {
		const char *directory = directories->items[i];

		lp_try(add_prefixes(directory, &only));
		lp_try(text_list_add(&only, "%s%s%%", directory, *directory ? "/" : ""));
	}
	lp_try(write_lists(tree, view, directories, &only, lists));
	return read_lists(lists, objects);
}

struct lp_error *kbuild_objects_readers(const struct kbuild_objects *objects, const char *makefile,
					struct text_list *directories)
{
	size_t length = strlen(makefile);

	for (size_t i = 0; i < objects->reads.count; i++) {
		const char *read = objects->reads.items[i];

		if (text_starts_with(read, makefile) && read[length] == ' ')
			lp_try(text_list_add(directories, "%s",
					     strcmp(read + length + 1, TOP) ? read + length + 1
									    : ""));
	}
	return NULL;
}

const struct kbuild_object *kbuild_objects_find(const struct kbuild_objects *objects,
						const char *source, size_t *count)
{
	size_t low = 0, high = objects->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(objects->items[middle].source, source) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < objects->count &&
	       !strcmp(objects->items[low + *count].source, source))
		++*count;
	return *count ? &objects->items[low] : NULL;
}

void kbuild_objects_clear(struct kbuild_objects *objects)
{
	for (size_t i = 0; i < objects->count; i++)
		object_clear(&objects->items[i]);
	free(objects->items);
	text_list_clear(&objects->reads);
	*objects = (struct kbuild_objects){0};
}
