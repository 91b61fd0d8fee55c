/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiling one translation unit three times: the untouched source exactly as
 * the kernel's makers did, the untouched source split, the patched source split.
 *
 * kbuild compiles the first and leaves the command it used in a .cmd file; the
 * other two run that command with other paths and -ffunction-sections
 * -fdata-sections added, so that everything else is the same.
 */
#ifndef LPATCH_CREATE_BUILD_H
#define LPATCH_CREATE_BUILD_H

#include "create/tree.h"

struct unit {
	char *source;   /* "net/ipv4/tcp_ipv4.c" */
	char *name;     /* "net/ipv4/tcp_ipv4.o" */
	char *object;   /* what it belongs to: "vmlinux", or the module's name: "nvme_core" */
	char *command;  /* how kbuild compiles it: one line for a shell */
	char *exact;    /* path of the original, exactly as in the kernel */
	char *original; /* path of the original, split */
	char *patched;  /* path of the patched object, split */
};

/*
 * Compiles the source file three times; `view` is the patched view of the
 * source. What comes from the untouched source is kept for later runs.
 * LP_BUILD_FAILED with the compiler's messages. *unit is to be freed.
 */
struct lp_error *build_unit(struct tree *tree, const char *view, const char *source,
			    struct unit **unit);

/* True if it belongs to a module, false if to vmlinux. */
bool unit_is_module(const struct unit *unit);

void unit_free(struct unit *unit);

#endif
