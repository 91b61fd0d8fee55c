// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The exact originals. Usually kbuild is only asked for its command, which is
 * then run with another output and without debugging information, which does
 * not affect the code and takes a third of the time. This writes nothing in
 * kbuild's directory, so runs for one target need not wait for each other. If
 * that fails, kbuild compiles.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/base/pool.h"
#include "create/base/seal.h"
#include "create/compile/build_internal.h"
#include "create/kbuild.h"
#include "create/target.h"

/* Added to kbuild's command for the exact original. */
#define QUICK_FLAGS "-g0"

/* One line. */
#define COMMAND_LIMIT (1u << 20)

/* True if the command compiles the unit for what it belongs to: module code has -DMODULE. */
static bool is_for_owner(const struct unit *unit, const char *command)
{
	return unit_is_module(unit) == (strstr(command, " -DMODULE ") != NULL);
}

/* Lets kbuild compile with one job at a time. */
static struct lp_error *make_in_turn(struct tree *tree, const char *what, const char *const *names)
{
	unsigned int jobs = tree->jobs;

	tree->jobs = 1;
	struct lp_error *error = tree_make(tree, what, names);

	tree->jobs = jobs;
	return error;
}

/*
 * drivers/Makefile names both char/ and char/ipmi/, so kbuild reaches an object
 * of the second in two ways, and also compiles it as part of the first (Linux
 * 6.1). With several jobs the two conflict: one may remove the files of the
 * other, and the last one leaves its object. With one job at a time, that is
 * the subdirectory.
 */
static struct lp_error *make_exact(struct tree *tree, const char *what,
				   const struct text_list *names)
{
	const char *const *targets = (const char *const *)names->items;

	if (names->count == 1)
		return make_in_turn(tree, what, targets);
	struct lp_error *error = tree_make(tree, what, targets);

	if (!error || error->status != LP_BUILD_FAILED)
		return error;
	lp_error_free(error);
	return make_in_turn(tree, what, targets);
}

/*
 * How kbuild has compiled the unit, to be freed. Compiles it again, alone, if
 * kbuild's object is not for the unit's module or vmlinux.
 */
static struct lp_error *compile_for_owner(struct tree *tree, const struct unit *unit,
					  const char *built, char **command)
{
	_cleanup_free_ char *cmd = NULL;

	lp_try(kbuild_command_path(tree, unit->name, &cmd));
	lp_try(kbuild_command_read(cmd, command));
	if (is_for_owner(unit, *command))
		return NULL;
	unlink(built);
	lp_try(make_in_turn(tree, "compile one of the untouched sources",
			    (const char *const[]){unit->name, NULL}));
	free(take(*command));
	lp_try(kbuild_command_read(cmd, command));
	if (is_for_owner(unit, *command))
		return NULL;
	return lp_error_new(LP_INTERNAL, "kbuild does not compile %s as a part of %s", unit->source,
			    unit->object);
}

/* The two files of an exact original; the command is after the object's path. */
static struct lp_error *command_path(const struct unit *unit, bool quick, char **path)
{
	return text_format(path, "%s.%s", unit->exact, quick ? "quick" : "kbuild");
}

/*
 * The command by which kbuild has compiled the unit counts. If it had said another one before,
 * what was compiled by that is no longer of use.
 */
static struct lp_error *take_command(struct unit *unit, const char *command)
{
	if (unit->command && !strcmp(unit->command, command))
		return NULL;
	if (unit->command) {
		unit->has_new_command = true;
		unlink(unit->original);
	}
	free(take(unit->command));
	return text_format(&unit->command, "%s", command);
}

