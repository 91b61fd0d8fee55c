/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses what the core reports as blocking an attempt. The text of
 * `conflicts` is, for a busy stack,
 *
 *	task COMM pid PID function NAME
 *	 FRAME
 *	 FRAME
 *
 * for each blocking task; for other causes lines of another form.
 */
#ifndef LPATCH_APPLY_CONFLICTS_H
#define LPATCH_APPLY_CONFLICTS_H

#include <stdbool.h>

struct json_object;

/* The first line about a task. The pointers lead into the line. */
struct conflict_task {
	const char *name; /* of name_length characters; may contain blanks */
	int name_length;
	long pid;
	const char *function; /* of function_length characters */
	int function_length;
};

/* Reads the line at the start of `line`; false if it has another form. */
bool conflict_task_parse(const char *line, struct conflict_task *task);

/*
 * An array with an object for each task, {"task", "pid", "function", "stack":
 * [FRAME, …]}, and a string for every other line. NULL without
 * memory; released with json_object_put().
 */
struct json_object *conflicts_to_json(const char *text);

#endif
