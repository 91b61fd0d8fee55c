// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/affected.h"

#include <fnmatch.h>
#include <string.h>

#include "create/base/source_path.h"
#include "create/reach/include_graph.h"
#include "create/reach/mention_kept.h"
#include "create/target.h"

/* Code that is not linked into vmlinux or a module, and why an update can't replace it. */
static const struct {
	const char *pattern;
	const char *reason;
	bool by_kbuild; /* kbuild prints its command when asked for the object */
} not_replaceable[] = {
	{"arch/*/entry/vdso/*", "the vdso is mapped into every process", true},
	{"arch/*/boot/*", "boot code runs before the kernel itself, and has already run", false},
	{"arch/*/realmode/*", "real mode code is copied to low memory at boot", false},
	{"arch/*/purgatory/*", "purgatory is code of the next kernel, loaded by kexec", false},
};

/* What is known so far of the objects that kbuild makes. */
struct finding {
	struct tree *tree;
	const struct include_graph *graph;
	const struct build_changes *changes;
	struct kbuild_objects known;
	const char *unused;    /* a changed header whose changes no file uses */
	struct text_list host; /* reached source files of programs that run at build time */
	struct text_list
		left[ARRAY_SIZE(not_replaceable)]; /* reached files that stay as they are */
	struct affected *affected;
};

static struct lp_error *read_objects(struct finding *finding, const char *directory)
{
	kbuild_objects_clear(&finding->known);
	return kbuild_objects_read(finding->tree, directory, &finding->known);
}

/* Adds a source file of a program that runs at build time: the change may change its output. */
static struct lp_error *add_host(struct finding *finding, const char *source)
{
	if (text_list_contains(&finding->host, source))
		return NULL;
	return text_list_add(&finding->host, "%s", source);
}

/* Adds the objects that are compiled from the source, if there are any. */
static struct lp_error *add_objects(struct finding *finding, const char *source, bool *found)
{
	size_t count;
	const struct kbuild_object *objects = kbuild_objects_find(&finding->known, source, &count);

	for (size_t i = 0; i < count; i++) {
		if (objects[i].host)
			lp_try(add_host(finding, source));
		else
			lp_try(kbuild_objects_add(&finding->affected->objects, &objects[i]));
	}
	*found = *found || count;
	return NULL;
}

/*
 * The same for assembly: kbuild's lists don't give the source of an object, so
 * it is found like one of C, and gets the name of its source here.
 */
static struct lp_error *add_assembly(struct finding *finding, const char *source, bool *found)
{
	_cleanup_free_ char *as_listed = NULL;
	struct kbuild_objects *objects = &finding->affected->objects;
	size_t before = objects->count;

	lp_try(text_format(&as_listed, "%.*s.c", (int)strlen(source) - 2, source));
	lp_try(add_objects(finding, as_listed, found));
	for (size_t i = before; i < objects->count; i++) {
		free(take(objects->items[i].source));
		lp_try(text_format(&objects->items[i].source, "%s", source));
	}
	return NULL;
}

/* Why objects of the source stay unchanged, or NULL if kbuild can give their commands. */
static const char *left_alone(const char *source)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_replaceable); i++) {
		if (not_replaceable[i].by_kbuild && !fnmatch(not_replaceable[i].pattern, source, 0))
			return not_replaceable[i].reason;
	}
	return NULL;
}

/*
 * A file that is in no list, but is compiled: for the vdso, whose text can be
 * compared, or for code that stays unchanged and that a warning names.
 */
static struct lp_error *add_left_alone(struct finding *finding, const char *source)
{
	_cleanup_free_ char *name = NULL;
	size_t i = 0;

