/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about kernel functions that take addresses. */
#ifndef LPATCH_DIFFOBJ_CONSUMERS_H
#define LPATCH_DIFFOBJ_CONSUMERS_H

#include <stdbool.h>

struct consumer {
	const char *name;  /* '*' matches any characters */
	unsigned int kept; /* bit N: argument N, from 0, is used after the return; bit 6: others */
	bool plain;        /* it keeps its arguments even if they are strings or plain constants */
	bool preserves;    /* an assembly helper that leaves the caller's registers alone */
	const char *kind;  /* what a kept argument is, "work item"; NULL if not known */
};

/* The row for a function of that name, or NULL. */
const struct consumer *consumer_find(const char *name);

/*
 * What a function is by the type of its first parameter, or a variable by its own type: "work
 * item" for "struct work_struct *"; NULL if that is not known.
 */
const char *consumer_kind_of_type(const char *type);

#endif
