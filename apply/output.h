/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command of this folder prints: sentences for people, or with --json
 * one object on standard output:
 *
 *	{"schema": 1, "program": "lpatch-apply", "status": 8, "error": "…", "hint": "…", …}
 *
 * "status" is the exit status; "error" and "hint" are null where there is none.
 * docs/json.md has all fields.
 */
#ifndef LPATCH_APPLY_OUTPUT_H
#define LPATCH_APPLY_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fact.h"
#include "common/message.h"
#include "common/text.h"

struct json_object;

/* Raised when a field is removed or changes its meaning; not when one is added. */
#define OUTPUT_SCHEMA 2

struct output {
	struct message_sink sink;
	bool json;                  /* --json */
	struct json_object *result; /* what the command found out, with --json or without */
};

/*
 * Everything zero but the program's name. The first call of a program: from here on no
 * file that it opens takes the number of a standard stream that is closed.
 */
void output_init(struct output *output, const char *program);

/* Adds a field to the result; those without memory are left out. */
void output_add_text(struct output *output, const char *field, const char *text);
void output_add_number(struct output *output, const char *field, int64_t number);

/* The same with any JSON value, which the result owns from then on; NULL becomes null. */
void output_add(struct output *output, const char *field, struct json_object *value);

/* {"status", "error", "hint"}, to be released with json_object_put(); NULL without memory. */
struct json_object *output_error_json(const struct lp_error *error);

/* Prints to standard output, unless with --json. */
void output_print(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints the fact as a line with `indent` before it, unless with --json. */
struct lp_error *output_fact(struct output *output, const char *indent, const struct fact *fact);

/* Prints a title after an empty line, and the lines below it; nothing if there are none. */
void output_lines(struct output *output, const char *title, const struct text_list *lines);

/*
 * Prints the text of a patch after an empty line, and adds it as the field "patch". Bytes
 * that are not UTF-8 become '?', except in a regular file, and so do control characters,
 * except in a regular file and in JSON.
 */
void output_patch(struct output *output, const char *patch);

/* A step of the work, shown on a terminal while it lasts and with --verbose. */
void output_step(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The end of the program: prints the error, if there is one, on standard error
 * and with --json the result, and frees both. Returns the exit status, which is
 * LP_INTERNAL if standard output can't be written.
 */
int output_finish(struct output *output, struct lp_error *error);

#endif
