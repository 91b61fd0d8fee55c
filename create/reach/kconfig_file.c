// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/kconfig_file.h"

#include <stdio.h>
#include <string.h>

/* The state of reading one file. */
struct reader {
	struct kconfig_file *file;
	struct text_list contexts; /* condition of each enclosing "if", menu and choice, or "" */
	size_t current;            /* number of the current entry, from 1; 0 if there is none */
	bool in_menu;              /* a menu's own lines are being read */
	bool in_help;
	size_t help_indent; /* columns; 0 before its first line */
};

struct kconfig_entry *kconfig_file_find(const struct kconfig_file *file, const char *name)
{
	for (size_t i = 0; i < file->count; i++) {
		if (!strcmp(file->entries[i].name, name))
			return &file->entries[i];
	}
	return NULL;
}

void kconfig_file_clear(struct kconfig_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		free(file->entries[i].name);
		text_list_clear(&file->entries[i].lines);
	}
	free(file->entries);
	text_list_clear(&file->sources);
}

/* Makes the entry of that name the current one. */
static struct lp_error *begin_entry(struct reader *reader, const char *name)
{
	struct kconfig_file *file = reader->file;
	struct kconfig_entry *entry = kconfig_file_find(file, name);

	if (!entry) {
		struct kconfig_entry *grown =
			reallocarray(file->entries, file->count + 1, sizeof(*grown));

		if (!grown)
			return lp_error_no_memory();
		file->entries = grown;
		entry = &grown[file->count];
		*entry = (struct kconfig_entry){0};
		lp_try(text_format(&entry->name, "%s", name));
		file->count++;
	}
	reader->current = entry - file->entries + 1;
	for (size_t i = 0; i < reader->contexts.count; i++) {
		if (*reader->contexts.items[i])
			lp_try(text_list_add(&entry->lines, "%s", reader->contexts.items[i]));
	}
	return NULL;
}

static void pop(struct reader *reader)
{
	struct text_list *contexts = &reader->contexts;

	if (!contexts->count)
		return;
	free(contexts->items[--contexts->count]);
	contexts->items[contexts->count] = NULL;
}

/* Replaces the words in quotes after a type or "prompt" by KCONFIG_PROMPT. */
static struct lp_error *add_line(struct reader *reader, const char *line)
{
	static const char *const asking[] = {"bool", "tristate", "string", "int", "hex", "prompt"};
	struct text_list *lines = &reader->file->entries[reader->current - 1].lines;

	for (size_t i = 0; i < ARRAY_SIZE(asking); i++) {
		const char *words = line + strlen(asking[i]);
		const char *end;

		if (!text_starts_with(line, asking[i]) || words[0] != ' ' ||
		    (words[1] != '"' && words[1] != '\''))
			continue;
		end = strchr(words + 2, words[1]);
		return text_list_add(lines, "%s " KCONFIG_PROMPT "%s", asking[i],
				     end ? end + 1 : "");
	}
	return text_list_add(lines, "%s", line);
}

/* A line of the current entry or menu. */
static struct lp_error *read_attribute(struct reader *reader, const char *line)
{
	size_t word = strcspn(line, " ");

	if (!strcmp(line, "help") || !strcmp(line, "---help---")) {
		reader->in_help = true;
		reader->help_indent = 0;
		return NULL;
	}
	/* "cc-option = $(success,...)", "$(error-if,...)" */
	if (*line == '$' || text_starts_with(line + word, " =") ||
	    text_starts_with(line + word, " :=") || text_starts_with(line + word, " +=")) {
		lp_try(begin_entry(reader, KCONFIG_MACRO));
		return add_line(reader, line);
	}
	if (reader->in_menu && reader->contexts.count) {
		char **top = &reader->contexts.items[reader->contexts.count - 1];
		_cleanup_free_ char *before = take(*top);

		/* A menu can have several conditions: each is a line of the menu's one context. */
		return text_format(top, "%s%s%s", before, *before ? " && " : "", line);
	}
	return reader->current ? add_line(reader, line) : NULL;
}

