/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other users of a function: kprobes, tracers, live patches of the kernel's
 * livepatch subsystem, and updates in force. Read from what the kernel shows.
 */
#ifndef LPATCH_APPLY_FUNCTION_USERS_H
#define LPATCH_APPLY_FUNCTION_USERS_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/file.h"
#include "common/text.h"

/*
 * What the kernel shows about all functions, read once. A list that this
 * kernel or this mount doesn't have is empty, its `data` NULL.
 */
struct function_users {
	struct blob kprobes;   /* kprobes/list of debugfs */
	struct blob traced;    /* enabled_functions of tracefs */
	struct blob traceable; /* available_filter_functions of tracefs */
};

struct lp_error *function_users_read(const struct host *host,
				     struct function_users *function_users);

void function_users_clear(struct function_users *function_users);

#define _cleanup_function_users_ _cleanup_(function_users_clear)

/*
 * Adds "NAME+0xOFFSET" for each kprobe in the function to `places`. *in_the_way
 * becomes the number of those that make the core refuse: they
 * have changed the code, while others are disabled or use the ftrace location.
 */
struct lp_error *function_users_kprobes(const struct function_users *function_users,
					const char *function, struct text_list *places,
					unsigned int *in_the_way);

/* How many users of ftrace are called at the function; 0 if that can't be seen. */
unsigned int function_users_tracers(const struct function_users *function_users,
				    const char *function);

/* Whether ftrace has a slot in the function; true if that can't be seen. */
bool function_users_has_fentry(const struct function_users *function_users, const char *function);

/*
 * Sets *patch to the name of a live patch of the kernel's livepatch subsystem, enabled or
 * in transition, that replaces the function, to be freed by the caller; NULL if
 * there is none (Documentation/ABI/testing/sysfs-kernel-livepatch, Linux 6.1).
 */
struct lp_error *function_users_livepatch(const struct host *host, const char *object,
					  const char *function, char **patch);

/* Adds the ids of updates in force that replace the function. */
struct lp_error *function_users_updates(const struct host *host, const char *object,
					const char *function, struct text_list *ids);

#endif
