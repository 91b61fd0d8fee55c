/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches in mails: mailboxes with many, and MIME (RFC 2045, 2046). */
#ifndef LPATCH_CREATE_DIFF_MAIL_H
#define LPATCH_CREATE_DIFF_MAIL_H

#include "create/diff/input.h"

/*
 * Gives `taker` each message of the text, which may be one as `git format-patch` writes it, a mail
 * as it was sent, or a mailbox of these; a text that is none of them as it is. A message that is
 * encoded, or has several parts, is replaced by its main headers and its plain text parts.
 * LP_NOT_APPLYING for one that only has HTML or binary parts.
 */
struct lp_error *mail_split(const struct input *input, input_taker *taker, void *context);

#endif
