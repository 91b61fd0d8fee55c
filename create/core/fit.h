/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a kernel has what the core needs: known from its image, its BTF, its config and its
 * Module.symvers, before anything is unpacked or built. What is found to fit here can still fail
 * to compile: members of structs in the kernel's headers are known to the compiler alone.
 */
#ifndef LPATCH_CREATE_CORE_FIT_H
#define LPATCH_CREATE_CORE_FIT_H

#include "common/message.h"
#include "common/text.h"
#include "create/target.h"

struct core_fit {
	struct text_list symbols;  /* what the core needs and the kernel doesn't have, or twice */
	struct text_list exports;  /* what it needs exported and isn't */
	struct text_list types;    /* functions that it knows by another type */
	struct text_list members;  /* of structs in no header: missing, or of another type */
	struct text_list not_seen; /* what could not be checked, and why, as sentences */
	size_t nr_types, nr_compared; /* types that it knows; that the BTF has */
};

/*
 * Collects all that doesn't fit. Of `target` only kernel, release, config and symvers are read.
 * Fails if one of these can't be read.
 */
struct lp_error *core_fit_find(const struct target *target, struct core_fit *fit);

/* Sets *text to the lists of what doesn't fit, one entry a line; to NULL if all does. To be freed.
 */
struct lp_error *core_fit_text(const struct core_fit *fit, char **text);

void core_fit_clear(struct core_fit *fit);

#define _cleanup_core_fit_ _cleanup_(core_fit_clear)

/*
 * Says what is known of the kernel's series: with -v if lpatch was tested on it, else always. Then
 * LP_UNSAFE with the list of what doesn't fit.
 */
struct lp_error *core_fit_check(const struct target *target, struct message_sink *sink);

#endif
