// SPDX-License-Identifier: GPL-2.0
/* Which tasks are exiting? What is the same on all kernels. */
#include "exiting.h"
#include "unexported.h"

#define FIRST_ROOM 1024 /* tasks, a power of two */

int lpatch_exiting_init(struct lpatch_exiting *exiting)
{
	raw_spin_lock_init(&exiting->lock);
	exiting->overflow = false;
	return lpatch_task_set_init(&exiting->known, FIRST_ROOM, NUMA_NO_NODE);
}

void lpatch_exiting_free(struct lpatch_exiting *exiting)
{
	lpatch_task_set_free(&exiting->known);
}

#if !LPATCH_HAVE_tasks_rcu_exit_srcu

bool lpatch_exiting_is_supported(void)
{
	return false;
}

int lpatch_exiting_make_room(struct lpatch_exiting *exiting)
{
	return 0;
}

void lpatch_exiting_note(struct lpatch_exiting *exiting, struct task_struct *task)
{
}

void lpatch_exiting_visit_queued(struct lpatch_exiting *exiting,
				 bool (*visit)(struct task_struct *task, void *data), void *data)
{
}

bool lpatch_exiting_is_one_unknown(const struct lpatch_exiting *exiting)
{
	return true;
}

#endif
