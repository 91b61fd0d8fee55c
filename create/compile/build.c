// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/compile.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/base/pool.h"
#include "create/base/seal.h"
#include "create/base/source_path.h"
#include "create/compile/build_internal.h"
#include "create/compile/compile_reads.h"
#include "create/kbuild.h"
#include "create/target.h"

/* How much of a compiler's output is read, in bytes. */
#define LOG_LIMIT (1u << 20)

/* How much of the compiler's output an error shows, in bytes. */
#define SHOWN_OUTPUT 4096

#define SPLIT_FLAGS "-ffunction-sections -fdata-sections"

/*
 * Headers by which code gets a value that the kernel writes into its instructions at boot, and
 * never into a module, and those with the same macros by which it reads the value from a variable.
 * They have one guard against a second inclusion, so the second can come first. Split objects are
 * compiled with it: what is carried over from them goes into a module.
 */
static const struct {
	const char *written, *read;
} boot_values[] = {
	/* Linux 6.11 */
	{"arch/x86/include/asm/runtime-const.h", "asm-generic/runtime-const.h"},
};

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
	unit->is_gone = object->is_gone;
	lp_try(name_owner(unit, object->module));
	/* "../" in the name would lead out of our directories. */
	lp_try(text_replace(&below, object->name, "../", "^/"));
	int stem = (int)strlen(below) - 2;

	lp_try(text_format(&unit->exact, "%s/%.*s.exact.o", tree->objects, stem, below));
	lp_try(text_format(&unit->scratch, "%s/scratch/%.*s", tree->work, stem, below));
	if (unit->is_new)
		lp_try(text_format(&unit->original, "%s.empty.o", unit->scratch));
	else
		lp_try(text_format(&unit->original, "%s/%.*s.split.o", tree->objects, stem, below));
	return text_format(&unit->patched, "%s/%.*s.o", tree->made, stem, below);
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

/* Replaces `from` where it is a separate word. */
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

struct lp_error *build_redirect(const struct unit *unit, const char *added, const char *output,
				char **command)
{
	_cleanup_free_ char *name = NULL, *source = NULL, *depfile = NULL, *new_depfile = NULL;
	_cleanup_free_ char *plain = NULL, *flags = NULL;

	lp_try(read_names(unit, *command, &name, &source));
	int directory = (int)source_path_base(name);

	lp_try(text_format(&depfile, "-MMD,%.*s.%s.d", directory, name, name + directory));
	lp_try(text_format(&new_depfile, "-MMD,%s.d", output));
	lp_try(text_format(&plain, " -c -o %s ", output));
	lp_try(text_format(&flags, " %s -c -o %s ", added, output));
	lp_try(replace_all(command, depfile, new_depfile));
	lp_try(replace_word(command, name, output));
	return replace_all(command, plain, flags);
}

/* A file that one side does not have: an empty file, compiled as on the other side. */
static struct lp_error *empty_command(const struct tree *tree, const struct unit *unit,
				      const char *other, char **command)
{
	_cleanup_free_ char *name = NULL, *source = NULL, *empty = NULL, *from = NULL, *to = NULL;

	lp_try(read_names(unit, other, &name, &source));
	lp_try(text_format(&empty, "%s/empty.c", tree->work));
	lp_try(file_write(empty, "", 0));
	lp_try(text_format(&from, " -c -o %s %s", name, source));
	lp_try(text_format(&to, " -c -o %s %s", name, empty));
	return text_replace(command, other, from, to);
}

/* The options for boot_values, each with a blank in front of it. */
static struct lp_error *boot_value_flags(const struct tree *tree, char **flags)
{
	lp_try(text_format(flags, "%s", ""));
	for (size_t i = 0; i < ARRAY_SIZE(boot_values); i++) {
		_cleanup_free_ char *path = NULL, *before = take(*flags);

		lp_try(text_format(&path, "%s/%s", tree->source, boot_values[i].written));
		lp_try(access(path, F_OK)
			       ? text_format(flags, "%s", before)
			       : text_format(flags, "%s -include %s", before, boot_values[i].read));
	}
	return NULL;
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
	_cleanup_free_ char *headers = NULL, *added = NULL, *depfile = NULL, *values = NULL;

	lp_try(boot_value_flags(tree, &values));
	if (is_patched)
		lp_try(author_headers_flag(tree, &headers));
	if (is_patched && unit->patched_command)
		lp_try(text_format(command, "%s", unit->patched_command));
	else if (is_patched && unit->is_gone)
		lp_try(empty_command(tree, unit, unit->command, command));
	else if (unit->is_new)
		lp_try(empty_command(tree, unit, unit->patched_command, command));
	else
		lp_try(text_replace(command, unit->command, tree->source, view));
	lp_try(text_format(&added, SPLIT_FLAGS "%s%s", values, headers ?: ""));
	lp_try(build_redirect(unit, added, output, command));
	if (!is_patched)
		return NULL;
	lp_try(text_format(&depfile, "%s.d", output));
	return compile_reads_ask(depfile, command);
}

