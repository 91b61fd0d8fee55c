/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the findings of lpatch-create, which are not refused. */
#ifndef LPATCH_CREATE_CREATION_FINDINGS_H
#define LPATCH_CREATE_CREATION_FINDINGS_H

#include "common/finding.h"
#include "common/message.h"

/* The findings in one object file. */
struct object_findings {
	const char *object; /* what it is part of: "vmlinux" */
	const struct finding_list *list;
};

/*
 * Warns of the findings in `lists`, those of one kind together, at most
 * MESSAGE_OF_A_KIND of a kind and then their count; with -v of all. Fails
 * only without memory.
 */
struct lp_error *findings_warn(struct message_sink *sink, const struct object_findings *lists,
			       size_t count);

#endif
