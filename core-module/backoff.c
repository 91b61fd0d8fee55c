// SPDX-License-Identifier: GPL-2.0
/* Looking again and again, with an end. */
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "backoff.h"

bool lpatch_backoff(struct lpatch_backoff *backoff)
{
	if (time_after_eq(jiffies, backoff->end) || fatal_signal_pending(current))
		return false;
	schedule_timeout_killable(msecs_to_jiffies(backoff->pause_ms));
	backoff->pause_ms = min(2 * backoff->pause_ms, backoff->most_ms);
	return true;
}
