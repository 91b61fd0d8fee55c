/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running other programs: without a shell, with the output in a file. */
#ifndef LPATCH_COMMON_PROCESS_H
#define LPATCH_COMMON_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/sandbox.h"

struct process {
	const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
	const char *directory;   /* where to run it, or NULL for here */
	const char *input;       /* file for its standard input, or NULL for /dev/null */
	const char *output;      /* file that its output and errors are appended to, or NULL */
	const char *errors;      /* file for its errors instead, or NULL */
	const char *const *environment; /* NULL-terminated "NAME=VALUE"; NULL for ours */
	const struct sandbox *sandbox;  /* to run it in, or NULL; it need not have `directory` */
	pid_t pid;                      /* set by process_start() */
};

/*
 * Starts the program. LP_INTERNAL if it can't be started; for a program that is
 * not installed, with a hint to install it.
 */
struct lp_error *process_start(struct process *process);

/* Waits for its end. *status is its exit status, or 128 + the signal that killed it. */
struct lp_error *process_wait(struct process *process, int *status);

/* Both in one. */
struct lp_error *process_run(struct process *process, int *status);

/*
 * The text of a file, terminated, for showing a program's output; at most its
 * last `limit` bytes, from the start of a line. The caller frees it; "" if the
 * file can't be read, NULL without memory.
 */
char *process_output(const char *path, size_t limit);

#endif
