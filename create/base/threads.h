/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work on the elements of a list, by several threads. */
#ifndef LPATCH_CREATE_BASE_THREADS_H
#define LPATCH_CREATE_BASE_THREADS_H

#include <stddef.h>

#include "common/error.h"

/*
 * Calls `work` for each index below `count`, in `jobs` threads, and waits for their end. Calls run
 * at the same time and in any order, so `work` changes only what belongs to its index. Returns the
 * first error, after which no call begins.
 */
struct lp_error *threads_each(unsigned int jobs, size_t count,
			      struct lp_error *work(void *context, size_t index), void *context);

#endif
