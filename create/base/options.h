/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of lpatch-create. */
#ifndef LPATCH_CREATE_BASE_OPTIONS_H
#define LPATCH_CREATE_BASE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/text.h"

/* The default of --cache-size, in bytes. */
#define OPTIONS_DEFAULT_CACHE_SIZE (10ull << 30)

struct create_options {
	struct text_list patches;     /* in the order to apply them; see input_read() */
	struct text_list revisions;   /* --git=REV, applied after the patches */
	bool reverse;                 /* -R: undo the patches */
	unsigned int fuzz;            /* --fuzz=N, as in struct patch_way */
	const char *config;           /* --config=DIR, or NULL */
	const char *target;           /* --target=RELEASE, or NULL */
	const char *root;             /* --root=DIR, or "" */
	const char *source;           /* KERNEL_SOURCE, or NULL */
	const char *output;           /* -o FILE, or NULL */
	const char *id;               /* --id, or NULL */
	const char *description;      /* --description, or NULL */
	const char *sign_key;         /* --sign-key=FILE, or NULL */
	const char *sign_certificate; /* --sign-cert=FILE; NULL without a key */
	int64_t created;              /* SOURCE_DATE_EPOCH, or 0 */
	unsigned int jobs;   /* -j, processes at once; the number of processors by default */
	uint64_t cache_size; /* --cache-size, bytes */
	int verbosity;       /* as in struct message_sink */
	struct text_list allowed_layouts;  /* --allow-layout=TYPE */
	struct text_list allowed_unproven; /* --allow-unproven=OBJECT */
	bool skip_init;                    /* leave changed init code out of the update */
	bool check;                        /* compile, prove and compare, but write no update */
	bool keep_going;        /* leave out the changes that are refused, and take the rest */
	struct text_list cves;  /* --cve=FILE, which say what the changes fix */
	const char *source_out; /* --source-out=DIR, or NULL */
	bool explain;           /* show where the code of each function differs */
	bool json;
	bool no_sandbox;      /* --no-sandbox */
	bool require_sandbox; /* fail if there is no sandbox */
};

/*
 * Reads the command line; strings stay in argv, the caller releases the list by
 * create_options_clear(). LP_USAGE says what is wrong. --help and --version
 * print and exit with 0.
 */
struct lp_error *create_options_parse(int argc, char **argv, struct create_options *options);

void create_options_clear(struct create_options *options);

#endif
