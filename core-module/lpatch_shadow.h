/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow variables: data attached to an object of the kernel that has no room
 * for it. Patch authors get this through lpatch-patch.h; lpatch-author(7) says
 * what is theirs to take care of.
 */
#ifndef LPATCH_SHADOW_H
#define LPATCH_SHADOW_H

#include <linux/types.h>

struct lpatch_shadow_kind;

/*
 * What a patch declares with LPATCH_SHADOW() or LPATCH_SHADOW_SHARED(). In one
 * update, declarations of one name mean the same variable; in different
 * updates they do so only if both are shared.
 */
struct lpatch_shadow {
	const char *name;
	size_t size; /* bytes of data for each object */
	bool shared;
	/*
	 * Called with the object's address and the data before the data is freed, in the context
	 * of the caller that frees it, without locks of lpatch. NULL: that of another
	 * declaration of the same variable, or none.
	 */
	void (*destroy)(void *object, void *data);
	/* The core's, while the update is registered. */
	struct lpatch_shadow_kind *kind;
	struct list_head list;
};

/*
 * The data attached to `object`, or NULL. In any context, NMI included. It
 * stays valid until it is freed; to see to that is the caller's business.
 */
void *lpatch_shadow_get(const struct lpatch_shadow *shadow, const void *object);

/*
 * The same, and attaches zeroed data first if there is none. `construct` (or
 * NULL) is called for new data with `argument` before anybody else can see it,
 * under a spinlock with interrupts off; what it returns other than 0 means that
 * nothing is attached. In any context but NMI, as far as `gfp` fits; where that lets it
 * sleep, the memory counts for the task's memory cgroup. NULL: no memory, `construct` said no, or
 * the update is not in force and not about to be.
 */
void *lpatch_shadow_get_or_alloc(const struct lpatch_shadow *shadow, void *object, gfp_t gfp,
				 int (*construct)(void *object, void *data, void *argument),
				 void *argument);

/*
 * Takes the data off the object, if it has any, calls `destroy` and frees it
 * after an RCU grace period. In any context but NMI.
 */
void lpatch_shadow_free(const struct lpatch_shadow *shadow, void *object);

/*
 * The same for all objects, of which there may be many: may sleep, so not in a hook that is
 * called while the machine is stopped.
 */
void lpatch_shadow_free_all(const struct lpatch_shadow *shadow);

#endif
