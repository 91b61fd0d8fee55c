/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sandbox for programs: namespaces that another process has prepared and holds. To
 * enter one costs a few system calls, so every program can be started in it.
 */
#ifndef LPATCH_COMMON_SANDBOX_H
#define LPATCH_COMMON_SANDBOX_H

#include <stdbool.h>

/* Descriptors of files in /proc/PID/ns, or -1 for a namespace that is not separate. */
struct sandbox {
	int owner; /* the user namespace to which the next three belong */
	int network;
	int ipc;
	int mounts;
	int user;  /* a child of `owner` that maps users to their own numbers again */
	bool pids; /* each program gets a PID namespace of its own */
};

/*
 * Moves the calling process, which must have one thread, into the sandbox, without
 * capabilities and without a way to get any. Its directory is then "/". False, with
 * errno, if that fails: the process must then exit.
 */
bool sandbox_enter(const struct sandbox *sandbox);

/*
 * After sandbox_enter(): starts two more processes, for a PID namespace in which only one
 * program runs. The caller waits outside of the namespace, its child is the namespace's init,
 * and true is returned in the child of that, which is to execute the program. When it ends, the
 * init ends, and the kernel kills all other processes in the namespace; the caller then exits with
 * the program's exit status, or 128 + the signal that killed it. When the parent of the caller
 * ends, every process gets a SIGTERM. Without sandbox->pids nothing is done, and true returned.
 * False, with errno, if a process can't be started: it must then exit.
 */
bool sandbox_fork(const struct sandbox *sandbox);

#endif
