/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place apart for programs: namespaces that somebody has prepared and keeps. To enter
 * one costs a few system calls, so every program can be started in it.
 */
#ifndef LPATCH_COMMON_SANDBOX_H
#define LPATCH_COMMON_SANDBOX_H

#include <stdbool.h>

/* Descriptors of files in /proc/PID/ns, or -1 for what is not apart. */
struct sandbox {
	int owner; /* the user namespace to which the next three belong */
	int network;
	int ipc;
	int mounts;
	int user; /* one below `owner`, in which users have their own numbers again */
};

/*
 * Makes the calling process, which must have one thread, one of the sandbox: without any
 * capability, and without a way to get some. Its directory is "/" then. False, with
 * errno, if that fails: the process must not go on.
 */
bool sandbox_enter(const struct sandbox *sandbox);

#endif
