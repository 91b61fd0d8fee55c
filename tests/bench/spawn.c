/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn ROUNDS COMMAND...: runs a command that many times, its output thrown
 * away, and prints the median of the times from spawn to exit in milliseconds.
 * A shell's own fork would take longer than what is to be measured. Exit status:
 * that of the command, if it was the same every time.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* Runs the command once; its exit status, or -1. */
static int run(char **command, const posix_spawn_file_actions_t *actions, double *time)
{
	double begin = now();
	int status;
	pid_t child;

	if (posix_spawnp(&child, command[0], actions, NULL, command, environ) ||
	    waitpid(child, &status, 0) != child)
		return -1;
	*time = now() - begin;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0, status = 0;
	double *times = rounds > 0 ? calloc((size_t)rounds, sizeof(*times)) : NULL;
	posix_spawn_file_actions_t actions;

	if (!times) {
		fprintf(stderr, "usage: spawn ROUNDS COMMAND...\n");
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < rounds; i++) {
		int exited = run(argv + 2, &actions, &times[i]);

		if (exited < 0 || (i && exited != status))
			return 126;
		status = exited;
	}
	qsort(times, (size_t)rounds, sizeof(*times), compare);
	printf("%.2f\n", times[rounds / 2]);
	free(times);
	return status;
}
