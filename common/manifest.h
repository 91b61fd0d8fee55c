/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manifest of a bundle: what the update is, which kernel it is for, what
 * it replaces and which files come with it. Written as JSON, manifest.json:
 *
 *	{
 *	  "format": 1,
 *	  "id": "syt40kp6",
 *	  "description": "drop segments to port 6688",
 *	  "abi": 1,
 *	  "created": 0,
 *	  "target": {
 *	    "release": "6.1.0-56-amd64",
 *	    "architecture": "x86_64",
 *	    "build_id": "0f…40 hex digits"
 *	  },
 *	  "objects": [{
 *	    "name": "vmlinux",
 *	    "source": "net/ipv4/tcp_ipv4.c",
 *	    "proven": true,
 *	    "layouts": ["struct foo"],
 *	    "functions": [{"name": "tcp_v4_rcv", "kind": "replaced", "reason": "changed",
 *	                   "why": "…"}],
 *	    "constants": [{"name": "tcp_prot", "size": 128}],
 *	    "hooks": [{"kind": "post_apply", "function": "raise_min_mss"}],
 *	    "shadows": ["note"],
 *	    "needs": ["xor"],
 *	    "releases": ["timer"],
 *	    "findings": [{"kind": "new-state", "name": "limit", "where": "net/ipv4/tcp_ipv4.c:80",
 *	                  "text": "…"}]
 *	  }],
 *	  "changes": [{"name": "0123456789ab", "subject": "tcp: …", "commit": "…40 hex digits",
 *	               "upstream": "…40 hex digits", "fixes": ["…"], "cves": ["CVE-2026-12345"],
 *	               "files": ["net/ipv4/tcp_ipv4.c"], "verdict": "left-out",
 *	               "reason": "…", "needs": "…", "functions": ["net/ipv4/tcp_ipv4.c:f"]}],
 *	  "modules_signed": {"signer": "CN = alice", "hash": "sha256"},
 *	  "files": [{"name": "lpatch.ko", "size": 1234, "sha256": "…64 hex digits"}]
 *	}
 *
 * An object of a source file that the target does not have has "proven": false and "new": true.
 * Another object with "proven": false has also
 *
 *	    "mismatch": {"function": "tcp_v4_rcv", "offset": 35, "difference": "…"}
 *
 * A function with "reason": "inlines" has "inlined": "tcp_filter"; with "uses", "follows" or
 * "differs" it may have "cause", the name of what changed. "through": ["f", "g"] are the
 * functions that lead there. An object with LPATCH_KEEP_CODE has "keep_code": true.
 *
 * "changes" is there only in an update for which each change was judged (--keep-going). Of a change
 * "commit", "upstream", "reason" and "needs" may be missing.
 *
 * All fields must be there and of the right type, except "modules_signed", "changes" and those that
 * bundles of earlier versions don't have: "mismatch", "layouts", "constants", "hooks",
 * "shadows", "needs", "releases", "keep_code", "findings" and "reason". Unknown ones are
 * ignored, so that an older lpatch-apply still accepts bundles with later additions.
 */
#ifndef LPATCH_COMMON_MANIFEST_H
#define LPATCH_COMMON_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/finding.h"
#include "common/text.h"

struct json_object;

#define MANIFEST_FORMAT 1

/* A digest as text: 64 hex digits and a terminator. */
#define MANIFEST_SHA256_SIZE 65

/* Kinds of a function in an update: X(enumerator, text in JSON) */
#define MANIFEST_KINDS(X)       \
	X(REPLACED, "replaced") \
	X(NEW, "new")

#define MANIFEST_ENUMERATOR_KIND(name, text) MANIFEST_##name,

enum manifest_kind { MANIFEST_KINDS(MANIFEST_ENUMERATOR_KIND) };

/* Why a function is part of the update: X(enumerator, text in JSON) */
#define MANIFEST_REASONS(X)                                                             \
	X(IS_NEW, "new")                                                                \
	X(IS_CHANGED, "changed") /* lines of the diff are in it */                      \
	X(INLINES, "inlines")    /* the code of another function that changed */        \
	X(USES, "uses")          /* a macro, constant, type or variable that changed */ \
	X(FOLLOWS, "follows")    /* it is unchanged, but uses something that moves */   \
	X(DIFFERS, "differs")    /* its code differs, without a known line of the diff in it */

enum manifest_reason { MANIFEST_REASONS(MANIFEST_ENUMERATOR_KIND) };

struct manifest_function {
	char *name;
	enum manifest_kind kind;
	enum manifest_reason reason;
	char *cause; /* what changed or moves: "tcp_filter"; NULL if that is not known */
	struct text_list through; /* the functions from this one to the cause, outermost first */
	char *why;                /* the reason as a sentence; never NULL */
};

/* A constant that is rewritten in place. */
struct manifest_constant {
	char *name;
	uint64_t size; /* bytes */
};

/* A function to be called, by the author's wish; see lpatch-author(7). */
struct manifest_hook {
	char *kind; /* "post_apply" */
	char *function;
};

/* The first difference between original and target of an object that is not proven. */
struct manifest_mismatch {
	char *function;   /* "" if it is not in a single function */
	uint64_t offset;  /* bytes from the function's start */
	char *difference; /* one line; "" if the bundle doesn't say */
};