/* Keeps an exact original, and last the command: where that is, the object is whole. */
static struct lp_error *keep_exact(struct tree *tree, struct unit *unit, const char *object,
				   const char *command, bool quick)
{
	_cleanup_free_ char *path = NULL, *text = NULL;

	lp_try(text_format(&text, "%s/exact-command", tree->work));
	_cleanup_fclose_ FILE *file = fopen(text, "w");

	/* Not by file_write(): the digest shows files damaged by a crash. */
	if (!file || fputs(command, file) < 0 || fflush(file))
		return lp_error_errno(errno, "can't write %s", text);
	lp_try(tree_keep(object, unit->exact));
	lp_try(command_path(unit, quick, &path));
	lp_try(tree_keep(text, path));
	unit->has_exact = true;
	unit->has_debug = !quick;
	return take_command(unit, command);
}

/* Takes note of an exact original that is there; used, so that the cache keeps it. */
static struct lp_error *find_exact(struct unit *unit)
{
	_cleanup_blob_ struct blob command = {0};
	_cleanup_free_ char *by_kbuild = NULL, *quick = NULL;

	if (unit->has_exact)
		return NULL;
	lp_try(command_path(unit, false, &by_kbuild));
	lp_try(command_path(unit, true, &quick));
	bool whole, is_quick;

	lp_try(seal_check(by_kbuild, &unit->has_debug));
	lp_try(seal_check(quick, &is_quick));
	lp_try(seal_check(unit->exact, &whole));
	unit->has_exact = whole && (unit->has_debug || is_quick);
	if (!unit->has_exact)
		return NULL;
	cache_touch(unit->exact);
	cache_touch(unit->has_debug ? by_kbuild : quick);
	if (unit->command)
		return NULL;
	lp_try(file_read(unit->has_debug ? by_kbuild : quick, COMMAND_LIMIT, &command));
	return text_format(&unit->command, "%s", (const char *)command.data);
}

/* The units that still have no exact original. */
struct missing {
	struct tree *tree;
	struct unit **units;
	size_t count;
	struct quick {
		char *command, *log, *output;
		const char *argv[5];
	} * quicks; /* as many */
};

static void missing_clear(struct missing *missing)
{
	for (size_t i = 0; missing->quicks && i < missing->count; i++) {
		free(missing->quicks[i].command);
		free(missing->quicks[i].log);
		free(missing->quicks[i].output);
	}
	free(missing->quicks);
	free(missing->units);
}

static struct lp_error *find_missing(struct tree *tree, struct unit *const *units, size_t count,
				     struct missing *missing)
{
	missing->tree = tree;
	missing->units = calloc(count + 1, sizeof(struct unit *));
	if (!missing->units)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		lp_try(find_exact(units[i]));
		if (!units[i]->has_exact && !units[i]->is_new)
			missing->units[missing->count++] = units[i];
	}
	missing->quicks = calloc(missing->count + 1, sizeof(*missing->quicks));
	return missing->quicks ? NULL : lp_error_no_memory();
}

/* Adds the units whose command is not known yet. */
static struct lp_error *list_unknown(const struct missing *missing, struct kbuild_objects *unknown)
{
	for (size_t i = 0; i < missing->count; i++) {
		struct unit *unit = missing->units[i];
		struct kbuild_object object = {
			.source = unit->source,
			.name = unit->name,
			.module = unit_is_module(unit) ? unit->object : NULL,
		};

		if (!unit->command)
			lp_try(kbuild_objects_add(unknown, &object));
	}
	return NULL;
}

/* Asks kbuild for them. It may not say all. */
static struct lp_error *find_commands(const struct missing *missing)
{
	_cleanup_(kbuild_objects_clear) struct kbuild_objects unknown = {0};
	size_t asked = 0;

	lp_try(list_unknown(missing, &unknown));
	lp_try(kbuild_commands(missing->tree, NULL, &unknown));
	for (size_t i = 0; i < missing->count; i++) {
		struct unit *unit = missing->units[i];

		if (unit->command)
			continue;
		unit->command = take(unknown.items[asked].command);
		asked++;
	}
	return NULL;
}

static struct lp_error *start_quick(void *context, size_t index, struct process *process)
{
	struct missing *missing = context;
	struct quick *quick = &missing->quicks[index];
	const struct unit *unit = missing->units[index];
	const struct tree *tree = missing->tree;

