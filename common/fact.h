/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about an update, in the one form of words that all programs use:
 *
 *	OBJECT: KIND NAME (WHERE), DETAIL, ...: WHY
 *	vmlinux: replaced tcp_v4_rcv (net/ipv4/tcp_ipv4.c), redirect: jump: changed by the diff
 *
 * The same form is for what will be done, what is done and what a bundle contains; the
 * program and its option say which. docs/json.md lists the kinds, and their names in JSON.
 */
#ifndef LPATCH_COMMON_FACT_H
#define LPATCH_COMMON_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * Kinds, beside those of functions (manifest_kind_name()) and of findings
 * (finding_kind_name()).
 */
#define FACT_REWRITTEN "rewritten" /* a constant, in place; in JSON "constants" */
#define FACT_HOOK      "hook"      /* in JSON "hooks" */
#define FACT_SHADOW    "shadow"    /* a shadow variable; in JSON "shadows" */
#define FACT_NEEDS     "needs"     /* another module */
#define FACT_RELEASES  "releases"  /* by itself, when it is undone */
#define FACT_LAYOUT    "layout"    /* a type with another one; in JSON "layouts" */
#define FACT_KEEP_CODE "keep_code"

/* Whether the kernel has the module that a fact is about; in JSON "waiting". */
enum fact_waiting {
	FACT_LOADED,  /* yes, or nobody has looked */
	FACT_WAITING, /* not yet */
	FACT_NEVER,   /* no, and it refuses to load it while the update is applied */
};

/* Nothing is owned. What is NULL or 0 is left out. */
struct fact {
	const char *object;   /* "vmlinux", or a module's name */
	const char *kind;     /* "replaced" */
	const char *hook;     /* "post_apply": which hook; only with FACT_HOOK */
	const char *name;     /* of the function, constant, type, module or parameter */
	const char *where;    /* the source file, or FILE:LINE */
	const char *redirect; /* "jump" */
	uint64_t size;        /* bytes */
	const char *detail;   /* what only one program knows: "0xffffffff81000000 -> 0x..." */
	enum fact_waiting waiting;
	const char *why; /* a sentence */
};

/* Sets *text to the fact as one line without its end; fails only without memory. */
struct lp_error *fact_text(const struct fact *fact, char **text);

/* "waiting for the module to be loaded" or the same for FACT_NEVER; NULL for FACT_LOADED. */
const char *fact_waiting_text(enum fact_waiting waiting);

/* Whether a source file was found in the kernel, as a sentence; `is_new`: the kernel has no such.
 */
const char *fact_proof_text(bool proven, bool is_new);

#endif
