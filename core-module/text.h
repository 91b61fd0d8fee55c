/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing an instruction into running kernel text. The only part that knows
 * how an instruction looks and how text is written; one file per architecture.
 */
#ifndef LPATCH_TEXT_H
#define LPATCH_TEXT_H

#include <linux/types.h>

#include "alias.h"

#define LPATCH_JUMP_SIZE  5  /* bytes of the jump, jmp rel32 */
#define LPATCH_BLOCK_SIZE 16 /* bytes that can be written at once, and their alignment */

#define LPATCH_TEXT_BLOCKS 2 /* that an instruction may lie in */

/* One place in the text that is about to be written. */
struct lpatch_text_write {
	unsigned long addr;     /* of the instruction */
	size_t alias;           /* where that of the block it begins in is in the mapping */
	u8 *block;              /* that alias; valid while the plan is mapped */
	unsigned int nr_blocks; /* it lies in, one behind the other */
	/* What the blocks hold before and after. */
	u8 before[LPATCH_TEXT_BLOCKS * LPATCH_BLOCK_SIZE] __aligned(LPATCH_BLOCK_SIZE);
	u8 after[LPATCH_TEXT_BLOCKS * LPATCH_BLOCK_SIZE] __aligned(LPATCH_BLOCK_SIZE);
};

/*
 * True if a jump at `addr` can be written: within one block it is written at
 * once. Across two it is only if `unseen`, which says that no NMI runs the code:
 * one may come to the CPU that writes.
 */
bool lpatch_text_fits(unsigned long addr, bool unseen);

/*
 * The bytes of a jump at `from` to `to`. Returns 0, or -ERANGE when it is too
 * far (2 GiB either way).
 */
int lpatch_text_jump(unsigned long from, unsigned long to, u8 jump[LPATCH_JUMP_SIZE]);

/* How many bytes at the start of a function must stay: those of an endbr64, or 0. */
unsigned int lpatch_text_landing(unsigned long addr);

/* True if the five bytes are a no-operation: a fentry slot that is not in use. */
bool lpatch_text_is_nop(const void *slot);

/*
 * Prepares for writing at `addr`: the blocks become one of the aliases. Returns 0, -ENOMEM,
 * or -EINVAL for no text. May sleep.
 */
int lpatch_text_prepare(struct lpatch_text_write *write, unsigned long addr,
			struct lpatch_aliases *aliases);

/* Notes what the blocks hold now and what they are to hold. Call under text_mutex. */
void lpatch_text_plan(struct lpatch_text_write *write, const u8 bytes[LPATCH_JUMP_SIZE]);

/*
 * Writes the blocks, each at once for every observer, if they hold what
 * lpatch_text_plan() saw; returns false otherwise, with nothing written.
 * Call with the aliases mapped and `block` set. Every CPU that may run the text must
 * execute sync_core() before it does; on the CPU that writes, lpatch_text_written() does.
 */
bool lpatch_text_write(struct lpatch_text_write *write);

/* What was written, and rolled back, can be run by this CPU from here on. */
void lpatch_text_written(void);

/* Takes back a write of a moment ago. */
void lpatch_text_rollback(struct lpatch_text_write *write);

#endif
