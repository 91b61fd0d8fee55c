// SPDX-License-Identifier: GPL-2.0
/*
 * Faults for tests: the step number `fail_at` from now on fails, once. Steps
 * are the calls that wrap.h replaces and the places where the core calls
 * lpatch_fault(). 0: none. If the number is not 0 when an attempt ends, the
 * attempt had fewer steps.
 *
 * When the core is unloaded, it reports the step that failed and the amount of
 * memory that was allocated and not freed.
 */
#define pr_fmt(fmt) "lpatch fault: " fmt

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "fault.h"

static int fail_at;
module_param(fail_at, int, 0600);
MODULE_PARM_DESC(fail_at, "the step, counted from now on, that fails");

static char failed[64] = "none"; /* the step that was made to fail last */

static atomic_t held;

bool lpatch_fault(const char *what)
{
	int left = READ_ONCE(fail_at);

	do {
		if (left <= 0)
			return false;
	} while (!try_cmpxchg(&fail_at, &left, left - 1));
	if (left > 1)
		return false;
	strscpy(failed, what, sizeof(failed));
	return true;
}

void *lpatch_fault_took(void *memory)
{
	if (memory)
		atomic_inc(&held);
	return memory;
}

const void *lpatch_fault_gave(const void *memory)
{
	if (memory)
		atomic_dec(&held);
	return memory;
}

void lpatch_fault_end(void)
{
	pr_info("failed %s, left %d allocations\n", failed, atomic_read(&held));
}
