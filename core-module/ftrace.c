// SPDX-License-Identifier: GPL-2.0
/* The redirect through ftrace. */
#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/version.h>

#include "ftrace.h"
#include "unexported.h"

#if defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS) || defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define set_instruction_pointer ftrace_regs_set_instruction_pointer
#else
#define set_instruction_pointer ftrace_instruction_pointer_set
#endif

struct lpatch_ftrace {
	struct ftrace_ops ops;
	unsigned long target;
};

/*
 * Calls nothing that could be traced, so it needs no guard against recursion,
 * and works where RCU isn't watching. The struct stays until
 * unregister_ftrace_function() has waited for every task to leave.
 */
static void notrace redirect_handler(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	struct lpatch_ftrace *ftrace = container_of(ops, struct lpatch_ftrace, ops);
	unsigned long target = READ_ONCE(ftrace->target);

	if (target)
		set_instruction_pointer(regs, target);
}

struct lpatch_ftrace *lpatch_ftrace_attach(unsigned long addr)
{
	struct lpatch_ftrace *ftrace = kzalloc(sizeof(*ftrace), GFP_KERNEL);
	int err;

	if (!ftrace)
		return ERR_PTR(-ENOMEM);

	ftrace->ops.func = redirect_handler;
	/* PERMANENT: kernel.ftrace_enabled can't be set to 0 while this is there. */
	ftrace->ops.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT;
	if (!IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS))
		ftrace->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;

	err = ftrace_set_filter_ip(&ftrace->ops, addr, 0, 0);
	if (!err)
		err = register_ftrace_function(&ftrace->ops);
	if (err) {
		ftrace_free_filter(&ftrace->ops);
		kfree(ftrace);
		return ERR_PTR(err);
	}
	return ftrace;
}

void lpatch_ftrace_set_target(struct lpatch_ftrace *ftrace, unsigned long target)
{
	WRITE_ONCE(ftrace->target, target);
}

void lpatch_ftrace_detach(struct lpatch_ftrace *ftrace)
{
	if (!ftrace)
		return;
	unregister_ftrace_function(&ftrace->ops);
	ftrace_free_filter(&ftrace->ops);
	kfree(ftrace);
}

static int compare_addresses(const void *left, const void *right)
{
	const unsigned long *one = left, *other = right;

	return *one < *other ? -1 : *one > *other;
}

/* Goes through all of ftrace's records, of which there is one for each function of the kernel. */
static unsigned long find_taken(const unsigned long *fentries, u32 nr)
{
	struct ftrace_rec_iter *iter;

	for (iter = ftrace_rec_iter_start(); iter; iter = ftrace_rec_iter_next(iter)) {
		const struct dyn_ftrace *record = ftrace_rec_iter_record(iter);

		if ((record->flags & FTRACE_FL_IPMODIFY) &&
		    bsearch(&record->ip, fentries, nr, sizeof(*fentries), compare_addresses))
			return record->ip;
	}
	return 0;
}

unsigned long lpatch_ftrace_taken(unsigned long *fentries, u32 nr)
{
	unsigned long taken;

	if (!LPATCH_HAVE_ftrace_lock || !LPATCH_HAVE_ftrace_rec_iter_start ||
	    !LPATCH_HAVE_ftrace_rec_iter_next || !LPATCH_HAVE_ftrace_rec_iter_record)
		return 0;
	sort(fentries, nr, sizeof(*fentries), compare_addresses, NULL);
	mutex_lock(&ftrace_lock);
	taken = find_taken(fentries, nr);
	mutex_unlock(&ftrace_lock);
	return taken;
}

#else

unsigned long lpatch_ftrace_taken(unsigned long *fentries, u32 nr)
{
	return 0;
}

struct lpatch_ftrace *lpatch_ftrace_attach(unsigned long addr)
{
	return ERR_PTR(-EOPNOTSUPP);
}

void lpatch_ftrace_set_target(struct lpatch_ftrace *ftrace, unsigned long target)
{
}

void lpatch_ftrace_detach(struct lpatch_ftrace *ftrace)
{
}

#endif
