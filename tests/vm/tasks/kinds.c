// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks of one kind, until they are killed:
 *
 *	kinds KIND
 *
 * vfork waits for its child, which has its memory; exec and exit are held by a tracer
 * in the middle of exec and of exit, traced at the entry of a system call; dead is
 * not waited for; spin runs in user space, yield in and out of the kernel. Prints
 * the number of the task that it is about.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(pid_t pid)
{
	printf("%d\n", pid);
	fflush(stdout);
}

/* A child that stops before an operation, and that its tracer stops in the middle of it. */
static int hold(int options, enum __ptrace_request go_on, void act(void))
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return 1;
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		act();
		_exit(1);
	}
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | options) ||
	    ptrace(go_on, child, NULL, NULL) || waitpid(child, &status, 0) != child ||
	    !WIFSTOPPED(status))
		return 1;
	tell(child);
	pause();
	return 0;
}

static void act_exec(void)
{
	execl("/bin/true", "true", NULL);
}

static void act_exit(void)
{
	_exit(0);
}

static void act_call(void)
{
	syscall(SYS_getppid);
}

static int be_dead(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	tell(child);
	pause();
	return 0;
}

static int be_vfork(void)
{
	tell(getpid());
	if (!vfork()) {
		pause();
		_exit(0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *kind = argc == 2 ? argv[1] : "";

	if (!strcmp(kind, "vfork"))
		return be_vfork();
	if (!strcmp(kind, "exec"))
		return hold(PTRACE_O_TRACEEXEC, PTRACE_CONT, act_exec);
	if (!strcmp(kind, "exit"))
		return hold(PTRACE_O_TRACEEXIT, PTRACE_CONT, act_exit);
	if (!strcmp(kind, "traced"))
		return hold(0, PTRACE_SYSCALL, act_call);
	if (!strcmp(kind, "dead"))
		return be_dead();
	tell(getpid());
	while (!strcmp(kind, "spin"))
		;
	while (!strcmp(kind, "yield"))
		sched_yield();
	return 2;
}