	if (!text_ends_with(source, ".c") && !text_ends_with(source, ".S"))
		return NULL;
	while (i < ARRAY_SIZE(not_replaceable) && fnmatch(not_replaceable[i].pattern, source, 0))
		i++;
	if (i == ARRAY_SIZE(not_replaceable) || text_list_contains(&finding->left[i], source))
		return NULL;
	if (!not_replaceable[i].by_kbuild)
		return text_list_add(&finding->left[i], "%s", source);
	lp_try(text_format(&name, "%.*s.o", (int)strlen(source) - 2, source));
	const struct kbuild_object guess = {
		.source = (char *)source, .name = name, .guessed = true};

	return kbuild_objects_add(&finding->affected->objects, &guess);
}

/* Prints a line for each kind of code that stays unchanged; with -v one for each file. */
static void tell_left_alone(const struct finding *finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_replaceable); i++) {
		const struct text_list *left = &finding->left[i];

		if (left->count == 1)
			message_warning(finding->tree->sink,
					"%s: a changed header may reach it; it stays as it is: %s",
					left->items[0], not_replaceable[i].reason);
		else if (left->count)
			message_warning(finding->tree->sink,
					"%s and %zu more: a changed header may reach them; they "
					"stay as they are: %s",
					left->items[0], left->count - 1, not_replaceable[i].reason);
		for (size_t k = 1; k < left->count; k++)
			message_verbose(finding->tree->sink, "%s: stays as it is", left->items[k]);
	}
}

/*
 * A .c file that no other file includes. Its object is usually in the list of its
 * directory or a directory above, and in a few cases elsewhere.
 */
static struct lp_error *find_one(struct finding *finding, const char *source, bool *found)
{
	_cleanup_free_ char *directory = NULL;
	unsigned int base = source_path_base(source);

	if (!finding->known.complete) {
		lp_try(text_format(&directory, "%.*s", base ? base - 1 : 0, source));
		lp_try(read_objects(finding, directory));
	}
	lp_try(add_objects(finding, source, found));
	if (*found || finding->known.complete)
		return NULL;
	lp_try(read_objects(finding, NULL));
	return add_objects(finding, source, found);
}

static bool source_has(const struct tree *tree, const char *path)
{
	_cleanup_free_ char *full = NULL;
	struct lp_error *error = text_format(&full, "%s/%s", tree->source, path);

	lp_error_free(error);
	return !error && !access(full, F_OK);
}

/* The objects that the changed file reaches; *found says whether there are any. */
static struct lp_error *find_objects(struct finding *finding, const char *changed, bool *found)
{
	_cleanup_text_list_ struct text_list files = {0}, start = {0};

	*found = false;
	lp_try(text_list_add(&start, "%s", changed));
	lp_try(include_graph_reach(finding->graph, &start, &files, &finding->affected->climbing));
	if (files.count == 1 && !strcmp(files.items[0], changed) && text_ends_with(changed, ".c"))
		return find_one(finding, changed, found);
	if (!files.count)
		return NULL;
	finding->affected->indirect = true;
	lp_try(mention_kept_filter(finding->tree, finding->graph, changed, &files));
	if (!files.count) {
		finding->unused = changed;
		*found = true;
		return NULL;
	}
	if (!finding->known.complete)
		lp_try(read_objects(finding, NULL));
	for (size_t i = 0; i < files.count; i++) {
		bool listed = false;

		if (text_ends_with(files.items[i], ".c"))
			lp_try(add_objects(finding, files.items[i], &listed));
		else if (text_ends_with(files.items[i], ".S"))
			lp_try(add_assembly(finding, files.items[i], &listed));
		if (!listed)
			lp_try(add_left_alone(finding, files.items[i]));
		*found = *found || listed;
	}
	return NULL;
}

/* True if `objects` contains the object. */
static bool is_superseded(const struct kbuild_objects *objects, const struct kbuild_object *object)
{
	for (size_t i = 0; i < objects->count; i++) {
		if (!kbuild_objects_compare(&objects->items[i], object))
			return true;
	}
	return false;
}

