// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/build.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "create/author_headers.h"
#include "create/directory.h"
#include "create/kbuild_commands.h"
#include "create/pool.h"
#include "create/source_path.h"
#include "create/view.h"

/* How much of a compiler's output is read, in bytes. */
#define LOG_LIMIT (1u << 20)

/* How much of the compiler's output an error shows, in bytes. */
#define SHOWN_OUTPUT 4096

#define SPLIT_FLAGS "-ffunction-sections -fdata-sections"

/*
 * The kernel knows a module by its file's name with "-" and "," turned into "_"
 * (KBUILD_MODNAME in scripts/Makefile.lib, Linux 6.1).
 */
static struct lp_error *name_owner(struct unit *unit, const char *module)
{
	if (!module)
		return text_format(&unit->object, "vmlinux");
	lp_try(text_format(&unit->object, "%s", module + source_path_base(module)));
	for (char *at; (at = strpbrk(unit->object, "-,"));)
		*at = '_';
	return NULL;
}

static struct lp_error *name_parts(const struct tree *tree, const struct kbuild_object *object,
				   struct unit *unit)
{
	_cleanup_free_ char *below = NULL;

	lp_try(text_format(&unit->source, "%s", object->source));
	lp_try(text_format(&unit->name, "%s", object->name));
	if (object->command)
		lp_try(text_format(&unit->command, "%s", object->command));
	if (object->patched_command)
		lp_try(text_format(&unit->patched_command, "%s", object->patched_command));
	unit->is_new = object->is_new;
	lp_try(name_owner(unit, object->module));
	/* "../" in the name would lead out of our directories. */
	lp_try(text_replace(&below, object->name, "../", "^/"));
	int stem = (int)strlen(below) - 2;

	lp_try(text_format(&unit->exact, "%s/%.*s.exact.o", tree->objects, stem, below));
	if (unit->is_new)
		lp_try(text_format(&unit->original, "%s/patched-objects/%.*s.empty.o", tree->work,
				   stem, below));
	else
		lp_try(text_format(&unit->original, "%s/%.*s.split.o", tree->objects, stem, below));
	return text_format(&unit->patched, "%s/patched-objects/%.*s.o", tree->work, stem, below);
}

struct lp_error *unit_new(const struct tree *tree, const struct kbuild_object *object,
			  struct unit **unit)
{
	*unit = calloc(1, sizeof(**unit));
	if (!*unit)
		return lp_error_no_memory();
	struct lp_error *error = name_parts(tree, object, *unit);

	if (error) {
		unit_free(*unit);
		*unit = NULL;
	}
	return error;
}

bool unit_is_module(const struct unit *unit)
{
	return strcmp(unit->object, "vmlinux") != 0;
}

/* True if kbuild has compiled the unit for what it belongs to: module code has -DMODULE. */
static struct lp_error *is_for_owner(const struct unit *unit, const char *cmd, bool *is)
{
	_cleanup_free_ char *command = NULL;

	lp_try(kbuild_command_read(cmd, &command));
	*is = unit_is_module(unit) == (strstr(command, " -DMODULE ") != NULL);
	return NULL;
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
 * drivers/Makefile names both char/ and char/ipmi/, so kbuild goes to an object
 * of the second on two ways, and compiles it as part of the first as well
 * (Linux 6.1). With several jobs the two are in each other's way: one may take
 * away the files of the other, and whichever comes last leaves its object. One
 * job at a time, that is the directory below.
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

/* Compiles the unit again, alone, if what kbuild has left is not for what it belongs to. */
static struct lp_error *compile_for_owner(struct tree *tree, const struct unit *unit,
					  const char *built, const char *cmd)
{
	bool is = false;

	lp_try(is_for_owner(unit, cmd, &is));
	if (is)
		return NULL;
	unlink(built);
	lp_try(make_in_turn(tree, "compile one of the untouched sources",
			    (const char *const[]){unit->name, NULL}));
	lp_try(is_for_owner(unit, cmd, &is));
	if (is)
		return NULL;
	return lp_error_new(LP_INTERNAL, "kbuild does not compile %s as a part of %s", unit->source,
			    unit->object);
}

/* Keeps what kbuild has compiled, and how. */
static struct lp_error *keep_exact(struct tree *tree, const struct unit *unit)
{
	_cleanup_free_ char *kept = NULL, *cmd = NULL, *built = NULL, *partial = NULL;

