// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/build.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "create/directory.h"

/* A .cmd file also lists every header: some 100 KB. */
#define COMMAND_LIMIT (16u << 20)

/* How much of the compiler's output an error shows, in bytes. */
#define SHOWN_OUTPUT 4096

#define SPLIT_FLAGS "-ffunction-sections -fdata-sections"

static struct lp_error *name_unit(const struct tree *tree, const char *source, struct unit *unit)
{
	int stem = (int)strlen(source) - 2;

	lp_try(text_format(&unit->source, "%s", source));
	lp_try(text_format(&unit->name, "%.*s.o", stem, source));
	lp_try(text_format(&unit->exact, "%s/%.*s.exact.o", tree->objects, stem, source));
	lp_try(text_format(&unit->original, "%s/%.*s.split.o", tree->objects, stem, source));
	return text_format(&unit->patched, "%s/patched-objects/%.*s.o", tree->work, stem, source);
}

/*
 * The command in a .cmd file stands in its first line, behind
 * "cmd_net/ipv4/tcp_ipv4.o := " ("savedcmd_" since Linux 6.3), with "$" and
 * "#" escaped for make (scripts/Kbuild.include).
 */
static struct lp_error *read_command(const char *path, char **command)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, COMMAND_LIMIT, &blob));
	char *text = (char *)blob.data, *begin = strstr(text, " := "), *end = strchrnul(text, '\n');

	if (!begin || begin > end)
		return lp_error_new(LP_INTERNAL, "%s does not say how kbuild compiles", path);
	begin += strlen(" := ");
	char *out = begin;

	for (char *in = begin; in < end; in++) {
		if ((in[0] == '$' && in[1] == '$') || (in[0] == '\\' && in[1] == '#'))
			in++;
		*out++ = *in;
	}
	return text_format(command, "%.*s", (int)(out - begin), begin);
}

/* Lets kbuild compile the untouched source, and keeps the object and the command. */
static struct lp_error *compile_exact(struct tree *tree, struct unit *unit)
{
	_cleanup_free_ char *kept = NULL, *cmd = NULL, *built = NULL, *what = NULL, *partial = NULL;
	const char *base = strrchr(unit->name, '/');
	int directory = base ? (int)(base + 1 - unit->name) : 0;

	lp_try(text_format(&kept, "%s.cmd", unit->exact));
	if (!access(kept, F_OK))
		return read_command(kept, &unit->command);
	message_progress(tree->sink, "compiling the original %s", unit->source);
	lp_try(text_format(&what, "compile the untouched %s", unit->source));
	struct lp_error *error = tree_make(tree, what, (const char *const[]){unit->name, NULL});

	if (error && error->status == LP_BUILD_FAILED)
		lp_error_hint(
			error,
			"Does the target's configuration build this file, and is the source of "
			"the target's version? The whole output is in %s",
			tree->log);
	lp_try(error);
	lp_try(text_format(&built, "%s/%s", tree->build, unit->name));
	lp_try(text_format(&cmd, "%s/%.*s.%s.cmd", tree->build, directory, unit->name,
			   unit->name + directory));
	lp_try(directory_make_above(unit->exact));
	lp_try(directory_copy_file(built, unit->exact));
	/* The command goes last: where it is, the object is whole. */
	lp_try(text_format(&partial, "%s.partial", kept));
	lp_try(directory_copy_file(cmd, partial));
	if (rename(partial, kept))
		return lp_error_errno(errno, "can't rename %s", partial);
	return read_command(kept, &unit->command);
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

/*
 * The command that compiles the split object `output` from the source as seen
 * through `view`: kbuild's own, with its source directory, its output and its
 * dependency file replaced and the flags added.
 */
static struct lp_error *split_command(const struct tree *tree, const struct unit *unit,
				      const char *view, const char *output, char **command)
{
	_cleanup_free_ char *depfile = NULL, *new_depfile = NULL, *flags = NULL;
	const char *base = strrchr(unit->name, '/');
	int directory = base ? (int)(base + 1 - unit->name) : 0;

	lp_try(text_format(&depfile, "-MMD,%.*s.%s.d", directory, unit->name,
			   unit->name + directory));
	lp_try(text_format(&new_depfile, "-MMD,%s.d", output));
	lp_try(text_format(&flags, " " SPLIT_FLAGS " -c -o %s ", output));
	lp_try(text_replace(command, unit->command, tree->source, view));
	lp_try(replace_all(command, depfile, new_depfile));
	lp_try(replace_word(command, unit->name, output));
	_cleanup_free_ char *plain = NULL;

	lp_try(text_format(&plain, " -c -o %s ", output));
	lp_try(replace_all(command, plain, flags));
	if (strstr(*command, flags))
		return NULL;
	return lp_error_new(LP_INTERNAL, "kbuild compiles %s in a way lpatch does not know: %s",
			    unit->source, unit->command);
}

/* A compile that runs. */
struct compile {
	struct process process;
	char *command;
	char *log;
	const char *output;
};

static void compile_clear(struct compile *compile)
{
	free(compile->command);
	free(compile->log);
}

static struct lp_error *compile_start(const struct tree *tree, const struct unit *unit,
				      const char *view, const char *output, struct compile *compile)
{
	lp_try(directory_make_above(output));
	unlink(output);
	lp_try(split_command(tree, unit, view, output, &compile->command));
	lp_try(text_format(&compile->log, "%s.log", output));
	unlink(compile->log);
	compile->output = output;
	compile->process = (struct process){
		.argv = (const char *const[]){"sh", "-e", "-c", compile->command, NULL},
		.directory = tree->build,
		.output = compile->log,
	};
	return process_start(&compile->process);
}

/* What the compiler said, with the paths as the user knows them. */
static struct lp_error *compile_error(const struct unit *unit, const char *view,
				      const struct compile *compile)
{
	_cleanup_free_ char *said = process_output(compile->log, SHOWN_OUTPUT), *prefix = NULL;

	if (!said)
		return lp_error_no_memory();
	lp_try(text_format(&prefix, "%s/", view));
	lp_try(replace_all(&said, prefix, ""));
	return lp_error_new(LP_BUILD_FAILED, "%s does not compile\n%s", unit->source, said);
}

static struct lp_error *compile_wait(const struct unit *unit, const char *view,
				     struct compile *compile)
{
	int status;

