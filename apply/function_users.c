// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/function_users.h"

#include <errno.h>
#include <string.h>

#include "apply/control.h"

#define LIST_LIMIT (64 * 1024 * 1024)

/* Reads a list that may not exist. */
static struct lp_error *read_list(const char *folder, const char *file, struct blob *list)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s%s%s", folder, *file ? "/" : "", file));
	return access(path, R_OK) ? NULL : file_read(path, LIST_LIMIT, list);
}

struct lp_error *function_users_read(const struct host *host, struct function_users *function_users)
{
	*function_users = (struct function_users){};
	lp_try(read_list(host->kprobes, "", &function_users->kprobes));
	lp_try(read_list(host->tracing, "enabled_functions", &function_users->traced));
	return read_list(host->tracing, "available_filter_functions", &function_users->traceable);
}

void function_users_clear(struct function_users *function_users)
{
	free(function_users->kprobes.data);
	free(function_users->traced.data);
	free(function_users->traceable.data);
	*function_users = (struct function_users){};
}

/* The next line, or NULL at the end. */
static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end && end[1] ? end + 1 : NULL;
}

/* The first line of a list, or NULL. */
static const char *first_line(const struct blob *list)
{
	return list->size ? (const char *)list->data : NULL;
}

/* True if the first word of `text` is `word`; it ends at a character of `ends`. */
static bool is_word(const char *text, const char *word, const char *ends)
{
	size_t length = strlen(word);

	return !strncmp(text, word, length) && (!text[length] || strchr(ends, text[length]));
}

/* The third word of a line of kprobes/list: "ADDRESS  k  NAME+0xOFFSET    [FTRACE]". */
static const char *kprobe_place(const char *line)
{
	for (int i = 0; i < 2; i++) {
		line += strcspn(line, " \t\n");
		line += strspn(line, " \t");
	}
	return line;
}

/* True if the rest of the line has the flag, "[FTRACE]". */
static bool has_flag(const char *rest, const char *flag)
{
	const char *found = strstr(rest, flag);

	return found && found < rest + strcspn(rest, "\n");
}

struct lp_error *function_users_kprobes(const struct function_users *function_users,
					const char *function, struct text_list *places,
					unsigned int *in_the_way)
{
	*in_the_way = 0;
	for (const char *line = first_line(&function_users->kprobes); line;
	     line = next_line(line)) {
		const char *place = kprobe_place(line);

		if (!is_word(place, function, "+"))
			continue;
		lp_try(text_list_add(places, "%.*s", (int)strcspn(place, " \t\n"), place));
		if (!has_flag(place, "[FTRACE]") && !has_flag(place, "[DISABLED]"))
			++*in_the_way;
	}
	return NULL;
}

/* A line is "NAME (COUNT) FLAGS…" (t_show() in kernel/trace/ftrace.c, Linux 6.1). */
unsigned int function_users_tracers(const struct function_users *function_users,
				    const char *function)
{
	unsigned int count;

	for (const char *line = first_line(&function_users->traced); line; line = next_line(line)) {
		if (is_word(line, function, " \t\n") &&
		    sscanf(line + strlen(function), " (%u)", &count) == 1)
			return count;
	}
	return 0;
}

bool function_users_has_fentry(const struct function_users *function_users, const char *function)
{
	const char *line = first_line(&function_users->traceable);

	if (!line)
		return true;
	for (; line; line = next_line(line)) {
		if (is_word(line, function, " \t\n"))
			return true;
	}
	return false;
}

/* True if the live patch replaces the function: there is OBJECT/FUNCTION,POS in its folder. */
static bool replaces(const char *folder, const char *function)
{
	_cleanup_closedir_ DIR *directory = opendir(folder);
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		if (is_word(entry->d_name, function, ","))
			return true;
	}
	return false;
}

/* True if the live patch is on its way to be disabled, or is. */
static struct lp_error *is_off(const char *folder, bool *off)
{
	_cleanup_free_ char *enabled = NULL, *transition = NULL;

	lp_try(host_read_line(folder, "enabled", &enabled));
	lp_try(host_read_line(folder, "transition", &transition));
	*off = (!enabled || !strcmp(enabled, "0")) && (!transition || !strcmp(transition, "0"));
	return NULL;
}

struct lp_error *function_users_livepatch(const struct host *host, const char *object,
					  const char *function, char **patch)
{
	_cleanup_closedir_ DIR *directory = opendir(host->livepatch);
	struct dirent *entry;

	*patch = NULL;
	while (directory && (entry = readdir(directory))) {
		_cleanup_free_ char *folder = NULL, *functions = NULL;
		bool off;

		if (*entry->d_name == '.')
			continue;
		lp_try(text_format(&folder, "%s/%s", host->livepatch, entry->d_name));
		lp_try(text_format(&functions, "%s/%s", folder, object));
		if (!replaces(functions, function))
			continue;
		lp_try(is_off(folder, &off));
		if (!off)
			return text_format(patch, "%s", entry->d_name);
	}
	return NULL;
}

/* True if `functions`, as the core shows it, has a line that starts with OBJECT NAME. */
static bool has_function(const char *functions, const char *object, const char *name)
{
	for (const char *line = *functions ? functions : NULL; line; line = next_line(line)) {
		if (is_word(line, object, " ") && is_word(line + strlen(object) + 1, name, " "))
			return true;
	}
	return false;
}

/* Whether the update is in force and replaces the function. */
static struct lp_error *update_replaces(const struct host *host, const char *id, const char *object,
					const char *function, bool *replaces)
{
	_cleanup_free_ char *functions = NULL;
	enum lpatch_stage stage;

	*replaces = false;
	lp_try(control_stage(host, id, &stage));
	lp_try(control_lines(host, id, LPATCH_FILE_FUNCTIONS, &functions));
	*replaces = stage == LPATCH_STAGE_APPLIED && has_function(functions, object, function);
	return NULL;
}

struct lp_error *function_users_updates(const struct host *host, const char *object,
					const char *function, struct text_list *ids)
{
	_cleanup_text_list_ struct text_list all = {};

	lp_try(control_list(host, &all));
	for (size_t i = 0; i < all.count; i++) {
		const char *id = all.items[i];
		bool replaces;
		struct lp_error *error = update_replaces(host, id, object, function, &replaces);

		/* It may be undone just now: then it replaces nothing. */
		if (error && !control_present(host, id))
			lp_error_free(take(error));
		lp_try(error);
		if (replaces)
			lp_try(text_list_add(ids, "%s", id));
	}
	return NULL;
}