/* A compile of one unit's original or patched source. */
struct compile {
	const struct unit *unit;
	bool is_patched, done;
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
		lp_try(text_format(&compile->log, "%s.%s.log", compile->unit->scratch,
				   compile->is_patched ? "patched" : "original"));
	}
	unlink(compile->log);
	memcpy(compile->argv, argv, sizeof(argv));
	compile->argv[3] = compile->command;
	*process = (struct process){
		.argv = compile->argv,
		.directory = tree->build,
		.output = compile->log,
		.sandbox = compile->is_patched ? tree->patched_sandbox : tree->sandbox,
	};
	return NULL;
}

static struct lp_error *start_compile(void *context, size_t index, struct process *process)
{
	struct splitting *splitting = context;
	struct compile *compile = &splitting->compiles[index];

	if (!compile->output || compile->done)
		return NULL;
	lp_try(directory_make_above(compile->output));
	lp_try(directory_make_above(compile->unit->scratch));
	unlink(compile->output);
	return describe_compile(splitting, compile, process);
}

/*
 * gcc names a header as it was found, "drivers/char/tpm/eventlog/../tpm.h";
 * removes the ".." parts from all such words, in place.
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

/* The start of the compiler's output, with the first error, with the user's paths. */
static struct lp_error *compile_error(const struct splitting *splitting,
				      const struct compile *compile)
{
	_cleanup_free_ char *said = process_output(compile->log, LOG_LIMIT), *prefix = NULL;
	_cleanup_free_ char *shown = NULL;
	const char *view = compile->is_patched ? splitting->view : splitting->tree->source;

	lp_try(tree_check_space(splitting->tree));
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

/* Removes the object if files outside of the source were read for it. */
static struct lp_error *check_reads(const struct splitting *splitting,
				    const struct compile *compile)
{
	const struct unit *unit = compile->unit;
	_cleanup_free_ char *depfile = NULL;

	lp_try(text_format(&depfile, "%s.d", compile->output));
	struct lp_error *error = compile_reads_check(splitting->tree, unit->source, depfile,
						     unit->command ?: unit->patched_command);

	if (error)
		unlink(compile->output);
	return error;
}

static struct lp_error *end_compile(void *context, size_t index, int status)
{
	struct splitting *splitting = context;
	struct compile *compile = &splitting->compiles[index];

	if (status) {
		/* A command line that fails in objtool leaves an object. */
		unlink(compile->output);
		if (!splitting->failed)
			splitting->failed = compile;
		return compile_error(splitting, compile);
	}
	if (compile->is_patched)
		lp_try(check_reads(splitting, compile));
	compile->done = true;
	return compile->is_patched ? NULL : tree_keep(compile->output, compile->unit->original);
}

/* Repeats the compiler's messages with the user's line numbers. */
static struct lp_error *explain_failure(struct splitting *splitting, struct lp_error *error)
{
	struct compile *compile = (struct compile *)splitting->failed;
	struct process process;
	int status = 0;

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
		bool whole;

		lp_try(seal_check(units[i]->original, &whole));
		if (whole)
			cache_touch(units[i]->original);
		else
			lp_try(text_format(&original->output, "%s.original.o", units[i]->scratch));
		lp_try(text_format(&patched->output, "%s", units[i]->patched));
	}
	return NULL;
}

/* The units that have no original yet, if the failed compile is of one of them. */
static struct lp_error *list_without_original(const struct splitting *splitting,
					      struct text_list *names)
{
	const struct compile *failed = splitting->failed;

	if (!failed || failed->unit->is_new || !access(failed->unit->original, F_OK))
		return NULL;
	for (size_t i = 0; i < splitting->count; i++) {
		const struct compile *compile = &splitting->compiles[i];

		if (!compile->is_patched && compile->output && !compile->done &&
		    !compile->unit->is_new)
			lp_try(text_list_add(names, "%s", compile->unit->name));
	}
	return NULL;
}

/*
 * Compiles. If untouched source does not compile, it may include headers that
 * kbuild has not generated yet: then kbuild generates them for all remaining
 * units, which are compiled once more.
 */
static struct lp_error *run_compiles(struct splitting *splitting, const struct pool *pool)
{
	_cleanup_text_list_ struct text_list names = {0};
	struct lp_error *error = pool_run(pool);
	struct lp_error *trouble = error ? list_without_original(splitting, &names) : NULL;

	if (trouble) {
		lp_error_free(error);
		return trouble;
	}
	if (!names.count)
		return error;
	lp_error_free(error);
	splitting->failed = NULL;
	_cleanup_error_ struct lp_error *generating = prerequisites_make(splitting->tree, &names);

	if (generating && generating->status != LP_BUILD_FAILED)
		return take(generating);
	error = pool_run(pool);
	if (!error || !generating || !splitting->failed || splitting->failed->is_patched)
		return error;
	trouble = lp_error_new(error->status, "%s\n%s", error->message, generating->message);
	lp_error_hint(trouble, "%s", generating->hint);
	lp_error_free(error);
	return trouble;
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
	struct lp_error *error = run_compiles(&splitting, &pool);

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
	free(unit->scratch);
	free(unit);
}
