// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild/link_commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/base/seal.h"
#include "create/kbuild/kbuild_commands.h"
#include "create/target.h"

/* All commands of a link: some 10 KB. The kernel passes 128 KB in one argument. */
#define COMMANDS_LIMIT (100u << 10)

/* A module of an update, in bytes. */
#define MODULE_LIMIT (1u << 30)

/* What stands for the inputs in the file. No command of kbuild contains one of these. */
#define DIRECTORY "{DIRECTORY}"
#define NAME      "{NAME}"
#define OBJECTS   "{OBJECTS}"
#define SYMBOLS   "{SYMBOLS}"

/* Counts how often `what` is in the text. */
static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		count++;
	return count;
}

static struct lp_error *substitute(char **text, const char *from, const char *to)
{
	_cleanup_free_ char *old = take(*text);

	return text_replace(text, old, from, to);
}

/*
 * The files in which kbuild leaves the commands, in the order in which they run
 * (scripts/Makefile.build, Makefile.modpost and Makefile.modfinal, Linux 6.1). The core has a
 * source file of the same name as the update's own.
 */
static const char *const command_files[] = {
	".update.o.cmd",       "." NAME ".mod.cmd",   "." NAME ".o.cmd",  ".modules.order.cmd",
	".Module.symvers.cmd", "." NAME ".mod.o.cmd", "." NAME ".ko.cmd",
};

/* modpost reads what the object was made of (scripts/mod/sumversion.c) and its exports' checksums.
 */
#define DEPENDENCIES                                                                               \
	"scripts/basic/fixdep " DIRECTORY "/.update.o.d " DIRECTORY "/update.o unused >" DIRECTORY \
	"/.update.o.cmd"

/* What is put where; each `from` must be in one command. */
static const struct change {
	const char *file; /* whose command */
	const char *from, *to;
} changes[] = {
	/* The module includes its tables from its own directory. */
	{".update.o.cmd", " -c -o ", " -I" DIRECTORY " -c -o "},
	/* Behind the kernel's exports are those of other modules (scripts/Makefile.modpost). */
	{".Module.symvers.cmd", " -i Module.symvers", " -i Module.symvers" SYMBOLS},
};

/* The objects of the core: "printf '%s\n' a.o b.o | awk" (scripts/Makefile.build, Linux 6.1). */
static struct lp_error *replace_objects(char **command, bool *known)
{
	static const char before[] = "printf '%s\\n' ";
	const char *begin = strstr(*command, before), *end;
	_cleanup_free_ char *old = NULL;

	if (!begin)
		return NULL;
	begin += strlen(before);
	end = strstr(begin, " |");
	if (!end)
		return NULL;
	*known = true;
	old = take(*command);
	return text_format(command, "%.*s" OBJECTS "%s", (int)(begin - old), old, end);
}

static struct lp_error *apply_changes(const char *file, char **command, bool *known)
{
	*known = true;
	if (text_ends_with(file, ".mod.cmd")) {
		*known = false;
		return replace_objects(command, known);
	}
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		if (strcmp(changes[i].file, file))
			continue;
		if (occurrences(*command, changes[i].from) != 1) {
			*known = false;
			return NULL;
		}
		lp_try(substitute(command, changes[i].from, changes[i].to));
	}
	return NULL;
}

/* The places in which a command names the module. */
static struct lp_error *replace_name(const char *name, char **command)
{
	static const char *const before[] = {DIRECTORY "/", DIRECTORY "/.", "\"", "kmod_"};

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		lp_try(text_format(&from, "%s%s", before[i], name));
		lp_try(text_format(&to, "%s" NAME, before[i]));
		lp_try(substitute(command, from, to));
	}
	return NULL;
}

/* One command of the core's, with the placeholders; *known is false if it has another form. */
static struct lp_error *read_command(const struct link_core *core, const char *file, char **command,
				     bool *known)
{
	_cleanup_free_ char *path = NULL;

	*known = false;
	lp_try(text_format(&path, "%s/%s", core->directory, file));
	lp_try(substitute(&path, NAME, core->name));
	if (access(path, F_OK))
		return NULL;
	lp_try(kbuild_command_read(path, command));
	if (strstr(*command, DIRECTORY) || strstr(*command, NAME) || strstr(*command, OBJECTS) ||
	    strstr(*command, SYMBOLS))
		return NULL;
	lp_try(substitute(command, core->directory, DIRECTORY));
	lp_try(apply_changes(file, command, known));
	return replace_name(core->name, command);
}

