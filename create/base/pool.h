/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running many programs in parallel, with progress messages. */
#ifndef LPATCH_CREATE_BASE_POOL_H
#define LPATCH_CREATE_BASE_POOL_H

#include "common/message.h"
#include "common/process.h"

struct pool {
	const char *what; /* "compiling", for progress messages */
	unsigned int jobs;
	size_t count; /* of programs */
	struct message_sink *sink;
	void *context;
	/* Fills in program number `index`; one without argv is skipped. */
	struct lp_error *(*prepare)(void *context, size_t index, struct process *process);
	/* Program number `index` has ended. */
	struct lp_error *(*done)(void *context, size_t index, int status);
};

/*
 * Runs the programs in order, at most `jobs` at a time. After an error it
 * starts no more, waits for those that run, and returns the first error.
 */
struct lp_error *pool_run(const struct pool *pool);

#endif
