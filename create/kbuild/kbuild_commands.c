// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild/kbuild_commands.h"

#include <string.h>

#include "common/file.h"
#include "create/base/source_path.h"
#include "create/target.h"

/* A .cmd file also lists every header: some 100 KB. */
#define COMMAND_LIMIT (16u << 20)

/* What make -n prints for one batch: some 10 KB an object. */
#define OUTPUT_LIMIT (512u << 20)

/* Bytes of names for one make: a shell's command line is limited to 128 KB. */
#define BATCH_BYTES 60000

/* kbuild escapes "$" and "#" for make (scripts/Kbuild.include); undoes that in place. */
static void unescape_make(char *text)
{
	char *out = text;

	for (const char *in = text; *in; in++) {
		if ((in[0] == '$' && in[1] == '$') || (in[0] == '\\' && in[1] == '#'))
			in++;
		*out++ = *in;
	}
	*out = '\0';
}

/*
 * The command is in the first line, after "cmd_net/ipv4/tcp_ipv4.o := "
 * ("savedcmd_" since Linux 6.3).
 */
struct lp_error *kbuild_command_read(const char *path, char **command)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, COMMAND_LIMIT, &blob));
	const char *text = (const char *)blob.data, *begin = strstr(text, " := ");
	const char *end = strchrnul(text, '\n');

	if (!begin || begin > end)
		return lp_error_new(LP_INTERNAL, "%s does not contain a command of kbuild", path);
	begin += strlen(" := ");
	lp_try(text_format(command, "%.*s", (int)(end - begin), begin));
	unescape_make(*command);
	return NULL;
}

struct lp_error *kbuild_command_path(const struct tree *tree, const char *name, char **path)
{
	int base = source_path_base(name);

	return text_format(path, "%s/%.*s.%s.cmd", tree->build, base, name, name + base);
}

/* Takes the quotes off a word for the shell: 'it'\''s' is it's. Returns its end. */
static const char *unquote(const char *word, FILE *out)
{
	while (*word == '\'' || (*word == '\\' && word[1])) {
		if (*word == '\\') {
			fputc(word[1], out);
			word += 2;
			continue;
		}
		size_t length = strcspn(++word, "'");

		fwrite(word, 1, length, out);
		word += length;
		word += *word == '\'';
	}
	return word;
}

/* The objects that one make was asked for. */
struct question {
	const struct tree *tree;
	const char *view; /* or NULL */
	struct kbuild_object *objects;
	size_t count;
};

/*
 * kbuild reaches some objects in two ways, and compiles a part of a module also
 * as one of vmlinux (see build.c). Module code has -DMODULE.
 */
static bool is_for_owner(const struct kbuild_object *object, const char *command)
{
	return (object->module != NULL) == (strstr(command, " -DMODULE ") != NULL);
}

/* An object may be in several modules. The later of two answers counts, as for make. */
static struct lp_error *take_answer(const struct question *question, const char *name,
				    size_t length, const char *command)
{
	for (size_t i = 0; i < question->count; i++) {
		struct kbuild_object *object = &question->objects[i];
		char **answer = question->view ? &object->patched_command : &object->command;

		if (strncmp(object->name, name, length) || object->name[length] ||
		    !is_for_owner(object, command))
			continue;
		free(take(*answer));
		if (question->view)
			lp_try(text_replace(answer, command, question->tree->source,
					    question->view));
		else
			lp_try(text_format(answer, "%s", command));
	}
	return NULL;
}

/* "scripts/basic/fixdep DEPFILE NAME 'COMMAND' > …"; `at` is after the program's name. */
static struct lp_error *parse_fixdep(const char *at, const struct question *question)
{
	_cleanup_free_ char *command = NULL;

	at += strcspn(at, " \n"); /* the depfile */
	at += *at == ' ';
	size_t size, length = strcspn(at, " \n");

	if (at[length] != ' ')
		return NULL;
	FILE *out = open_memstream(&command, &size);

	if (!out)
		return lp_error_no_memory();
	unquote(at + length + 1, out);
	if (fclose(out))
		return lp_error_no_memory();
	unescape_make(command);
	return take_answer(question, at, length, command);
}

static struct lp_error *parse_output(const char *said, const struct question *question)
{
	static const char fixdep[] = "scripts/basic/fixdep ";

	while ((said = strstr(said, fixdep))) {
		said += strlen(fixdep);
		lp_try(parse_fixdep(said, question));
	}
	return NULL;
}

