/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which objects of the kernel a diff reaches. */
#ifndef LPATCH_CREATE_AFFECTED_H
#define LPATCH_CREATE_AFFECTED_H

#include "common/message.h"
#include "common/text.h"
#include "create/patchfile.h"

/*
 * Adds to *sources the source files that are to be compiled, by their paths in
 * the kernel source. Files that never become code (Documentation/ and the
 * like) are passed over with a note. LP_NOTHING_TO_PATCH when no other is
 * changed; LP_UNSAFE, with all of them named, for files that can't be carried
 * into a running kernel by compiling one source file.
 */
struct lp_error *affected_sources(const struct patch_set *set, struct message_sink *sink,
				  struct text_list *sources);

#endif
