/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the core says stood in the way of an attempt, taken apart. The text of
 * `conflicts` is, for a busy stack,
 *
 *	task COMM pid PID function NAME
 *	 FRAME
 *	 FRAME
 *
 * for each task in the way; for other causes lines of another form.
 */
#ifndef LPATCH_APPLY_CONFLICTS_H
#define LPATCH_APPLY_CONFLICTS_H

#include <stdbool.h>

struct json_object;

/* A line that begins the account of a task. The pointers lead into the line. */
struct conflict_task {
	const char *name; /* of name_length characters; may hold blanks */
	int name_length;
	long pid;
	const char *function; /* of function_length characters */
	int function_length;
};

/* Reads the line that `line` begins with; false if it is not of that form. */
bool conflict_task_parse(const char *line, struct conflict_task *task);

/*
 * An array with an object for each task, {"task", "pid", "function", "stack":
 * [FRAME, …]}, and a string for every line that belongs to none. NULL without
 * memory; released with json_object_put().
 */
struct json_object *conflicts_to_json(const char *text);

#endif
