/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code that stays loaded when an update goes out of force, because the kernel may still use it. */
#ifndef LPATCH_APPLY_KEEP_H
#define LPATCH_APPLY_KEEP_H

#include "apply/host.h"
#include "apply/output.h"
#include "common/bundle.h"
#include "common/fact.h"

struct json_object;

/* Something of an update whose address the kernel may have. The texts are never NULL. */
struct outlives {
	const char *object; /* "vmlinux", or a module's name */
	const char *name;   /* of the function or variable, or the text */
	const char *where;  /* file and line, "" if that is not known */
	const char *text;   /* what passes the address on */
};

struct outlives_list {
	struct outlives *items;
	size_t count;
	char *text; /* what they point into */
};

void outlives_clear(struct outlives_list *list);

#define _cleanup_outlives_list_ _cleanup_(outlives_clear)

/* Reads from the core what can outlive the update. */
struct lp_error *outlives_read(const struct host *host, const char *id, struct outlives_list *list);

/* One of them, in the words of lpatch-create. */
struct fact outlives_fact(const struct outlives *outlives);

/* The list as JSON: an array of objects. NULL without memory. */
struct json_object *outlives_json(const struct outlives_list *list);

/* In `keep_code`. */
enum keep_state {
	KEEP_NO,  /* the modules can be unloaded once the update is out of force */
	KEEP_YES, /* they will stay */
	KEEP_NOW, /* they have stayed */
};

struct lp_error *keep_read(const struct host *host, const char *id, enum keep_state *state);

/* Whether the code is to stay when the update goes out of force; false also lets go of it. */
struct lp_error *keep_set(const struct host *host, const char *id, bool keep);

/* True if the update is out of force and its modules have stayed. An error counts as no. */
bool keep_is_now(const struct host *host, const char *id);

/* What lpatch-undo is to do with code that may be used. */
enum keep_wish { KEEP_ASK, KEEP_CODE, KEEP_UNLOAD };

/*
 * Before an undo: sets keep_code in the core as the user wants. Without such an option,
 * LP_UNSAFE, with all details, if code may still be used or if it was kept before; a mark of the
 * author alone is followed. Adds "outlives" to `json`.
 */
struct lp_error *keep_prepare(const struct host *host, const char *id, enum keep_wish wish,
			      struct json_object *json);

/*
 * For an update that was kept, and is to be applied again: LP_KERNEL_REFUSED unless the
 * modules that are loaded are those of the bundle, by their build ids.
 */
struct lp_error *keep_check_same(const struct host *host, const struct bundle *bundle);

#endif
