// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/kbuild_commands.h"

#include <string.h>

#include "common/file.h"
#include "create/kbuild_objects.h"
#include "create/source_path.h"

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
 * The command stands in the first line, behind "cmd_net/ipv4/tcp_ipv4.o := "
 * ("savedcmd_" since Linux 6.3).
 */
struct lp_error *kbuild_command_read(const char *path, char **command)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, COMMAND_LIMIT, &blob));
	const char *text = (const char *)blob.data, *begin = strstr(text, " := ");
	const char *end = strchrnul(text, '\n');

	if (!begin || begin > end)
		return lp_error_new(LP_INTERNAL, "%s does not say how kbuild compiles", path);
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

/* What was asked for and what is known of it. */
struct answers {
	char *const *names;
	char **commands; /* as many; NULL where nothing is known */
	size_t count;
};

/* "scripts/basic/fixdep DEPFILE NAME 'COMMAND' > …"; `at` is behind the program's name. */
static struct lp_error *parse_fixdep(const char *at, struct answers *answers)
{
	at += strcspn(at, " \n"); /* the depfile */
	at += *at == ' ';
	size_t size, length = strcspn(at, " \n"), i = 0;

	while (i < answers->count && (strncmp(answers->names[i], at, length) ||
				      answers->names[i][length] || answers->commands[i]))
		i++;
	if (i == answers->count || at[length] != ' ')
		return NULL;
	FILE *out = open_memstream(&answers->commands[i], &size);

	if (!out)
		return lp_error_no_memory();
	unquote(at + length + 1, out);
	if (fclose(out))
		return lp_error_no_memory();
	unescape_make(answers->commands[i]);
	return NULL;
}

static struct lp_error *parse_output(const char *said, struct answers *answers)
{
	static const char fixdep[] = "scripts/basic/fixdep ";

	while ((said = strstr(said, fixdep))) {
		said += strlen(fixdep);
		lp_try(parse_fixdep(said, answers));
	}
	return NULL;
}

/* Adds the answers to the list, with the paths of the view if there is one. */
static struct lp_error *add_commands(const struct tree *tree, const char *view,
				     const struct answers *answers, struct text_list *commands)
{
	for (size_t i = 0; i < answers->count; i++) {
		_cleanup_free_ char *seen = NULL;

		if (view && answers->commands[i])
			lp_try(text_replace(&seen, answers->commands[i], tree->source, view));
		lp_try(text_list_add(commands, "%s", seen ?: answers->commands[i] ?: ""));
	}
	return NULL;
}

/* Asks for the names from `begin` to before `end`. */
static struct lp_error *ask(struct tree *tree, const char *view, const struct text_list *names,
			    size_t begin, size_t end, struct text_list *commands)
{
	_cleanup_text_list_ struct text_list arguments = {0};
	_cleanup_free_ char *output = NULL, *lists = NULL;
	_cleanup_blob_ struct blob said = {0};
	struct tree asking = *tree;

	/* Two makes at once would write their long lines into each other's. */
	asking.jobs = 1;
	lp_try(text_format(&output, "%s/commands", tree->work));
	lp_try(text_format(&lists, "%s/unused-lists", tree->work));
	asking.log = output;
	unlink(output);
	if (view)
		lp_try(kbuild_objects_arguments(tree, view, lists, &arguments));
	lp_try(text_list_add(&arguments, "--dry-run"));
	lp_try(text_list_add(&arguments, "--keep-going"));
	for (size_t i = begin; i < end; i++)
		lp_try(text_list_add(&arguments, "%s", names->items[i]));
	struct lp_error *error = tree_make(&asking, "ask kbuild for its commands",
					   (const char *const *)arguments.items);

	/* It says so for each object that it can't make; the others' commands are there. */
	if (error && error->status != LP_BUILD_FAILED)
		return error;
	lp_error_free(error);
	lp_try(file_read(output, OUTPUT_LIMIT, &said));
	struct answers answers = {
		.names = names->items + begin,
		.commands = calloc(end - begin, sizeof(char *)),
		.count = end - begin,
	};

	if (!answers.commands)
		return lp_error_no_memory();
	error = parse_output((const char *)said.data, &answers);
	if (!error)
		error = add_commands(tree, view, &answers, commands);
	for (size_t i = 0; i < answers.count; i++)
		free(answers.commands[i]);
	free(answers.commands);
	return error;
}

struct lp_error *kbuild_commands(struct tree *tree, const char *view, const struct text_list *names,
				 struct text_list *commands)
{
	for (size_t begin = 0, end; begin < names->count; begin = end) {
		size_t bytes = 0;

		for (end = begin; end < names->count && bytes < BATCH_BYTES; end++)
			bytes += strlen(names->items[end]) + 1;
		lp_try(ask(tree, view, names, begin, end, commands));
	}
	return NULL;
}