	lp_try(text_format(&built, "%s/%s", tree->build, unit->name));
	lp_try(kbuild_command_path(tree, unit->name, &cmd));
	lp_try(compile_for_owner(tree, unit, built, cmd));
	lp_try(text_format(&partial, "%s/exact", tree->work));
	lp_try(directory_copy_file(built, partial));
	lp_try(tree_keep(partial, unit->exact));
	/* The command goes last: where it is, the object is whole. */
	lp_try(text_format(&kept, "%s.cmd", unit->exact));
	lp_try(directory_copy_file(cmd, partial));
	return tree_keep(partial, kept);
}

/* Takes note of an exact original that is there. */
static struct lp_error *find_exact(struct unit *unit)
{
	_cleanup_free_ char *kept = NULL;

	lp_try(text_format(&kept, "%s.cmd", unit->exact));
	unit->has_exact = !access(kept, F_OK);
	if (!unit->has_exact || unit->command)
		return NULL;
	return kbuild_command_read(kept, &unit->command);
}

struct lp_error *build_exact(struct tree *tree, struct unit *const *units, size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *what = NULL, *others = NULL;
	const struct unit *first = NULL;

	for (size_t i = 0; i < count; i++) {
		lp_try(find_exact(units[i]));
		if (units[i]->has_exact || units[i]->is_new)
			continue;
		first = first ?: units[i];
		lp_try(text_list_add(&names, "%s", units[i]->name));
	}
	if (!first)
		return NULL;
	lp_try(text_format(&others, names.count > 1 ? " and %zu more" : "", names.count - 1));
	_cleanup_close_ int lock = -1;

	lp_try(tree_lock_build(tree, &lock));
	message_progress(tree->sink, "compiling the original %s%s", first->source, others);
	lp_try(text_format(&what, "compile the untouched %s%s", first->source, others));
	lp_try(make_exact(tree, what, &names));
	for (size_t i = 0; i < count; i++) {
		if (units[i]->has_exact || units[i]->is_new)
			continue;
		lp_try(keep_exact(tree, units[i]));
		lp_try(find_exact(units[i]));
	}
	return NULL;
}

/* Replaces `from` where it stands as a word of its own. */
static struct lp_error *replace_word(char **text, const char *from, const char *to)
{
	_cleanup_free_ char *old = take(*text);
	size_t size, length = strlen(from);
	FILE *out = open_memstream(text, &size);

