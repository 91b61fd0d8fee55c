// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes and threads that exit all the time, until SIGTERM:
 *
 *	exits
 *
 * Four kinds take turns: children that are waited for, children that no process
 * waits for and that take themselves off the task list, threads, and the inits of
 * nested pid namespaces. Prints how many of each have come and gone, and
 * "wrong N", the number of those that did not end as they should.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 4
#define NESTED  3

static volatile sig_atomic_t over;
static unsigned long wrong;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0) {
		perror("exits: fork");
		exit(1);
	}
	return pid;
}

/* True if the child ends with that exit status, and no other way. */
static bool ends_with(pid_t child, int code)
{
	int status;

	while (waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static void run_waited(void)
{
	pid_t children[AT_ONCE];

	for (int i = 0; i < AT_ONCE; i++) {
		children[i] = start();
		if (!children[i])
			_exit(40 + i);
	}
	for (int i = 0; i < AT_ONCE; i++)
		wrong += !ends_with(children[i], 40 + i);
}

/* Their parent ignores SIGCHLD: wait() returns when all have ended. */
static void run_unwaited(void)
{
	pid_t parent = start();

	if (!parent) {
		signal(SIGCHLD, SIG_IGN);
		for (int i = 0; i < AT_ONCE; i++)
			if (!start())
				_exit(1);
		while (wait(NULL) >= 0 || errno == EINTR)
			;
		_exit(errno == ECHILD ? 50 : 51);
	}
	wrong += !ends_with(parent, 50);
}

static void *add_one(void *counter)
{
	__atomic_fetch_add((int *)counter, 1, __ATOMIC_RELAXED);
	return counter;
}

static void run_threads(void)
{
	pthread_t threads[AT_ONCE];
	int counter = 0;

	for (int i = 0; i < AT_ONCE; i++)
		if (pthread_create(&threads[i], NULL, add_one, &counter))
			exit(1);
	for (int i = 0; i < AT_ONCE; i++)
		pthread_join(threads[i], NULL);
	wrong += counter != AT_ONCE;
}

/*
 * An init in an init in an init, each with a process that is killed when its init ends. Only the
 * first needs a user namespace, which gives the right to make the others. Returns the exit status.
 */
static int nest(int depth)
{
	pid_t init;

	if (!depth)
		return 60;
	if (unshare(CLONE_NEWPID | (depth == NESTED ? CLONE_NEWUSER : 0)))
		return 61;
	init = start();
	if (!init) {
		if (!start())
			for (;;)
				pause();
		_exit(nest(depth - 1));
	}
	return ends_with(init, 60) ? 60 : 62;
}

static void run_namespaces(void)
{
	pid_t child = start();

	if (!child)
		_exit(nest(NESTED));
	wrong += !ends_with(child, 60);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} kinds[] = {
		{"waited", run_waited},
		{"unwaited", run_unwaited},
		{"threads", run_threads},
		{"namespaces", run_namespaces},
	};
	unsigned long rounds = 0;

	signal(SIGTERM, end);
	for (; !over; rounds++)
		kinds[rounds % 4].run();
	for (unsigned long i = 0; i < 4; i++)
		printf("%s %lu\n", kinds[i].name, (rounds + 3 - i) / 4);
	printf("wrong %lu\n", wrong);
	return 0;
}