/* One translation unit of the update. */
struct manifest_object {
	char *name;   /* "vmlinux", or a module's name */
	char *source; /* path in the kernel source: "net/ipv4/tcp_ipv4.c" */
	bool proven;  /* the original was found in the target, byte for byte */
	bool is_new;  /* the target has no such source file: there is nothing to prove */
	struct manifest_mismatch mismatch;
	struct text_list layouts; /* "struct foo": types that the author let change their layout */
	struct manifest_function *functions;
	size_t nr_functions;
	struct manifest_constant *constants;
	size_t nr_constants;
	struct manifest_hook *hooks;
	size_t nr_hooks;
	struct text_list shadows; /* names of shadow variables */
	struct text_list
		needs; /* modules of the kernel that must be loaded when `name` is patched */
	struct text_list releases; /* what the patch releases by itself when it is undone */
	bool keep_code;            /* the author wants the code to stay loaded after an undo */
	struct finding_list findings;
};

/* What became of a change: X(enumerator, text in JSON, sentence) */
#define MANIFEST_VERDICTS(X)                                                             \
	X(IN, "in", "in the update")                                                     \
	X(NOT_BUILT, "not-built", "nothing to do: this config builds none of its files") \
	X(NO_CODE, "no-code", "nothing to do: no code changes")                          \
	X(INIT, "init", "nothing to do: only code changes that has run already")         \
	X(LEFT_OUT, "left-out", "left out")                                              \
	X(NEEDS, "needs", "left out: needs a change that is left out")

#define MANIFEST_ENUMERATOR_VERDICT(name, text, sentence) MANIFEST_VERDICT_##name,

enum manifest_verdict { MANIFEST_VERDICTS(MANIFEST_ENUMERATOR_VERDICT) };

/* A commit, or a set of hunks, that was judged. */
struct manifest_change {
	char *name;             /* by which others refer to it */
	char *subject;          /* the first line of its message; of a set of hunks, its files */
	char *commit;           /* hex digits, or NULL */
	char *upstream;         /* the commit that it was made from, or NULL */
	struct text_list fixes; /* commits that it mends */
	struct text_list cves;
	struct text_list files;
	enum manifest_verdict verdict;
	char *reason;               /* why it is left out, or NULL */
	char *needs;                /* the name of the change without which it can't be, or NULL */
	struct text_list functions; /* of the update, "SOURCE:FUNCTION", that it changes */
};

struct manifest_target {
	char *release;      /* as `uname -r` prints it */
	char *architecture; /* as `uname -m` prints it */
	char *build_id;     /* lower-case hex of the image's NT_GNU_BUILD_ID note */
};

/* A member of the bundle other than the manifest itself. */
struct manifest_file {
	char *name;
	uint64_t size; /* bytes */
	char sha256[MANIFEST_SHA256_SIZE];
};

/* The signer of the modules, for the kernel; both NULL if they are not signed. */
struct manifest_signing {
	char *signer; /* subject of the certificate: "CN = alice" */
	char *hash;   /* the digest's name: "sha256" */
};

/* Every string is malloc()ed, owned by the manifest and never NULL in a complete one. */
struct manifest {
	char *id;          /* see manifest_id_is_valid() */
	char *description; /* one line without control characters, may be "" */
	unsigned int abi;  /* LPATCH_ABI_VERSION of the core in the bundle */
	int64_t created;   /* seconds since 1970; SOURCE_DATE_EPOCH, or 0 */
	struct manifest_target target;
	struct manifest_object *objects;
	size_t nr_objects;
	struct manifest_change *changes; /* in the order of the input; none if none was judged */
	size_t nr_changes;
	struct manifest_signing modules_signed;
	struct manifest_file *files; /* in the order of the bundle's members */
	size_t nr_files;
};

/* True for 1 to LPATCH_ID_MAX characters of [a-z0-9_]: safe in a path and in a module's name. */
bool manifest_id_is_valid(const char *id);

/* "replaced" or "new". */
const char *manifest_kind_name(enum manifest_kind kind);

/* "changed" or another of MANIFEST_REASONS. */
const char *manifest_reason_name(enum manifest_reason reason);

/* Whether the diff itself is the reason; else the function follows from others. */
bool manifest_reason_is_root(enum manifest_reason reason);

/* What the cause of such a reason is called in JSON: "inlined" or "cause". */
const char *manifest_cause_field(enum manifest_reason reason);

/* The reason of that name; false if there is none. */
bool manifest_reason_find(const char *name, enum manifest_reason *reason);

/* "left-out" or another of MANIFEST_VERDICTS, and what it means. */
const char *manifest_verdict_name(enum manifest_verdict verdict);
const char *manifest_verdict_sentence(enum manifest_verdict verdict);

/* The verdict of that name; false if there is none. */
bool manifest_verdict_find(const char *name, enum manifest_verdict *verdict);

/* The kind of that name; false if there is none. */
bool manifest_kind_find(const char *name, enum manifest_kind *kind);

/*
 * Adds the names of the kernel modules among the objects, each once, in order:
 * the Nth has the bundle's Nth part, lpatch_ID__N.
 */
struct lp_error *manifest_modules(const struct manifest *manifest, struct text_list *modules);

/*
 * The manifest as a JSON value, which the caller releases with
 * json_object_put(). NULL without memory.
 */
struct json_object *manifest_to_json(const struct manifest *manifest);

/*
 * Reads a manifest from `size` bytes of JSON. On success *manifest is to be
 * freed by manifest_free(). A malformed text, a missing field or one of the
 * wrong type, a format this code doesn't know: LP_BAD_BUNDLE, one line that
 * names the field ("objects[0].functions[2].kind").
 */
struct lp_error *manifest_from_json(const void *text, size_t size, struct manifest **manifest);

/* Frees the manifest and all it owns; a partly filled one and NULL are fine. */
void manifest_free(struct manifest *manifest);

static inline void cleanup_manifest(struct manifest **manifest)
{
	manifest_free(*manifest);
}

#define _cleanup_manifest_ _cleanup_(cleanup_manifest)

#endif
