/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The updates in the kernel, each with all that is known about it, newest first. */
#ifndef LPATCH_APPLY_UPDATES_H
#define LPATCH_APPLY_UPDATES_H

#include "apply/control.h"
#include "apply/keep.h"
#include "apply/record.h"

/* A function that an update replaces. The texts are as the core shows them, never NULL. */
struct update_function {
	const char *object;
	const char *name;
	const char *old_address; /* "0xffffffff81234560" */
	const char *new_address;
	const char *redirect; /* "jump" */
};

/* A constant that an update rewrites in place, the same way. */
struct update_constant {
	const char *object;
	const char *name;
	const char *address;
	const char *size;  /* bytes, decimal */
	const char *state; /* "rewritten" */
};

/* A hook of an update, the same way. */
struct update_hook {
	const char *object;
	const char *kind;   /* "pre_apply" */
	const char *source; /* "mm/util.c" */
	const char *function;
};

/* A shadow variable, the same way. */
struct update_shadow {
	const char *name;
	const char *size;  /* bytes for each object, decimal */
	const char *count; /* objects that have it now, decimal */
	const char *scope; /* "own" or "shared" */
};

/* An object that an update changes. */
struct update_object {
	const char *name; /* "vmlinux", or a module's name */
	bool waiting;     /* the module is not loaded */
	bool unproven;    /* the record says that the original was not proven */
};

struct update {
	char *id;
	char *description; /* may be "" */
	enum lpatch_stage stage;
	enum lpatch_cause cause; /* why the last attempt failed */
	struct update_function *functions;
	size_t nr_functions;
	struct update_constant *constants;
	size_t nr_constants;
	struct update_hook *hooks;
	size_t nr_hooks;
	struct update_shadow *shadows;
	size_t nr_shadows;
	struct update_object *objects; /* each once, in the order of the core */
	size_t nr_objects;
	enum keep_state keep;
	struct outlives_list outlives; /* what the kernel may still use after an undo */
	bool persistent;               /* applied again at boot */
	struct record *record;         /* NULL: there is none */
	/* What `functions`, `constants`, `hooks`, `shadows` and `objects` point into. */
	char *text, *constants_text, *hooks_text, *shadows_text, *objects_text;
};

struct update_list {
	struct update *updates;
	size_t count;
};

/*
 * Reads all updates. Those with a record of their time come first, the newest
 * before the older; then the others by id.
 */
struct lp_error *updates_read(const struct host *host, struct update_list *list);

/*
 * The functions that the update will replace when the modules that it waits for are loaded, as
 * the record says: the one at `index`, and in *object where it is; NULL after the last.
 */
const char *update_waiting_function(const struct update *update, size_t index, const char **object);

/* Reads one that is present. */
struct lp_error *update_read(const struct host *host, const char *id, struct update *update);

void update_clear(struct update *update);
void updates_clear(struct update_list *list);

#define _cleanup_update_      _cleanup_(update_clear)
#define _cleanup_update_list_ _cleanup_(updates_clear)

#endif
