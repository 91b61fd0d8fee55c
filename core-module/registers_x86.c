// SPDX-License-Identifier: GPL-2.0
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "registers.h"
#include "unexported.h"

/* Arguments are where a system call finds them (arch/x86/include/asm/syscall_wrapper.h). */

long lpatch_init_module(unsigned long image, size_t size, unsigned long parameters)
{
	const struct pt_regs regs = {.di = image, .si = size, .dx = parameters};

	return __x64_sys_init_module(&regs);
}

long lpatch_delete_module(unsigned long name, unsigned int flags)
{
	const struct pt_regs regs = {.di = name, .si = flags};

	return __x64_sys_delete_module(&regs);
}

bool lpatch_has_module_calls(void)
{
	return LPATCH_HAVE___x64_sys_init_module && LPATCH_HAVE___x64_sys_delete_module;
}

/* struct thread_struct, arch/x86/include/asm/processor.h */
unsigned long *lpatch_stack_of_sleeper(const struct task_struct *task)
{
	return (unsigned long *)task->thread.sp;
}
