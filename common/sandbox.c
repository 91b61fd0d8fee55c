// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/sandbox.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool join(int namespace, int type)
{
	return namespace < 0 || !setns(namespace, type);
}

/*
 * A process that enters a user namespace has all capabilities in it, and root
 * would keep them on exec and could remove the mounts. With SECBIT_NOROOT, exec
 * gives root no capabilities (capabilities(7)).
 */
static bool drop_capabilities(void)
{
	const struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return !prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) &&
	       !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !syscall(SYS_capset, &header, none);
}

bool sandbox_enter(const struct sandbox *sandbox)
{
	return join(sandbox->owner, CLONE_NEWUSER) && join(sandbox->network, CLONE_NEWNET) &&
	       join(sandbox->ipc, CLONE_NEWIPC) && join(sandbox->mounts, CLONE_NEWNS) &&
	       (!sandbox->pids || !unshare(CLONE_NEWPID)) && join(sandbox->user, CLONE_NEWUSER) &&
	       drop_capabilities();
}

/*
 * Waits for the end of `child`, reaps others, and exits with its status. Passes a SIGTERM on to
 * `receivers`, as of kill(2). No descriptor stays open: those that exec would close are locks and
 * pipes by which our parent sees when a process ends.
 */
static _Noreturn void wait_for(pid_t child, pid_t receivers, const sigset_t *signals)
{
	int status;
	pid_t pid;

	close_range(3, ~0U, 0);
	for (;;) {
		if (sigwaitinfo(signals, NULL) == SIGTERM)
			kill(receivers, SIGTERM);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (pid == child)
				_exit(WIFEXITED(status) ? WEXITSTATUS(status)
							: 128 + WTERMSIG(status));
		}
	}
}

bool sandbox_fork(const struct sandbox *sandbox)
{
	sigset_t signals, before;
	pid_t child;

	if (!sandbox->pids)
		return true;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	/* A blocked signal waits, also for an init, for which others have no effect. */
	if (sigprocmask(SIG_BLOCK, &signals, &before) || prctl(PR_SET_PDEATHSIG, SIGTERM))
		return false;
	child = fork();
	if (child < 0)
		return false;
	if (child)
		wait_for(child, child, &signals);
	/* From a process outside of the namespace, an init takes it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return false;
	child = fork();
	if (child < 0)
		return false;
	if (child)
		wait_for(child, -1, &signals);
	return !sigprocmask(SIG_SETMASK, &before, NULL);
}
