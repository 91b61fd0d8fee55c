// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * helper now: the monotonic time in microseconds.
 * helper spent COMMAND...: the microseconds from the command's start to its end; its output is
 * discarded. Exit status: that of the command.
 * helper threads N FILE: makes N threads that sleep, writes FILE, and sleeps.
 * helper nanosleep N FILE: likewise, in hrtimer_nanosleep(); FILE exists when all are in it.
 * helper yield N FILE: likewise; all call sched_yield() all the time.
 * Exit status 1 if that many are not possible.
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void *nap(void *unused)
{
	const struct timespec year = {.tv_sec = 365 * 24 * 3600};

	for (;;)
		nanosleep(&year, NULL);
	return unused;
}

static void *give_way(void *unused)
{
	for (;;)
		sched_yield();
	return unused;
}

static int make_threads(int count, const char *file, void *thread_main(void *))
{
	pthread_attr_t attributes;
	pthread_t thread;
	FILE *done;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, &attributes, thread_main, NULL))
			return 1;
	done = fopen(file, "w");
	if (!done || fputs("done\n", done) < 0 || fclose(done))
		return 1;
	sleep_on(NULL);
	return 0;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int spent(char **command)
{
	posix_spawn_file_actions_t actions;
	long long begin;
	int status;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	begin = now();
	if (posix_spawnp(&child, command[0], &actions, NULL, command, environ) ||
	    waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 1;
	printf("%lld\n", now() - begin);
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "spent"))
		return spent(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "threads"))
		return make_threads(atoi(argv[2]), argv[3], sleep_on);
	if (argc == 4 && !strcmp(argv[1], "nanosleep"))
		return make_threads(atoi(argv[2]), argv[3], nap);
	if (argc == 4 && !strcmp(argv[1], "yield"))
		return make_threads(atoi(argv[2]), argv[3], give_way);
	printf("%lld\n", now());
	return 0;
}
