// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaves the init of a pid namespace waiting in its exit for as long as this
 * program runs; any user may who may make user namespaces:
 *
 *	waits
 *
 * init waits in zap_pid_ns_processes() (kernel/pid_namespace.c) until all others
 * of its namespace are reaped. The other one is traced from outside, by this
 * program, which doesn't. Prints the number of the init.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

/* init of the namespace, and another process there, which says that it runs. */
static _Noreturn void run_namespace(int ready)
{
	prctl(PR_SET_NAME, "waiting-init");
	if (!fork() && write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static pid_t only_child(pid_t pid)
{
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%d", &child) != 1)
		die(path);
	fclose(file);
	return child;
}

int main(void)
{
	int ready[2];
	char byte;
	pid_t init;

	if (pipe(ready) || unshare(CLONE_NEWUSER | CLONE_NEWPID))
		die("waits");
	init = fork();
	if (!init)
		run_namespace(ready[1]);
	if (init < 0 || read(ready[0], &byte, 1) != 1)
		die("waits");
	if (ptrace(PTRACE_SEIZE, only_child(init), NULL, NULL))
		die("ptrace");
	kill(init, SIGKILL);
	printf("%d\n", init);
	fflush(stdout);
	for (;;)
		pause();
}