/* Removes objects that are gone or built differently, and adds the new versions of the latter. */
static struct lp_error *merge_changes(struct kbuild_objects *objects,
				      const struct build_changes *changes)
{
	struct kbuild_objects found = *objects;
	struct lp_error *error = NULL;

	*objects = (struct kbuild_objects){0};

	for (size_t i = 0; i < found.count && !error; i++) {
		if (!is_superseded(&changes->gone, &found.items[i]) &&
		    !is_superseded(&changes->changed, &found.items[i]))
			error = kbuild_objects_add(objects, &found.items[i]);
	}
	for (size_t i = 0; i < changes->changed.count && !error; i++)
		error = kbuild_objects_add(objects, &changes->changed.items[i]);
	kbuild_objects_clear(&found);
	kbuild_objects_sort(objects);
	return error;
}

/* True for files that the build changes already contain. */
static bool is_explained(const struct finding *finding, const char *path)
{
	size_t count;

	return kbuild_objects_find(&finding->changes->changed, path, &count) ||
	       kbuild_objects_find(&finding->changes->gone, path, &count) ||
	       !source_has(finding->tree, path);
}

/* Refuses a change to a program that runs at build time: lpatch doesn't make its output again. */
static struct lp_error *check_build_programs(const struct finding *finding,
					     const struct text_list *changed)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	for (size_t i = 0; i < finding->host.count; i++) {
		const char *source = finding->host.items[i];

		if (text_list_contains(changed, source))
			lp_try(text_list_add(&reasons,
					     "%s: it runs when the kernel is built, and its output "
					     "can't be updated in a running kernel",
					     source));
		else
			message_verbose(finding->tree->sink,
					"%s: it includes a changed header and runs when the kernel "
					"is built; its output stays as it is",
					source);
	}
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}

/* Refuses changed files that become code outside of vmlinux and the modules. */
static struct lp_error *refuse_not_replaceable(const struct text_list *left_out)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	for (size_t i = 0; i < left_out->count; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(not_replaceable); k++) {
			if (!fnmatch(not_replaceable[k].pattern, left_out->items[i], 0))
				lp_try(text_list_add(&reasons, "%s: %s", left_out->items[i],
						     not_replaceable[k].reason));
		}
	}
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}

static struct lp_error *nothing_to_patch(const struct finding *finding,
					 const struct text_list *changed)
{
	const char *others = changed->count > 1 ? " and the other changed files" : "";

	if (finding->changes->gone.count)
		return lp_error_new(
			LP_NOTHING_TO_PATCH,
			"nothing to patch: the patch removes %s%s, and no other code changes",
			finding->changes->gone.items[0].source,
			finding->changes->gone.count > 1 ? " and others" : "");
	if (finding->unused)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: no code uses the changed parts of %s, with "
				    "the config of kernel %s",
				    finding->unused, finding->tree->target->release);
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: the config of kernel %s builds nothing from %s%s",
			    finding->tree->target->release, changed->items[0], others);
}

/* If nothing is built from more files than this, one line is printed for all of them. */
#define FEW_LEFT_OUT 3

/* Prints a line for each file from which nothing is built, or one for all if they are many. */
static struct lp_error *warn_of_left_out(struct tree *tree, const struct text_list *left_out)
{
	const char *release = tree->target->release;
	bool many = left_out->count > FEW_LEFT_OUT;

	for (size_t i = 0; i < left_out->count; i++) {
		if (many)
			message_verbose(tree->sink,
					"%s: the config of kernel %s builds nothing from it: "
					"skipped",
					left_out->items[i], release);
		else
			message_warning(tree->sink,
					"%s: the config of kernel %s builds nothing from it: "
					"skipped",
					left_out->items[i], release);
	}
	if (many)
		message_warning(tree->sink,
				"the config of kernel %s builds nothing from %s and %zu more files "
				"of the diff: skipped",
				release, left_out->items[0], left_out->count - 1);
	return NULL;
}

