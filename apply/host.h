/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running host: its files, whether an update is for it, and permission to change it. */
#ifndef LPATCH_APPLY_HOST_H
#define LPATCH_APPLY_HOST_H

#include "common/manifest.h"
#include "common/message.h"

/*
 * The files and folders in which the running kernel is inspected. The programs use only
 * host_running(); unit tests use their own folder.
 */
struct host {
	const char *sysfs;     /* the core's folder, see core-module/lpatch_abi.h */
	const char *lists;     /* the core's lists, likewise */
	const char *notes;     /* the ELF notes of the running kernel */
	const char *modules;   /* a folder per loaded module */
	const char *proc;      /* meminfo, kallsyms, sys/kernel/… */
	const char *lockdown;  /* what lockdown forbids */
	const char *livepatch; /* a folder per live patch of the kernel's livepatch subsystem */
	const char *kprobes;   /* the list of all kprobes */
	const char *tracing;   /* the folder of tracefs */
	const char *trusted;   /* certificates of trusted signers */
	const char *store;     /* bundles that are applied again at boot */
	const char *records;   /* records of updates until the next boot */
	const char *lock;      /* held while something is changed */
	/* Limits for waiting, in seconds. */
	unsigned int lock_seconds;    /* for another command, which holds the lock */
	unsigned int attempt_seconds; /* for an attempt of the kernel in the background */
};

/* What a stock system has: /sys/kernel/lpatch, /proc, /etc/lpatch/trusted.d, /run/lpatch, … */
const struct host *host_running(void);

/*
 * Checks that the target is the running kernel: architecture and release
 * (uname(2)), then build id (the NT_GNU_BUILD_ID note). LP_WRONG_HOST with
 * both values if one differs.
 */
struct lp_error *host_check_target(const struct host *host, const struct manifest_target *target);

/*
 * Sets *build_id to the build id of the running kernel in lower-case hex, to be
 * freed by the caller. LP_WRONG_HOST if the kernel shows none.
 */
struct lp_error *host_build_id(const struct host *host, char **build_id);

/*
 * The first line of a small file, without its newline, to be freed by the
 * caller; NULL, and no error, if the file can't be opened: this
 * kernel doesn't have it.
 */
struct lp_error *host_read_line(const char *folder, const char *file, char **line);

/*
 * Gives this process the highest priority of ordinary processes (nice value -20), as root. What
 * changes the kernel holds locks that others wait for; busy processes of users should slow it
 * little. Without the permission (CAP_SYS_NICE) the priority stays as it is.
 */
void host_raise_priority(void);

/* LP_USAGE unless the effective user is root and has CAP_SYS_MODULE. */
struct lp_error *host_check_privileges(void);

/*
 * Waits until no other lpatch-apply or lpatch-undo is running (with a message on
 * `sink`) and locks others out until *fd is closed. LP_INTERNAL if one is still running after
 * lock_seconds, or `timeout` seconds if that is more. Uses ITIMER_REAL and SIGALRM.
 */
struct lp_error *host_lock(const struct host *host, struct message_sink *sink, unsigned int timeout,
			   int *fd);

#endif
