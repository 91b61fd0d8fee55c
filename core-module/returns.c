// SPDX-License-Identifier: GPL-2.0
/*
 * Which return addresses are not on the stack?
 *
 * A tracer adds an address to its list with preemption off, before anybody
 * else can look. It takes it off the list while the address is in a register
 * or on the stack, where a scan finds it: registers of a task that is
 * preempted are on its stack.
 */
#include <linux/ftrace.h>
#include <linux/llist.h>

#include "unexported.h"
#include "returns.h"

#ifdef CONFIG_RETHOOK
#include <linux/rethook.h>
#endif

#define RETURN_CODE 128 /* bytes of return_to_handler; Linux 6.1 has 53, 6.12.117 some 90 */

/* struct task_struct.rethooks, Linux 5.18 and later */
static unsigned long find_hooked(const struct task_struct *task,
				 bool wanted(const void *data, unsigned long addr),
				 const void *data)
{
#ifdef CONFIG_RETHOOK
	const struct rethook_node *node;

	llist_for_each_entry(node, task->rethooks.first, llist)
		if (wanted(data, node->ret_addr))
			return node->ret_addr;
#endif
	return 0;
}

static unsigned long find_graphed(struct task_struct *task,
				  bool wanted(const void *data, unsigned long addr),
				  const void *data)
{
#ifdef CONFIG_FUNCTION_GRAPH_TRACER
	const struct ftrace_ret_stack *entry;
	int i;

	if (!LPATCH_HAVE_ftrace_graph_get_ret_stack)
		return 0;
	for (i = 0; (entry = ftrace_graph_get_ret_stack(task, i)); i++)
		if (wanted(data, entry->ret))
			return entry->ret;
#endif
	return 0;
}

unsigned long lpatch_returns_find(struct task_struct *task,
				  bool wanted(const void *data, unsigned long addr),
				  const void *data)
{
	unsigned long addr = find_hooked(task, wanted, data);

	return addr ? addr : find_graphed(task, wanted, data);
}

bool lpatch_returns_is_unknown(unsigned long word)
{
	if (!word)
		return false;
	if (word == LPATCH_ADDRESS(return_to_handler))
		return !LPATCH_HAVE_ftrace_graph_get_ret_stack;
	return word == LPATCH_ADDRESS(__kretprobe_trampoline) ||
	       (word == LPATCH_ADDRESS(arch_rethook_trampoline) && !IS_ENABLED(CONFIG_RETHOOK));
}

bool lpatch_returns_forbid_unwinding(const struct task_struct *task)
{
#ifdef CONFIG_RETHOOK
	return task->rethooks.first && task_is_running(task);
#else
	return false;
#endif
}

bool lpatch_returns_hide_frames(unsigned long addr)
{
	unsigned long first = LPATCH_ADDRESS(return_to_handler);

	return first && addr >= first && addr - first < RETURN_CODE;
}
