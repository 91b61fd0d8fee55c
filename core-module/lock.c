// SPDX-License-Identifier: GPL-2.0
/* The lock over all updates. */
#include <linux/sched/signal.h>

#include "backoff.h"
#include "lock.h"

DEFINE_MUTEX(lpatch_lock);

int lpatch_lock_in_time(void)
{
	struct lpatch_backoff backoff = LPATCH_BACKOFF(100, LPATCH_LOCK_LIMIT_MS);

	while (!mutex_trylock(&lpatch_lock))
		if (!lpatch_backoff(&backoff))
			return fatal_signal_pending(current) ? -EINTR : -ETIMEDOUT;
	return 0;
}
