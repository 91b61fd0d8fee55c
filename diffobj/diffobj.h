/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object differ: two split objects of one translation unit in, one
 * relocatable object with only what is new out.
 *
 * In the output
 *  - every replaced or new function has its own section, a symbol of its own
 *    name (local where the function exists in the original), its unwind data,
 *    call-site tables and the data it alone uses;
 *  - whatever it shares with the running kernel is an undefined symbol; the
 *    result lists each of them with its place in the original object, so that
 *    the caller can tell same-named statics apart.
 */
#ifndef LPATCH_DIFFOBJ_H
#define LPATCH_DIFFOBJ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/finding.h"

struct diffobj_options {
	bool skip_init; /* leave changed init code out instead of refusing */
	bool built_in;  /* the objects are part of vmlinux, where exit code never runs */
	bool rewrite;   /* the caller can rewrite constants in place; else they are refused */
	bool explain;   /* add disassembly and lines to diffobj_function.why */
	/*
	 * Functions and variables that the patched object defines and the original
	 * does not, but that the running kernel has, because the patch moved them
	 * here from another object. The output has no copy of such a variable, and
	 * refers to it by name; it has such a function, and refers by name only to
	 * its address as a value.
	 */
	const char *const *moved;
	size_t nr_moved;
	/* Names that only one of the two objects exports, and another object on the other side. */
	const char *const *moved_exports;
	size_t nr_moved_exports;
};

/* The place of a symbol in the original object, or in the patched one where the comment says so. */
struct diffobj_place {
	char *section;   /* name of the section, ".text.tcp_v4_rcv"; NULL if there is none */
	size_t index;    /* of the section in its object */
	uint64_t offset; /* bytes from its start */
	uint64_t size;   /* bytes */
};

enum diffobj_kind {
	DIFFOBJ_REPLACED, /* in both objects, changed */
	DIFFOBJ_NEW,      /* in the patched object only */
};

/* Why a function is part of the update, as far as the two objects show it. */
enum diffobj_reason {
	DIFFOBJ_ADDED,   /* only the patched object has it */
	DIFFOBJ_CHANGED, /* its code, or what it refers to, changed */
	DIFFOBJ_FOLLOWS, /* it is the same, but uses something that moves into the update */
};

struct diffobj_function {
	enum diffobj_kind kind;
	enum diffobj_reason reason;
	char *name;          /* name in the patched object, and of its symbol in the output */
	uint64_t size;       /* bytes, in the patched object */
	char *original_name; /* may differ in a compiler suffix; NULL when new */
	bool original_local; /* bound locally in the original */
	struct diffobj_place original;
	char *cold_name; /* the original's .cold part, or NULL */
	struct diffobj_place cold;
	char *follows; /* with DIFFOBJ_FOLLOWS: what moves into the update; else NULL */
	char *why;     /* where it differs, one line; more with .explain */
};

/* A variable of the running kernel that the output uses; the same thing in both objects. */
struct diffobj_shared {
	char *name; /* in the patched source, as far as the symbol has it */
	struct diffobj_place original, patched;
};

/*
 * A variable or named constant that is carried over: a new one, or one that
 * moves. Only global ones of these matter to other objects of the same update.
 */
struct diffobj_variable {
	char *name;    /* of its symbol in the output */
	uint64_t size; /* bytes */
	bool local;    /* bound locally in the output */
};

/*
 * An undefined symbol of the output. THIS_MODULE in code of a module is one
 * with the name "__this_module", and never a symbol of that name: the update
 * has its own.
 */
struct diffobj_reference {
	char *symbol; /* its name in the output */
	char *name;   /* its name in the original object */
	bool local;   /* defined in the original with local binding */
	bool defined; /* defined in the original; else another object defines it */
	bool weak; /* weak in the original, which another object may override, or a weak reference
		    */
	bool jump_key;              /* a jump label of the update has it as its static key */
	struct diffobj_place place; /* when defined */
};