/* For objects that are already built kbuild prints no command; it is in the .cmd file. */
static struct lp_error *read_built(const struct question *question)
{
	for (size_t i = 0; i < question->count; i++) {
		struct kbuild_object *object = &question->objects[i];
		_cleanup_free_ char *path = NULL, *command = NULL;

		if (question->view || object->command || object->is_new)
			continue;
		lp_try(kbuild_command_path(question->tree, object->name, &path));
		if (access(path, F_OK))
			continue;
		lp_try(kbuild_command_read(path, &command));
		if (is_for_owner(object, command))
			object->command = take(command);
	}
	return NULL;
}

/*
 * True if kbuild must have a command for it: it is in its lists and made of
 * existing C source. Others are generated, or are assembly with files that only
 * the kernel's makers have, such as their certificate.
 */
static struct lp_error *must_be_known(const struct question *question,
				      const struct kbuild_object *object, bool *must)
{
	_cleanup_free_ char *path = NULL;

	*must = false;
	if (object->guessed || object->host || (object->is_new && !question->view) ||
	    !text_ends_with(object->source, ".c"))
		return NULL;
	lp_try(text_format(&path, "%s/%s", question->view ?: question->tree->source,
			   object->source));
	*must = !access(path, F_OK);
	return NULL;
}

/* LP_BUILD_FAILED if make's output lacks a command that it must have. */
static struct lp_error *demand_answers(const struct question *question, const struct tree *asked)
{
	const struct kbuild_object *first = NULL;
	size_t missing = 0;

	for (size_t i = 0; i < question->count; i++) {
		const struct kbuild_object *object = &question->objects[i];
		bool must;

		if (question->view ? object->patched_command : object->command)
			continue;
		lp_try(must_be_known(question, object, &must));
		if (!must)
			continue;
		first = first ?: object;
		missing++;
	}
	if (!first)
		return NULL;
	return kbuild_answer_error(
		asked, 0,
		"kbuild did not give its command for %s for %s (%zu of %zu objects are missing)",
		first->source, first->module ?: "vmlinux", missing, question->count);
}

/* The output of kbuild for the objects, each once. */
static struct lp_error *ask(const struct question *question, struct tree *asking)
{
	_cleanup_text_list_ struct text_list arguments = {0};
	_cleanup_free_ char *lists = NULL;

	lp_try(text_format(&lists, "%s/unused-lists", asking->work));
	lp_try(kbuild_objects_arguments(asking, question->view, lists, &arguments));
	lp_try(text_list_add(&arguments, "--dry-run"));
	lp_try(text_list_add(&arguments, "--keep-going"));
	for (size_t i = 0; i < question->count; i++) {
		const char *name = question->objects[i].name;

		if (!i || strcmp(name, question->objects[i - 1].name))
			lp_try(text_list_add(&arguments, "%s", name));
	}
	struct lp_error *error = tree_make(asking, "ask kbuild for its commands",
					   (const char *const *)arguments.items);

	/*
	 * make fails if it can't make one object, but prints the others' commands. See
	 * demand_answers().
	 */
	if (error && error->status != LP_BUILD_FAILED)
		return error;
	lp_error_free(error);
	return NULL;
}

static struct lp_error *answer(const struct question *question)
{
	_cleanup_blob_ struct blob said = {0};
	_cleanup_free_ char *output = NULL;
	struct tree asking = *question->tree;

	/* Two makes at once would write their long lines into each other's. */
	asking.jobs = 1;
	lp_try(text_format(&output, "%s/commands", asking.work));
	asking.log = output;
	unlink(output);
	lp_try(ask(question, &asking));
	lp_try(file_read(output, OUTPUT_LIMIT, &said));
	lp_try(parse_output((const char *)said.data, question));
	lp_try(read_built(question));
	return demand_answers(question, &asking);
}

struct lp_error *kbuild_commands(struct tree *tree, const char *view,
				 struct kbuild_objects *objects)
{
	for (size_t begin = 0, end; begin < objects->count; begin = end) {
		size_t bytes = 0;

		for (end = begin; end < objects->count && bytes < BATCH_BYTES; end++)
			bytes += strlen(objects->items[end].name) + 1;
		const struct question question = {
			.tree = tree,
			.view = view,
			.objects = objects->items + begin,
			.count = end - begin,
		};

		lp_try(answer(&question));
	}
	return NULL;
}
