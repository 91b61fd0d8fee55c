// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread that exits at once, of a process that goes on until it is killed:
 *
 *	thread NAME
 *
 * Threads take themselves off the task list. Prints the number of the thread.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *run(void *name)
{
	prctl(PR_SET_NAME, name);
	printf("%d\n", gettid());
	fflush(stdout);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 2 || pthread_create(&thread, NULL, run, argv[1]))
		return 1;
	for (;;)
		pause();
}
