/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the message of a patch says about it. */
#ifndef LPATCH_CREATE_CHANGES_MESSAGE_H
#define LPATCH_CREATE_CHANGES_MESSAGE_H

#include "create/changes/change.h"

/*
 * Fills change->subject, commit, upstream, fixes and cves from the text before the first diff
 * in `text`. That is a mail, the output of git-log(1) in its format "medium", the header of a
 * Debian patch (DEP-3) or, if `is_patch` says that such words are a message, any words. The
 * subject stays NULL if the text has no message.
 * The forms of the upstream commit are those of Documentation/process/stable-kernel-rules.rst,
 * Linux 6.1; that of "Fixes:" is in submitting-patches.rst.
 */
struct lp_error *message_read(const char *text, bool is_patch, struct change *change);

/* Adds each "CVE-YEAR-NUMBER" in the first `length` bytes of `text` to the list, once. */
struct lp_error *message_add_cves(const char *text, size_t length, struct text_list *cves);

#endif