static struct lp_error *read_source(struct reader *reader, const char *name)
{
	size_t length;

	if (*name == '"' || *name == '\'')
		name++;
	length = strcspn(name, "\"' ");
	return text_list_add(&reader->file->sources, "%.*s", (int)length, name);
}

/* A line without comment, with single blanks. */
static struct lp_error *read_line(struct reader *reader, const char *line)
{
	size_t word = strcspn(line, " ");
	const char *rest = line + word + (line[word] == ' ');
	enum { CONFIG, CHOICE, END, COMMENT, MENU, IF, SOURCE, MAIN, OTHER } what = OTHER;
	static const struct {
		const char *word;
		int what;
	} words[] = {
		{"config", CONFIG},   {"menuconfig", CONFIG},
		{"choice", CHOICE},   {"endchoice", END},
		{"comment", COMMENT}, {"menu", MENU},
		{"endmenu", END},     {"if", IF},
		{"endif", END},       {"source", SOURCE},
		{"mainmenu", MAIN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i].word) == word && !strncmp(line, words[i].word, word))
			what = words[i].what;
	}
	if (what == OTHER)
		return read_attribute(reader, line);
	reader->current = 0;
	reader->in_menu = what == MENU;
	if (what == CONFIG)
		return begin_entry(reader, rest);
	if (what == SOURCE)
		return read_source(reader, rest);
	if (what == END)
		pop(reader);
	if (what == IF)
		return text_list_add(&reader->contexts, "depends on %s", rest);
	if (what != MENU && what != CHOICE)
		return NULL;
	lp_try(text_list_add(&reader->contexts, "%s", ""));
	return what == CHOICE ? begin_entry(reader, KCONFIG_CHOICE) : NULL;
}

/* The number of columns before the first word. */
static size_t indent_of(const char *line)
{
	size_t columns = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		columns = *line == '\t' ? (columns / 8 + 1) * 8 : columns + 1;
	return columns;
}

/* Whether the line belongs to the help text, which ends at the first line with less indentation. */
static bool is_help(struct reader *reader, const char *line)
{
	size_t indent = indent_of(line);

	if (!reader->in_help)
		return false;
	if (line[strspn(line, " \t")] == '\n' || !line[strspn(line, " \t")])
		return true;
	if (!reader->help_indent)
		reader->help_indent = indent ?: 1;
	reader->in_help = indent >= reader->help_indent;
	return reader->in_help;
}

/* Reads a line and those that continue it, without comment and with single blanks. */
static void squeeze(const char **text, char *out)
{
	const char *in = *text;
	char quote = '\0', *begin = out;
	bool is_comment = false;

	for (; *in && *in != '\n'; in++) {
		bool is_blank = *in == ' ' || *in == '\t';

		if (in[0] == '\\' && in[1] == '\n') {
			in++;
			is_blank = true;
		}
		is_comment |= *in == '#' && !quote;
		if (is_comment)
			continue;
		if (*in == '"' || *in == '\'')
			quote = quote == *in ? '\0' : quote ?: *in;
		if (!is_blank || quote)
			*out++ = is_blank ? ' ' : *in;
		else if (out > begin && out[-1] != ' ')
			*out++ = ' ';
	}
	while (out > begin && out[-1] == ' ')
		out--;
	*out = '\0';
	*text = in + (*in == '\n');
}

struct lp_error *kconfig_file_read(const char *text, struct kconfig_file *file)
{
	struct reader reader = {.file = file};
	_cleanup_free_ char *line = malloc(strlen(text) + 1);
	struct lp_error *error = NULL;

	if (!line)
		return lp_error_no_memory();
	while (*text && !error) {
		if (is_help(&reader, text)) {
			text += strcspn(text, "\n");
			text += *text == '\n';
			continue;
		}
		squeeze(&text, line);
		if (*line)
			error = read_line(&reader, line);
	}
	text_list_clear(&reader.contexts);
	return error;
}