	if (!out)
		return lp_error_no_memory();
	for (const char *at = old; *at;) {
		bool begins = at == old || isspace((unsigned char)at[-1]) || at[-1] == ',';

		if (begins && !strncmp(at, from, length) &&
		    (!at[length] || isspace((unsigned char)at[length]))) {
			fputs(to, out);
			at += length;
		} else {
			fputc(*at++, out);
		}
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

static struct lp_error *replace_all(char **text, const char *from, const char *to)
{
	_cleanup_free_ char *old = take(*text);

	return text_replace(text, old, from, to);
}

/* The words behind " -c -o " in a command: what it makes, and of which file. */
static struct lp_error *read_names(const struct unit *unit, const char *command, char **name,
				   char **source)
{
	const char *at = strstr(command, " -c -o ");

	if (!at)
		return lp_error_new(LP_INTERNAL,
				    "kbuild compiles %s in a way lpatch does not know: %s",
				    unit->source, command);
	at += strlen(" -c -o ");
	lp_try(text_format(name, "%.*s", (int)strcspn(at, " "), at));
	at += strcspn(at, " ");
	at += strspn(at, " ");
	return text_format(source, "%.*s", (int)strcspn(at, " ;"), at);
}

/* The command with another output and dependency file, and the flags added. */
static struct lp_error *redirect_command(const struct unit *unit, const char *output,
					 const char *added, char **command)
{
	_cleanup_free_ char *name = NULL, *source = NULL, *depfile = NULL, *new_depfile = NULL;
	_cleanup_free_ char *plain = NULL, *flags = NULL;

	lp_try(read_names(unit, *command, &name, &source));
	int directory = (int)source_path_base(name);

	lp_try(text_format(&depfile, "-MMD,%.*s.%s.d", directory, name, name + directory));
	lp_try(text_format(&new_depfile, "-MMD,%s.d", output));
	lp_try(text_format(&plain, " -c -o %s ", output));
	lp_try(text_format(&flags, " " SPLIT_FLAGS "%s -c -o %s ", added, output));
	lp_try(replace_all(command, depfile, new_depfile));
	lp_try(replace_word(command, name, output));
	return replace_all(command, plain, flags);
}

/* The original of a file that the target does not have: compiled the same, from nothing. */
static struct lp_error *empty_command(const struct tree *tree, const struct unit *unit,
				      char **command)
{
	_cleanup_free_ char *name = NULL, *source = NULL, *empty = NULL, *from = NULL, *to = NULL;

	lp_try(read_names(unit, unit->patched_command, &name, &source));
	lp_try(text_format(&empty, "%s/empty.c", tree->work));
	lp_try(file_write(empty, "", 0));
	lp_try(text_format(&from, " -c -o %s %s", name, source));
	lp_try(text_format(&to, " -c -o %s %s", name, empty));
	return text_replace(command, unit->patched_command, from, to);
}

/*
 * The command that compiles the split object `output`: kbuild's own, with its
 * source directory, its output and its dependency file replaced and the flags
 * added; in patched source, headers for authors can be included.
 */
static struct lp_error *split_command(const struct tree *tree, const struct unit *unit,
				      const char *view, bool is_patched, const char *output,
				      char **command)
{
	_cleanup_free_ char *headers = NULL;

	if (is_patched)
		lp_try(author_headers_flag(tree, &headers));
	if (is_patched && unit->patched_command)
		lp_try(text_format(command, "%s", unit->patched_command));
	else if (unit->is_new)
		lp_try(empty_command(tree, unit, command));
	else
		lp_try(text_replace(command, unit->command, tree->source, view));
	return redirect_command(unit, output, headers ?: "", command);
}

/* A compile of one unit's original or patched source. */
struct compile {
	const struct unit *unit;
	bool is_patched;
	char *command, *log, *output;
	const char *argv[5];
};

/* All compiles of a build_split(): for each unit the original's, then the patched one's. */
struct splitting {
	struct tree *tree;
	const char *view;
	struct compile *compiles;
	size_t count;
	const struct compile *failed; /* the first; its view is the patched one */
};

static void splitting_clear(struct splitting *splitting)
{
	for (size_t i = 0; i < splitting->count; i++) {
		free(splitting->compiles[i].command);
		free(splitting->compiles[i].log);
		free(splitting->compiles[i].output);
	}
	free(splitting->compiles);
}

static struct lp_error *describe_compile(const struct splitting *splitting, struct compile *compile,
					 struct process *process)
{
	const struct tree *tree = splitting->tree;
	const char *view = compile->is_patched ? splitting->view : tree->source;
	const char *const argv[] = {"sh", "-e", "-c", compile->command, NULL};

	if (!compile->command) {
		lp_try(split_command(tree, compile->unit, view, compile->is_patched,
				     compile->output, &compile->command));
		lp_try(text_format(&compile->log, "%s.log", compile->output));
	}
	unlink(compile->log);
	memcpy(compile->argv, argv, sizeof(argv));
	compile->argv[3] = compile->command;
	*process = (struct process){
		.argv = compile->argv,
		.directory = tree->build,
		.output = compile->log,
	};
	return NULL;
}

static struct lp_error *start_compile(void *context, size_t index, struct process *process)
{
	struct splitting *splitting = context;
	struct compile *compile = &splitting->compiles[index];

	if (!compile->output)
		return NULL;
	lp_try(directory_make_above(compile->output));
	unlink(compile->output);
	return describe_compile(splitting, compile, process);
}

/*
 * gcc names a header as it was found, "drivers/char/tpm/eventlog/../tpm.h";
 * takes the detours out of all such words, in place.
 */
static void shorten_paths(char *text)
{
	for (char *word = text; *word;) {
		size_t length = strcspn(word, ": \t\n");
		char end = word[length], *behind = word + length;

		*behind = '\0';
		if (*word != '/' && strstr(word, "/../"))
			source_path_normalise(word);
		*behind = end;
		char *short_end = word + strnlen(word, length);

		memmove(short_end, behind, strlen(behind) + 1);
		word = short_end + (*short_end != '\0');
	}
}

/* The begin of what the compiler said, where the first error is, with the user's paths. */
static struct lp_error *compile_error(const struct splitting *splitting,
				      const struct compile *compile)
{
	_cleanup_free_ char *said = process_output(compile->log, LOG_LIMIT), *prefix = NULL;
	_cleanup_free_ char *shown = NULL;
	const char *view = compile->is_patched ? splitting->view : splitting->tree->source;

	if (!said)
		return lp_error_no_memory();
	if (strlen(said) > SHOWN_OUTPUT) {
		char *end = strchrnul(said + SHOWN_OUTPUT, '\n');

		*end = '\0';
	}
	lp_try(text_format(&prefix, "%s/", view));
	lp_try(text_replace(&shown, said, prefix, ""));
	shorten_paths(shown);
	for (size_t length = strlen(shown); length && shown[length - 1] == '\n';)
		shown[--length] = '\0';
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED, "%s%s does not compile\n%s",
					  compile->is_patched ? "" : "the untouched ",
					  compile->unit->source, shown),
			     "The whole output is in %s", compile->log);
}

static struct lp_error *end_compile(void *context, size_t index, int status)
{
	struct splitting *splitting = context;
	struct compile *compile = &splitting->compiles[index];

