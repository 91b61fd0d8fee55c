/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sandbox for the programs that lpatch-create starts once the patch is applied: kbuild,
 * the compiler, binutils. A process of bubblewrap holds it, and ends with the run.
 *
 * It has no network, and only the files that the programs need: /usr and what
 * belongs to it, the files in /etc that the dynamic linker and compilers read,
 * /opt, the directories of PATH, the compiler's own, and the working copy. The home
 * directory and keys are not visible. What can be written to depends on the input:
 * programs on patched source have one directory, which no later run uses.
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
	/*
	 * The directory in the working copy that can be written to, which has a directory tmp
	 * that is seen at `temporary`. The directories of ccache and distcc are then empty ones
	 * of the sandbox. NULL for programs that work on untouched source: these can write to
	 * all of the working copy but `source`, and to ccache's directory.
	 */
	const char *output;
	const char *temporary; /* the programs' TMPDIR, in the working copy */
	const char *source;    /* the untouched source, in the working copy; or NULL */
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
