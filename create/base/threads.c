// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/cleanup.h"

/* Shared by the threads. */
struct shared {
	struct lp_error *(*work)(void *context, size_t index);
	void *context;
	size_t count;
	atomic_size_t next;
	pthread_mutex_t lock;
	struct lp_error *error; /* the first; under the lock */
};

static void fail(struct shared *shared, struct lp_error *error)
{
	atomic_store(&shared->next, shared->count);
	pthread_mutex_lock(&shared->lock);
	if (shared->error)
		lp_error_free(error);
	else
		shared->error = error;
	pthread_mutex_unlock(&shared->lock);
}

static void *run(void *context)
{
	struct shared *shared = context;
	size_t index;

	while ((index = atomic_fetch_add(&shared->next, 1)) < shared->count) {
		struct lp_error *error = shared->work(shared->context, index);

		if (error) {
			fail(shared, error);
			break;
		}
	}
	return NULL;
}

/* cppcheck-suppress funcArgOrderDifferent ; it takes the parameters of `work` for ours */
struct lp_error *threads_each(unsigned int jobs, size_t count,
			      struct lp_error *work(void *context, size_t index), void *context)
{
	unsigned int wanted = jobs ?: 1, started = 0;
	_cleanup_free_ pthread_t *threads = calloc(wanted, sizeof(*threads));
	struct shared shared = {
		.work = work,
		.context = context,
		.count = count,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};

	if (!threads)
		return lp_error_no_memory();
	while (started < wanted && started < count &&
	       !pthread_create(&threads[started], NULL, run, &shared))
		started++;
	/* If no thread can be started, this one does it all. */
	if (!started)
		run(&shared);
	while (started)
		pthread_join(threads[--started], NULL);
	return shared.error;
}
