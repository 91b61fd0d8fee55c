// SPDX-License-Identifier: GPL-2.0
/* Which tasks are exiting? What is the same on all kernels. */
#include "exiting.h"

#define FIRST_TASKS 1024 /* tasks, a power of two */

int lpatch_exiting_init(struct lpatch_exiting *exiting)
{
	raw_spin_lock_init(&exiting->lock);
	exiting->overflow = false;
	return lpatch_task_set_init(&exiting->known, FIRST_TASKS, NUMA_NO_NODE);
}

void lpatch_exiting_free(struct lpatch_exiting *exiting)
{
	lpatch_task_set_free(&exiting->known);
}
