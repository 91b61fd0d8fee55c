// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading modules from within the kernel.
 *
 * The module loader takes its input from user memory only, so it is given some
 * of the calling task's, mapped for the moment. A kernel thread makes the
 * calls, in the name of the kernel: signals to the task, its credentials and
 * its audit record don't come into it.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "backoff.h"
#include "loader.h"
#include "registers.h"

struct call {
	struct work_struct work;
	struct completion done;
	struct mm_struct *mm;
	bool load; /* else unload */
	const void *bytes;
	size_t size;
	long result;
};

static long make_call(const struct call *call, unsigned long at)
{
	if (!call->load)
		return lpatch_delete_module(at, O_NONBLOCK);
	/* Behind the module are its parameters: "". */
	return lpatch_init_module(at, call->size, at + call->size);
}

static void work_on_call(struct work_struct *work)
{
	struct call *call = container_of(work, struct call, work);
	size_t size = PAGE_ALIGN(call->size + 1);
	unsigned long at;

	kthread_use_mm(call->mm);
	at = vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(at)) {
		call->result = at;
	} else {
		call->result = -ENOMEM;
		/* What is behind is zero. */
		if (!copy_to_user((void __user *)at, call->bytes, call->size))
			call->result = make_call(call, at);
		vm_munmap(at, size);
	}
	kthread_unuse_mm(call->mm);
	complete(&call->done);
}

static int wait_for(struct call *call)
{
	lockdep_assert_none_held_once();
	if (!current->mm || !lpatch_has_module_calls())
		return -EOPNOTSUPP;
	call->mm = current->mm;
	init_completion(&call->done);
	INIT_WORK_ONSTACK(&call->work, work_on_call);
	queue_work(system_unbound_wq, &call->work);
	wait_for_completion(&call->done);
	destroy_work_on_stack(&call->work);
	return call->result;
}

int lpatch_loader_load(const void *bytes, size_t size)
{
	return wait_for(&(struct call){.load = true, .bytes = bytes, .size = size});
}

int lpatch_loader_unload(const char *name)
{
	return wait_for(&(struct call){.bytes = name, .size = strlen(name)});
}

int lpatch_loader_unload_in_time(const char *name, struct lpatch_backoff *backoff)
{
	int err;

	do {
		err = lpatch_loader_unload(name);
		if (err == -ENOENT)
			err = 0;
	} while ((err == -EBUSY || err == -EWOULDBLOCK || err == -ENOMEM) &&
		 lpatch_backoff(backoff));
	return err;
}
