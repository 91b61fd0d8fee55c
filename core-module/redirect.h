/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How is a call redirected? A site is an old function that at least one
 * applied update replaces. Its layers are the replacements, newest first;
 * calls go to the newest. A plan is what one attempt is about to change.
 *
 * All functions are called with the core's lock held.
 */
#ifndef LPATCH_REDIRECT_H
#define LPATCH_REDIRECT_H

#include <linux/list.h>

#include "transition.h"
#include "text.h"
#include "update.h"

struct lpatch_ftrace;

struct lpatch_site {
	struct hlist_node hash; /* by addr */
	unsigned long addr;     /* of the old function */
	enum lpatch_redirect kind;
	unsigned long fentry;          /* address of its fentry slot, or 0 */
	unsigned int offset;           /* of the jump in the old function, bytes */
	u8 original[LPATCH_JUMP_SIZE]; /* what the jump stands on */
	unsigned long target;          /* where calls go now; 0: they stay in the old function */
	struct lpatch_ftrace *ftrace;  /* for LPATCH_REDIRECT_FTRACE */
	struct list_head layers;       /* struct lpatch_layer, newest first */
	struct lpatch_change *change;  /* of the attempt that is being made, or NULL */
};

/* One site of a plan. */
struct lpatch_change {
	const struct lpatch_func *func; /* what an update says about the old function */
	struct lpatch_layer *incoming;  /* the new replacement; NULL: there are only fewer */
	struct lpatch_site *site;
	unsigned long target;           /* where calls are to go; 0: into the old function */
	struct lpatch_text_write write; /* for LPATCH_REDIRECT_JUMP */
};

struct lpatch_plan {
	const struct lpatch_transition *transition;
	struct lpatch_change *changes;
	u32 nr_changes;
	struct lpatch_aliases aliases; /* of the text that is about to be written */
};

/*
 * Makes the plan for the functions of all steps, with everything that
 * allocates or may fail; nothing is redirected. Returns 0, or a negative errno
 * value with the cause in the transition's report. Either way lpatch_plan_finish()
 * must follow. May sleep.
 */
int lpatch_plan_make(struct lpatch_plan *plan, const struct lpatch_transition *transition);

/*
 * Works out the bytes to be written, from what the text holds now. Call under
 * text_mutex, after the text has been verified. Returns as lpatch_plan_make().
 */
int lpatch_plan_bytes(struct lpatch_plan *plan);

/*
 * Makes the text writable, from shortly before the machine is stopped to shortly after.
 * Returns as lpatch_plan_make(). Both may sleep, also under text_mutex.
 */
int lpatch_plan_map(struct lpatch_plan *plan);
void lpatch_plan_unmap(struct lpatch_plan *plan);

/*
 * Redirects every function of the plan, or none; this CPU may run them then. Call while the machine
 * is stopped. Returns NULL, or the change that failed because its text was written by somebody else
 * meanwhile.
 */
const struct lpatch_change *lpatch_plan_switch(struct lpatch_plan *plan);

/* Keeps or drops the sites, as the attempt turned out, and frees the plan. May sleep. */
void lpatch_plan_finish(struct lpatch_plan *plan, bool done);

/*
 * Forgets the redirects of a part whose functions nobody will call any more:
 * their text is about to be freed, and stays as it is. May sleep.
 */
void lpatch_layers_drop(struct lpatch_part *part);

/* The site of an old function, or NULL. */
struct lpatch_site *lpatch_site_find(unsigned long addr);

/* The replacement that calls reach now, or NULL. */
static inline struct lpatch_layer *lpatch_site_top(struct lpatch_site *site)
{
	return site ? list_first_entry_or_null(&site->layers, struct lpatch_layer, above) : NULL;
}

#endif
