/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How is a call redirected? A site is an old function that at least one
 * applied update replaces. Its layers are the replacements, newest first;
 * calls go to the newest.
 *
 * All functions are called with the core's lock held.
 */
#ifndef LPATCH_SITE_H
#define LPATCH_SITE_H

#include <linux/list.h>

#include "report.h"
#include "text.h"
#include "update.h"

struct lpatch_change;
struct lpatch_place;
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

/* Where the jumps of new sites would go, sorted; see rewritten.h. */
struct lpatch_places {
	struct lpatch_place *places;
	u32 nr;
};

/*
 * A site for the old function, among those that lpatch_site_find() finds; NULL without memory.
 * How its calls are redirected is decided by lpatch_site_settle(). May sleep.
 */
struct lpatch_site *lpatch_site_new(const struct lpatch_func *func);

/* Forgets a site without layers, and lets go of ftrace. May sleep. */
void lpatch_site_free(struct lpatch_site *site);

/* The place for a jump lies in the function. */
bool lpatch_site_has_room(const struct lpatch_site *site, const struct lpatch_func *func);

/*
 * Decides how calls of a new site's function are redirected to the layer, and prepares for it.
 * Returns 0, or a negative errno value with the cause in the report. May sleep.
 */
int lpatch_site_settle(struct lpatch_site *site, const struct lpatch_layer *layer,
		       const struct lpatch_places *places, struct lpatch_report *report);

/* The site of an old function, or NULL. */
struct lpatch_site *lpatch_site_find(unsigned long addr);

/* The replacement that calls reach now, or NULL. */
static inline struct lpatch_layer *lpatch_site_top(struct lpatch_site *site)
{
	return site ? list_first_entry_or_null(&site->layers, struct lpatch_layer, above) : NULL;
}

#endif