	if (status) {
		/* A command line that fails in objtool has left an object behind. */
		unlink(compile->output);
		if (!splitting->failed)
			splitting->failed = compile;
		return compile_error(splitting, compile);
	}
	return compile->is_patched ? NULL : tree_keep(compile->output, compile->unit->original);
}

/* Lets the compiler say once more what is wrong, in the numbering that the user sees. */
static struct lp_error *explain_failure(struct splitting *splitting, struct lp_error *error)
{
	struct compile *compile = (struct compile *)splitting->failed;
	struct process process;
	int status;

	if (!compile || !compile->is_patched)
		return error;
	struct lp_error *trouble = view_show_numbers(splitting->tree, splitting->view);

	if (!trouble)
		trouble = describe_compile(splitting, compile, &process);
	if (!trouble)
		trouble = process_run(&process, &status);
	if (trouble || !status) {
		lp_error_free(trouble);
		return error;
	}
	lp_error_free(error);
	return compile_error(splitting, compile);
}

/* Two modules may share an object: it is compiled once. */
static bool is_repeated(struct unit *const *units, size_t index)
{
	return index && !strcmp(units[index]->patched, units[index - 1]->patched);
}

static struct lp_error *list_compiles(struct splitting *splitting, struct unit *const *units,
				      size_t count)
{
	splitting->compiles = calloc(2 * count + 1, sizeof(*splitting->compiles));
	if (!splitting->compiles)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		struct compile *original = &splitting->compiles[splitting->count++];
		struct compile *patched = &splitting->compiles[splitting->count++];

		*original = (struct compile){.unit = units[i]};
		*patched = (struct compile){.unit = units[i], .is_patched = true};
		if (is_repeated(units, i))
			continue;
		if (access(units[i]->original, F_OK))
			lp_try(text_format(&original->output, "%s.original.o", units[i]->patched));
		lp_try(text_format(&patched->output, "%s", units[i]->patched));
	}
	return NULL;
}

struct lp_error *build_split(struct tree *tree, const char *view, struct unit *const *units,
			     size_t count)
{
	_cleanup_(splitting_clear) struct splitting splitting = {.tree = tree, .view = view};

	lp_try(list_compiles(&splitting, units, count));
	const struct pool pool = {
		.what = "compiling with and without the patch",
		.jobs = tree->jobs,
		.count = splitting.count,
		.sink = tree->sink,
		.context = &splitting,
		.prepare = start_compile,
		.done = end_compile,
	};

	if (count == 1)
		message_progress(tree->sink, "compiling the patched %s", units[0]->source);
	else
		message_progress(tree->sink, "compiling %zu files with and without the patch",
				 count);
	struct lp_error *error = pool_run(&pool);

	return error && splitting.failed ? explain_failure(&splitting, error) : error;
}

void unit_free(struct unit *unit)
{
	if (!unit)
		return;
	free(unit->source);
	free(unit->name);
	free(unit->object);
	free(unit->command);
	free(unit->patched_command);
	free(unit->exact);
	free(unit->original);
	free(unit->patched);
	free(unit);
}
