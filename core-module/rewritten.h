/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where does the kernel rewrite its own text while it runs? The kernel is asked,
 * not the update: that the bytes are what the update expects doesn't say that
 * they are not written any more, and a kernel may have kinds of sites that
 * lpatch-create doesn't know.
 */
#ifndef LPATCH_REWRITTEN_H
#define LPATCH_REWRITTEN_H

#include <linux/types.h>

struct module;

/* LPATCH_JUMP_SIZE bytes of text that a jump may be put over. */
struct lpatch_place {
	unsigned long addr; /* of the first */
	bool near;          /* out: a jump label or a static call may lie in there */
};

/*
 * Says which of the `nr` places are near a jump label or a static call, in one walk
 * through the kernel's tables, or those of the module (NULL: vmlinux) that all places
 * are in; the module stays. Sorts the places by address. May sleep.
 */
void lpatch_rewritten_near(struct lpatch_place *places, u32 nr, const struct module *module);

/*
 * True if the kernel may rewrite one of LPATCH_JUMP_SIZE bytes at `addr`, which must be one
 * of the `nr` places that lpatch_rewritten_near() has gone through. May sleep.
 */
bool lpatch_rewritten_at(const struct lpatch_place *places, u32 nr, unsigned long addr);

#endif
