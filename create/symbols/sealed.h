/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that may not be called by pointer. A kernel with CONFIG_X86_KERNEL_IBT
 * removes the endbr64 at the start of every function whose address is not taken, as
 * objtool lists them in .ibt_endbr_seal (apply_ibt_endbr() in
 * arch/x86/kernel/alternative.c, Linux 5.18); a call by pointer to one causes a #CP
 * and an oops. A patch that is the first to take such an address would compile
 * without a warning, so it is refused.
 */
#ifndef LPATCH_CREATE_SYMBOLS_SEALED_H
#define LPATCH_CREATE_SYMBOLS_SEALED_H

#include "common/kernel_image.h"
#include "create/symbols/symbols.h"
#include "diffobj/diffobj.h"

/* The list of a kernel or of one of its modules. */
struct sealed_list {
	uint64_t *addresses; /* link-time, ascending */
	size_t count;
	bool known; /* the image has the list */
};

/*
 * Reads the list of the image into the empty `list`, which stays unknown without the section.
 * LP_INTERNAL if the section makes no sense. sealed_clear() releases it in either case.
 */
struct lp_error *sealed_read(const struct kernel_image *image, struct sealed_list *list);

void sealed_clear(struct sealed_list *list);

bool sealed_contains(const struct sealed_list *list, uint64_t address);

struct sealed_job {
	const char *source;                  /* of the unit, for messages */
	const char *object;                  /* path of diffobj's output */
	const struct diffobj_result *result; /* what diffobj says of it */
	const struct symbol_target *targets; /* what each of result->references leads to */
	const struct kernel_image *image;    /* of the domain: the kernel's or the module's */
	const struct kernel_image *kernel;
};

/*
 * Checks every reference of what is loaded to the running kernel that is neither a direct
 * call nor a direct jump. LP_UNSAFE names the sealed function and the code that refers to it;
 * LP_NOT_PROVEN if the function is in vmlinux and the image has no list. A module without
 * list has nothing sealed (objtool writes one if there is something to seal).
 */
struct lp_error *sealed_check(const struct sealed_job *job);

#endif
