// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaves the init of a pid namespace waiting in its exit for as long as this
 * program runs. Any user who can create user namespaces can do this:
 *
 *	waits [last]
 *
 * init waits in zap_pid_ns_processes() (kernel/pid_namespace.c) until all others
 * of its namespace are reaped. The other one is a child of the init that this program traces from
 * outside, and doesn't reap: init waits for its children. With "last" it is a child of this
 * program: init waits in the last loop of that function, for what others have to reap. Prints the
 * number of the init.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Says that it runs. */
static _Noreturn void run(int ready)
{
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* init of the namespace, and perhaps another process there; the last one says that it runs. */
static _Noreturn void run_init(int ready, bool has_child)
{
	prctl(PR_SET_NAME, "waiting-init");
	if (!has_child || !fork())
		run(ready);
	for (;;)
		pause();
}

static void wait_until_ready(int ready)
{
	char byte;

	if (read(ready, &byte, 1) != 1)
		die("waits: read");
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

int main(int argc, char **argv)
{
	bool last = argc == 2 && !strcmp(argv[1], "last");
	int ready[2];
	pid_t init;

	if (pipe(ready) || unshare(CLONE_NEWUSER | CLONE_NEWPID))
		die("waits");
	init = fork();
	if (!init)
		run_init(ready[1], !last);
	if (init < 0)
		die("waits: fork");
	wait_until_ready(ready[0]);
	if (last) {
		if (!fork())
			run(ready[1]);
		wait_until_ready(ready[0]);
	} else if (ptrace(PTRACE_SEIZE, only_child(init), NULL, NULL)) {
		die("ptrace");
	}
	kill(init, SIGKILL);
	printf("%d\n", init);
	fflush(stdout);
	for (;;)
		pause();
}