	if (!unit->command || !is_for_owner(unit, unit->command))
		return NULL;
	lp_try(text_format(&quick->output, "%s.exact.o", unit->scratch));
	lp_try(text_format(&quick->log, "%s.exact.log", unit->scratch));
	lp_try(text_format(&quick->command, "%s", unit->command));
	lp_try(build_redirect(unit, QUICK_FLAGS, quick->output, &quick->command));
	lp_try(directory_make_above(quick->output));
	memcpy(quick->argv, (const char *const[]){"sh", "-e", "-c", quick->command, NULL},
	       sizeof(quick->argv));
	*process = (struct process){
		.argv = quick->argv,
		.directory = tree->build,
		.output = quick->log,
		.sandbox = tree->sandbox,
	};
	return NULL;
}

/* kbuild compiles what fails: it may have to make a header first, or reports the error. */
static struct lp_error *end_quick(void *context, size_t index, int status)
{
	struct missing *missing = context;
	struct unit *unit = missing->units[index];

	if (status)
		return NULL;
	return keep_exact(missing->tree, unit, missing->quicks[index].output, unit->command, true);
}

static struct lp_error *compile_quickly(struct missing *missing)
{
	const struct pool pool = {
		.what = "compiling untouched sources",
		.jobs = missing->tree->jobs,
		.count = missing->count,
		.sink = missing->tree->sink,
		.context = missing,
		.prepare = start_quick,
		.done = end_quick,
	};

	return pool_run(&pool);
}

/* Keeps what kbuild has compiled, and how; the log had `before` bytes before that. */
static struct lp_error *keep_built(struct tree *tree, struct unit *unit, off_t before)
{
	_cleanup_free_ char *built = NULL, *copy = NULL, *command = NULL;

	lp_try(text_format(&built, "%s/%s", tree->build, unit->name));
	if (access(built, F_OK))
		return kbuild_answer_error(tree, before, "kbuild has not made %s", unit->name);
	lp_try(compile_for_owner(tree, unit, built, &command));
	lp_try(text_format(&copy, "%s/exact", tree->work));
	lp_try(directory_copy_file(built, copy));
	return keep_exact(tree, unit, copy, command, false);
}

/* Lets kbuild itself compile the units that have no exact original with debugging information. */
static struct lp_error *compile_by_kbuild(struct tree *tree, struct unit *const *units,
					  size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_close_ int lock = -1;
	_cleanup_free_ char *what = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!units[i]->has_debug)
			lp_try(text_list_add(&names, "%s", units[i]->name));
	}
	if (!names.count)
		return NULL;
	lp_try(tree_lock_build(tree, &lock));
	lp_try(text_format(&what, "compile the untouched %s", names.items[0]));
	off_t before = tree_log_size(tree);

	lp_try(make_exact(tree, what, &names));
	for (size_t i = 0; i < count; i++) {
		if (!units[i]->has_debug)
			lp_try(keep_built(tree, units[i], before));
	}
	return NULL;
}

struct lp_error *build_exact(struct tree *tree, struct unit *const *units, size_t count)
{
	_cleanup_(missing_clear) struct missing missing = {0};
	size_t left = 0;

	lp_try(find_missing(tree, units, count, &missing));
	if (!missing.count)
		return NULL;
	if (missing.count == 1)
		message_progress(tree->sink, "compiling the original %s", missing.units[0]->source);
	else
		message_progress(tree->sink, "compiling the originals of %s and %zu more",
				 missing.units[0]->source, missing.count - 1);
	lp_try(find_commands(&missing));
	lp_try(compile_quickly(&missing));
	for (size_t i = 0; i < missing.count; i++) {
		if (!missing.units[i]->has_exact)
			missing.units[left++] = missing.units[i];
	}
	return compile_by_kbuild(tree, missing.units, left);
}

struct lp_error *build_exact_by_kbuild(struct tree *tree, struct unit *unit)
{
	return compile_by_kbuild(tree, &unit, 1);
}
