/* SPDX-License-Identifier: GPL-2.0 */
/* What is passed and kept in registers, and where; one file per architecture. */
#ifndef LPATCH_REGISTERS_H
#define LPATCH_REGISTERS_H

#include <linux/types.h>

struct task_struct;

/*
 * The system calls init_module(image, size, parameters) and delete_module(name, flags), with
 * addresses of user space. They return what the system calls do.
 */
long lpatch_init_module(unsigned long image, size_t size, unsigned long parameters);
long lpatch_delete_module(unsigned long name, unsigned int flags);

/* Whether this kernel has both. */
bool lpatch_has_module_calls(void);

/* The lowest word in use on the stack of a task that does not run. */
unsigned long *lpatch_stack_of_sleeper(const struct task_struct *task);

#endif
