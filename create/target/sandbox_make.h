/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sandbox for the programs that lpatch-create starts on patched source:
 * kbuild, the compiler, binutils. A process of bubblewrap holds it, and ends with
 * the run.
 *
 * It has no network, and only the files that the programs need: /usr and what
 * belongs to it, the files in /etc that the dynamic linker and compilers read,
 * /opt, the directories of PATH, the compiler's own, and the working copy. Only the
 * working copy, and the cache of ccache if that is used, can be written to. The
 * home directory and keys are not visible.
 */
#ifndef LPATCH_CREATE_TARGET_SANDBOX_MAKE_H
#define LPATCH_CREATE_TARGET_SANDBOX_MAKE_H

#include "common/error.h"
#include "common/message.h"
#include "common/sandbox.h"

struct sandbox_request {
	const char *directory; /* the working copy */
	const char *compiler;  /* one or several words */
	const char *key;       /* the signing key's file, or NULL */
};

/* A sandbox and its holder. */
struct sandbox_holder {
	struct sandbox sandbox;
	pid_t pid;
	int pipe; /* to its standard input; closing it ends the holder */
};

/*
 * Makes it. LP_INTERNAL, with the reason, where the system does not allow it or bubblewrap
 * is not installed. *holder is to be freed by sandbox_free().
 */
struct lp_error *sandbox_make(const struct sandbox_request *request,
			      struct sandbox_holder **holder);

/* Whether the compiler command works on other hosts, and so needs the network. */
bool sandbox_needs_network(const char *compiler);

void sandbox_free(struct sandbox_holder *holder);

#endif
