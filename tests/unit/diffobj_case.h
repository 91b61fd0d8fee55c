/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A test of the object differ is a sentence and one row: two small sources, and
 * the expected result of the comparison of their objects. The sources are compiled
 * when the test runs, with the kernel's flags, after tests/unit/diffobj/kernel.h.
 */
#ifndef LPATCH_TEST_DIFFOBJ_CASE_H
#define LPATCH_TEST_DIFFOBJ_CASE_H

#include <stdbool.h>
#include <stddef.h>

enum diffobj_compiler {
	WITH_GCC,
	WITH_CLANG,
	WITH_CLANG_FOR_ARM64, /* what is refused for the architecture must be listed, too */
};

struct diffobj_case {
	const char *sentence;
	const char *both;     /* source that both versions begin with, or NULL */
	const char *original; /* the rest of the original */
	const char *patched;  /* the rest of the patched source */

	/*
	 * Words for everything in the output: functions that are replaced, new ones with '+' in
	 * front, constants that are rewritten in place with '=' in front, new global variables
	 * with '*' in front, hooks as "@pre_apply:f", shadow variables with '%' in front. NULL
	 * or "": nothing changed. With a refusal, not looked at if NULL.
	 */
	const char *out;

	/* Words: undefined symbols that the output has; with '!' in front: has not. */
	const char *refers;

	/*
	 * Words: sections that the output has, each followed by its size in bytes
	 * '=' if that matters; with '!' in front: has not.
	 */
	const char *holds;

	/* Words: symbols that the output defines: "local:f", "global:f". */
	const char *defines;

	/*
	 * What is refused, by name, then ':' and a part of the reason; several
	 * one after the other with '|' between them. With a refusal there is no output.
	 */
	const char *refused;

	const char *note; /* a part of the only note */

	/*
	 * Words, all and no others: names that only the original has, "-name", that only
	 * the patched object has, "+name", or that both have with another binding, or another
	 * name of the same thing, "~name"; "s:" in front of the name of a static one. NULL: not
	 * looked at.
	 */
	const char *alone;

	const char *moved; /* one name that the kernel has from another object, or NULL */

	/*
	 * What must be known: the kind of a finding, the name, ": " and a part of the
	 * sentence; several with '|' between them. All of kind never-runs are here.
	 */
	const char *finds;

	/* In the same form, all findings about variables; "" for none. NULL: not checked. */
	const char *states;

	/*
	 * What can outlive the update: its name, ':' and a part of the message;
	 * several are separated by '|'. "": nothing. NULL: not checked.
	 */
	const char *outlives;
	const char *elsewhere; /* the same about what no object here defines */

	bool skip_init;
	bool built_in;
	enum diffobj_compiler compiler;
	const char *flags; /* more for the compiler */
};

/* Runs all rows as the tests of one group; returns the number of failures. */
int diffobj_run_cases(const char *group, const struct diffobj_case *cases, size_t number);

#endif