/* All commands, one a line; *text stays NULL if one has another form. */
static struct lp_error *read_commands(const struct link_core *core, char **text)
{
	_cleanup_text_list_ struct text_list lines = {0};

	for (size_t i = 0; i < ARRAY_SIZE(command_files); i++) {
		_cleanup_free_ char *command = NULL;
		bool known;

		lp_try(read_command(core, command_files[i], &command, &known));
		if (!known)
			return NULL;
		lp_try(text_list_add(&lines, "%s", command));
		if (!i)
			lp_try(text_list_add(&lines, DEPENDENCIES));
	}
	return text_list_join(&lines, "\n", text);
}

static struct lp_error *specialise(const struct link_inputs *inputs, char **text)
{
	lp_try(substitute(text, NAME, inputs->name));
	lp_try(substitute(text, DIRECTORY, inputs->directory));
	lp_try(substitute(text, SYMBOLS, inputs->symbols));
	return substitute(text, OBJECTS, inputs->objects);
}

/* Runs the commands. *path stays NULL if one fails. */
static struct lp_error *run(struct tree *tree, const char *text, const struct link_inputs *inputs,
			    char **path)
{
	_cleanup_free_ char *script = NULL, *built = NULL;
	int status;

	lp_try(text_format(&script, "%s", text));
	lp_try(specialise(inputs, &script));
	lp_try(text_format(&built, "%s/%s.ko", inputs->directory, inputs->name));
	unlink(built);
	struct process process = {
		.argv = (const char *const[]){"sh", "-e", "-c", script, NULL},
		.directory = tree->build,
		.output = tree->log,
		.sandbox = tree->sandbox,
	};

	lp_try(process_run(&process, &status));
	if (status || access(built, F_OK))
		return NULL;
	lp_try(tree_strip(tree, built));
	*path = take(built);
	return NULL;
}

static struct lp_error *same_contents(const char *one, const char *other, bool *same)
{
	_cleanup_blob_ struct blob first = {0}, second = {0};

	lp_try(file_read(one, MODULE_LIMIT, &first));
	lp_try(file_read(other, MODULE_LIMIT, &second));
	*same = first.size == second.size && !memcmp(first.data, second.data, first.size);
	return NULL;
}

/* Sets *same to whether the commands link what kbuild has linked, which stays in place. */
static struct lp_error *link_again(struct tree *tree, const char *text,
				   const struct link_inputs *inputs, const char *built, bool *same)
{
	_cleanup_free_ char *kept = NULL, *path = NULL;

	lp_try(text_format(&kept, "%s/%s.kbuild", inputs->directory, inputs->name));
	if (rename(built, kept))
		return lp_error_errno(errno, "can't rename %s to %s", built, kept);
	lp_try(run(tree, text, inputs, &path));
	*same = false;
	if (path)
		lp_try(same_contents(kept, path, same));
	if (rename(kept, built))
		return lp_error_errno(errno, "can't rename %s to %s", kept, built);
	return NULL;
}

struct lp_error *link_commands_keep(struct tree *tree, const char *commands,
				    const struct link_core *core, const struct link_inputs *inputs,
				    const char *built)
{
	_cleanup_free_ char *text = NULL, *made = NULL;
	bool kept, usable = false;

	lp_try(seal_check(commands, &kept));
	if (kept)
		return NULL;
	lp_try(read_commands(core, &text));
	if (text)
		lp_try(link_again(tree, text, inputs, built, &usable));
	message_verbose(tree->sink, "later updates are linked by %s",
			usable ? "the commands of the core" : "kbuild");
	lp_try(text_format(&made, "%s/link-commands", tree->work));
	lp_try(file_write(made, text ?: "", usable ? strlen(text) : 0));
	return tree_keep(made, commands);
}

struct lp_error *link_commands_run(struct tree *tree, const char *commands,
				   const struct link_inputs *inputs, char **path)
{
	_cleanup_blob_ struct blob text = {0};
	bool whole;

	lp_try(seal_check(commands, &whole));
	if (!whole)
		return NULL;
	lp_try(file_read(commands, COMMANDS_LIMIT, &text));
	if (!text.size)
		return NULL;
	lp_try(run(tree, (const char *)text.data, inputs, path));
	if (*path)
		message_verbose(tree->sink, "%s is linked by the commands of the core",
				inputs->name);
	return NULL;
}
