// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/conflicts.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TASK     "task "
#define PID      " pid "
#define FUNCTION " function "

/* The last place of `needle` in the first `length` characters of `text`, or NULL. */
static const char *find_last(const char *text, size_t length, const char *needle)
{
	size_t size = strlen(needle);

	for (size_t i = length >= size ? length - size + 1 : 0; i > 0; i--) {
		if (!memcmp(text + i - 1, needle, size))
			return text + i - 1;
	}
	return NULL;
}

bool conflict_task_parse(const char *line, struct conflict_task *task)
{
	size_t length = strcspn(line, "\n");

	if (length < strlen(TASK) || memcmp(line, TASK, strlen(TASK)))
		return false;
	/* A task may call itself "a pid 1 function b": the last match counts. */
	const char *function = find_last(line, length, FUNCTION);
	const char *pid = function ? find_last(line, function - line, PID) : NULL;

	if (!pid || pid < line + strlen(TASK))
		return false;
	task->name = line + strlen(TASK);
	task->name_length = pid - task->name;
	task->pid = strtol(pid + strlen(PID), NULL, 10);
	task->function = function + strlen(FUNCTION);
	task->function_length = line + length - task->function;
	return true;
}

static struct json_object *task_to_json(const struct conflict_task *task)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "task",
			       json_object_new_string_len(task->name, task->name_length));
	json_object_object_add(json, "pid", json_object_new_int64(task->pid));
	json_object_object_add(json, "function",
			       json_object_new_string_len(task->function, task->function_length));
	json_object_object_add(json, "stack", json_object_new_array());
	return json;
}

/* Adds one line to the array; *stack is that of the task it may belong to, or NULL. */
static void add_line(struct json_object *array, const char *line, size_t length,
		     struct json_object **stack)
{
	size_t indent = strspn(line, " \t");
	struct conflict_task task;

	if (indent >= length)
		return;
	if (conflict_task_parse(line, &task)) {
		struct json_object *json = task_to_json(&task);

		json_object_array_add(array, json);
		*stack = json_object_object_get(json, "stack");
		return;
	}
	if (!indent)
		*stack = NULL;
	json_object_array_add(*stack ? *stack : array,
			      json_object_new_string_len(line + indent, length - indent));
}

struct json_object *conflicts_to_json(const char *text)
{
	struct json_object *array = json_object_new_array();
	struct json_object *stack = NULL;

	while (array && *text) {
		size_t length = strcspn(text, "\n");

		add_line(array, text, length, &stack);
		text += length + (text[length] == '\n');
	}
	return array;
}
