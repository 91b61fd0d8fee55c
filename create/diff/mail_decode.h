/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plain text of one MIME message. */
#ifndef LPATCH_CREATE_DIFF_MAIL_DECODE_H
#define LPATCH_CREATE_DIFF_MAIL_DECODE_H

#include <stddef.h>

#include "common/error.h"

/*
 * Sets *text, to be freed, to author, date and subject of the message of `size` bytes, which begins
 * with its headers, and to its plain text parts as they were before they were encoded. Bytes of
 * other character sets stay as they are, as git-am(1) does with diffs.
 * LP_NOT_APPLYING, by `name`, if it has no such part, or an attachment that is neither text, called
 * *.patch or *.diff, nor a signature: a patch may be in it.
 */
struct lp_error *mail_decode(const char *name, const char *message, size_t size, char **text);

#endif
