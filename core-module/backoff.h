/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking again and again whether something is so: each pause is twice as long
 * as the one before, and there is an end.
 */
#ifndef LPATCH_BACKOFF_H
#define LPATCH_BACKOFF_H

#include <linux/jiffies.h>
#include <linux/types.h>

struct lpatch_backoff {
	unsigned int pause_ms; /* the next one */
	unsigned int most_ms;  /* no pause is longer */
	unsigned long end;     /* in jiffies: then no other begins */
};

/* From 10 ms up to `most`, until `limit` milliseconds from now, the looking included. */
#define LPATCH_BACKOFF(most, limit)                                                         \
	{                                                                                   \
		.pause_ms = 10, .most_ms = (most), .end = jiffies + msecs_to_jiffies(limit) \
	}

/* Sleeps for the next pause. False: the time is over, or the task is killed. */
bool lpatch_backoff(struct lpatch_backoff *backoff);

#endif
