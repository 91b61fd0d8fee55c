/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that all commands of this folder have, and helpers to read options. */
#ifndef LPATCH_APPLY_OPTIONS_H
#define LPATCH_APPLY_OPTIONS_H

#include <argp.h>

#include "apply/attempt.h"
#include "apply/output.h"
#include "common/error.h"

/* First key of options without a short form. */
#define OPTIONS_FIRST_KEY 256

/* An argp child that reads --json, --verbose and --quiet into the struct output it is given. */
extern const struct argp options_output_argp;

/* What --retries and --timeout say, and what is wrong with them. */
struct attempt_options {
	struct attempt_limits limits;
	struct lp_error *error; /* the first, owned by the caller; NULL if all is well */
};

/* An argp child that reads --retries and --timeout into the struct attempt_options it is given. */
extern const struct argp options_attempt_argp;

/* The last line of every --help. */
#define OPTIONS_EXIT_STATUS                                                            \
	"Exit status: 0 done, 1 internal error, 2 wrong usage, 8 the kernel refused, " \
	"9 wrong host, 10 bad bundle. The man page explains each."

/* Reads a decimal number from `least` to `limit`; LP_USAGE that names the option otherwise. */
struct lp_error *options_number(const char *option, const char *text, unsigned int least,
				unsigned int limit, unsigned int *number);

/* LP_USAGE unless `id` has the form of an id. */
struct lp_error *options_check_id(const char *id);

/* Keeps the first error that is met; frees the others. */
void options_keep_error(struct lp_error **first, struct lp_error *error);

/* Runs argp so that wrong usage ends the program with LP_USAGE. */
void options_parse(const struct argp *argp, int argc, char **argv, const char *version,
		   void *input);

#endif