/*
 * A constant of the original whose content changed, to be rewritten in place
 * while the machine is stopped. The new content is in the output, under the
 * symbol, with relocations as everything else; references to the constant
 * still mean the original's place.
 */
struct diffobj_rewrite {
	char *symbol;               /* of the new content, in the output */
	char *name;                 /* in the original object */
	bool local;                 /* bound locally in the original */
	struct diffobj_place place; /* of the constant in the original object */
	unsigned char *old_bytes;   /* place.size bytes that must be there before */
	unsigned char *old_mask;    /* which of their bits count; 0 where relocations are */
};

/*
 * A function that is called at some point of an attempt, by the author's wish;
 * see kpatch-templates/lpatch-patch.h.
 */
struct diffobj_hook {
	char *kind;     /* "pre_apply" */
	char *function; /* its name, in the output or in another object of the update */
	char *symbol;   /* of the place in the output that holds its address */
};

/*
 * A named function or variable that only one object has, or that both bind
 * differently (static in one, global in the other).
 */
struct diffobj_definition {
	char *name;          /* in the patched object; NULL: only in the original */
	char *original_name; /* NULL: only in the patched object */
	bool is_function;
	bool is_writable;    /* in a section for writable data; false for a function */
	bool is_init;        /* in a section that is freed after boot or after a module's init */
	bool weak;           /* in the object that has it, or in the patched one */
	bool local;          /* bound locally in the patched object */
	bool original_local; /* bound locally in the original */
	uint64_t size;       /* bytes, in the object that has it, or in the patched one */
	uint64_t content;    /* digest of a variable's initial value, without relocated fields */
};

/* Something that can't be carried over. */
struct diffobj_refusal {
	char *what;   /* function, variable or section, by name */
	char *where;  /* "net/ipv4/tcp.c:123", or NULL when not known */
	char *reason; /* one sentence: what changed and why it can't be carried over */
	char *hint;   /* one sentence: what the author can do */
};

struct diffobj_result {
	struct diffobj_function *functions;
	size_t nr_functions;
	struct diffobj_reference *references;
	size_t nr_references;
	struct diffobj_variable *variables;
	size_t nr_variables;
	struct diffobj_shared *shared;
	size_t nr_shared;
	struct diffobj_rewrite *rewrites;
	size_t nr_rewrites;
	struct diffobj_hook *hooks;
	size_t nr_hooks;
	char **shadows; /* symbols of declared shadow variables, in the output */
	size_t nr_shadows;
	struct diffobj_definition *definitions;
	size_t nr_definitions;
	char **releases; /* names of what the patch releases itself, as its author says */
	size_t nr_releases;
	bool keep_code; /* the author wants the code to stay loaded after an undo */
	struct diffobj_refusal *refusals;
	size_t nr_refusals;
	char **notes; /* what was left out or needs care, one sentence each */
	size_t nr_notes;
	struct finding_list findings; /* what the user must know before using the update */
	/* Of FINDING_OUTLIVES, about undefined symbols: true if the update defines the name. */
	struct finding_list elsewhere;
};

/*
 * Compares the two objects and writes what is new to `output` (NULL: writes
 * nothing). Nothing is written if anything is refused or nothing changed.
 *
 * Returns NULL with *result to be freed by diffobj_result_free(); refusals and
 * "nothing changed" (no functions, rewrites, hooks or global variables: see
 * diffobj_is_empty()) are results. Returns an error of status
 * LP_INTERNAL for input that can't be read or makes no sense, or an output
 * that can't be written; *result is NULL then.
 */
struct lp_error *diffobj_run(const char *original, const char *patched, const char *output,
			     const struct diffobj_options *options, struct diffobj_result **result);

/* Whether nothing came out, so that there is no output. */
bool diffobj_is_empty(const struct diffobj_result *result);

void diffobj_result_free(struct diffobj_result *result);

#endif