/* Runs kbuild once for all lists that find_one() will read. */
static struct lp_error *ask_for_lists(struct finding *finding, const struct text_list *changed)
{
	_cleanup_text_list_ struct text_list directories = {0};

	for (size_t i = 0; i < changed->count; i++) {
		unsigned int base = source_path_base(changed->items[i]);

		if (text_ends_with(changed->items[i], ".c"))
			lp_try(text_list_add(&directories, "%.*s", base ? base - 1 : 0,
					     changed->items[i]));
	}
	return kbuild_objects_ask(finding->tree, &directories);
}

static struct lp_error *find_all(struct finding *finding, const struct text_list *changed)
{
	_cleanup_text_list_ struct text_list left_out = {0};
	struct kbuild_objects *objects = &finding->affected->objects;

	lp_try(ask_for_lists(finding, changed));
	lp_try(mention_kept_search(finding->tree, finding->graph, changed));
	for (size_t i = 0; i < changed->count; i++) {
		bool found;

		if (source_path_is_makefile(changed->items[i]) ||
		    source_path_is_kconfig(changed->items[i]))
			continue;
		lp_try(find_objects(finding, changed->items[i], &found));
		/* A new header can be skipped: each file that includes it is also changed. */
		if (!found && !is_explained(finding, changed->items[i]))
			lp_try(text_list_add(&left_out, "%s", changed->items[i]));
	}
	lp_try(refuse_not_replaceable(&left_out));
	lp_try(check_build_programs(finding, changed));
	lp_try(merge_changes(objects, finding->changes));
	if (!objects->count)
		return nothing_to_patch(finding, changed);
	return warn_of_left_out(finding->tree, &left_out);
}

struct lp_error *affected_objects(struct tree *tree, const struct text_list *changed,
				  const struct build_changes *changes, struct affected *affected)
{
	struct include_graph *graph;

	*affected = (struct affected){0};
	lp_try(include_graph_read(tree, &graph));
	struct finding finding = {
		.tree = tree, .graph = graph, .changes = changes, .affected = affected};
	struct lp_error *error = find_all(&finding, changed);

	kbuild_objects_clear(&finding.known);
	if (!error)
		tell_left_alone(&finding);
	for (size_t i = 0; i < ARRAY_SIZE(not_replaceable); i++)
		text_list_clear(&finding.left[i]);
	text_list_clear(&finding.host);
	include_graph_free(graph);
	return error;
}

/* Removes object number `index`. */
static void drop_object(struct kbuild_objects *objects, size_t index)
{
	struct kbuild_objects one = {.items = calloc(1, sizeof(*one.items)), .count = 1};

	if (one.items) {
		one.items[0] = objects->items[index];
		kbuild_objects_clear(&one);
	}
	memmove(&objects->items[index], &objects->items[index + 1],
		(--objects->count - index) * sizeof(*objects->items));
}

struct lp_error *affected_refuse_fixed(struct tree *tree, struct affected *affected)
{
	_cleanup_text_list_ struct text_list reasons = {0}, warnings = {0};

	for (size_t i = 0; i < affected->objects.count;) {
		const struct kbuild_object *object = &affected->objects.items[i];
		const char *left = left_alone(object->source);

		if (left && !object->command) {
			lp_try(text_list_add(&warnings,
					     "%s: whether a changed header reaches it is not "
					     "known; it stays as it is: %s",
					     object->source, left));
			drop_object(&affected->objects, i);
			continue;
		}
		if (left)
			lp_try(text_list_add(&reasons, "%s: a changed header changes it, and %s",
					     object->source, left));
		else if (text_ends_with(object->source, ".S"))
			lp_try(text_list_add(&reasons,
					     "%s: a changed header changes this assembly, which "
					     "can't be replaced",
					     object->source));
		i++;
	}
	message_warnings(tree->sink, "files that stay as they are", &warnings);
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}

void affected_clear(struct affected *affected)
{
	kbuild_objects_clear(&affected->objects);
	text_list_clear(&affected->climbing);
}
