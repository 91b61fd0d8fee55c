/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches in mails: mailboxes with many, and MIME (RFC 2045, 2046). */
#ifndef LPATCH_CREATE_DIFF_MAIL_H
#define LPATCH_CREATE_DIFF_MAIL_H

#include "create/diff/input.h"

/*
 * Passes each message of the text to `taker`. The text may be a message in the format of `git
 * format-patch`, a mail as sent, or a mailbox of these; any other text is passed unchanged. An
 * encoded message, or one with several parts, is replaced by its main headers and its plain text
 * parts. LP_NOT_APPLYING for one that only has HTML or binary parts.
 */
struct lp_error *mail_split(const struct input *input, input_taker *taker, void *context);

/*
 * Where the diffs of a mail may begin: at the line "---" behind its message, as in those of `git
 * format-patch`. What looks like a part of a diff in the message is none for git-am(1) (mailinfo.c,
 * patchbreak()). That is `text` itself if it is no mail, has no such line, no diff behind it, or
 * one before it, which git-am(1) applies.
 */
const char *mail_skip_message(const char *text);

#endif