	lp_try(process_wait(&compile->process, &status));
	if (!status)
		return NULL;
	/* A command line that fails in objtool has left an object behind. */
	unlink(compile->output);
	return compile_error(unit, view, compile);
}

/* Both split objects, at the same time when two jobs are allowed. */
static struct lp_error *compile_split(struct tree *tree, const struct unit *unit, const char *view)
{
	_cleanup_(compile_clear) struct compile original = {0}, patched = {0};
	_cleanup_free_ char *partial = NULL;
	bool needed = access(unit->original, F_OK);

	lp_try(text_format(&partial, "%s.partial.o", unit->original));
	if (needed)
		lp_try(compile_start(tree, unit, tree->source, partial, &original));
	if (needed && tree->jobs < 2) {
		lp_try(compile_wait(unit, tree->source, &original));
		lp_try(compile_start(tree, unit, view, unit->patched, &patched));
		lp_try(compile_wait(unit, view, &patched));
	} else {
		lp_try(compile_start(tree, unit, view, unit->patched, &patched));
		struct lp_error *error = compile_wait(unit, view, &patched);

		/* Wait for both, so that nothing runs on behind an error. */
		struct lp_error *other =
			needed ? compile_wait(unit, tree->source, &original) : NULL;

		if (error) {
			lp_error_free(other);
			return error;
		}
		lp_try(other);
	}
	if (needed && rename(partial, unit->original))
		return lp_error_errno(errno, "can't rename %s", partial);
	return NULL;
}

/*
 * Module code is compiled with -DMODULE, and -DKBUILD_MODNAME='"NAME"' says
 * which module it is for, as the kernel knows it; "A:B" is several
 * (scripts/Makefile.lib, Linux 6.1).
 */
static struct lp_error *find_object(struct unit *unit)
{
	static const char key[] = " -DKBUILD_MODNAME='\"";
	const char *name = strstr(unit->command, key);

	if (!strstr(unit->command, " -DMODULE "))
		return text_format(&unit->object, "vmlinux");
	if (!name)
		return lp_error_new(LP_INTERNAL, "kbuild does not say which module %s belongs to",
				    unit->source);
	name += strlen(key);
	lp_try(text_format(&unit->object, "%.*s", (int)strcspn(name, "\"'"), name));
	if (!strchr(unit->object, ':'))
		return NULL;
	return lp_error_new(
		LP_UNSAFE, "%s is part of several modules (%s), which one update can't replace yet",
		unit->source, unit->object);
}

bool unit_is_module(const struct unit *unit)
{
	return strcmp(unit->object, "vmlinux") != 0;
}

static struct lp_error *build_parts(struct tree *tree, const char *view, struct unit *unit)
{
	lp_try(compile_exact(tree, unit));
	lp_try(find_object(unit));
	message_progress(tree->sink, "compiling the patched %s", unit->source);
	return compile_split(tree, unit, view);
}

struct lp_error *build_unit(struct tree *tree, const char *view, const char *source,
			    struct unit **unit)
{
	*unit = calloc(1, sizeof(**unit));
	if (!*unit)
		return lp_error_no_memory();
	struct lp_error *error = name_unit(tree, source, *unit);

	if (!error)
		error = build_parts(tree, view, *unit);
	if (error) {
		unit_free(*unit);
		*unit = NULL;
	}
	return error;
}

void unit_free(struct unit *unit)
{
	if (!unit)
		return;
	free(unit->source);
	free(unit->name);
	free(unit->object);
	free(unit->command);
	free(unit->exact);
	free(unit->original);
	free(unit->patched);
	free(unit);
}
