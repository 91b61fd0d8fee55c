/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running host: where it shows itself, whether an update is for it, and who may change it. */
#ifndef LPATCH_APPLY_HOST_H
#define LPATCH_APPLY_HOST_H

#include "common/manifest.h"
#include "common/message.h"

/*
 * Where the running kernel is looked at. The programs use host_running() and
 * nothing else; unit tests point to a folder of their own.
 */
struct host {
	const char *sysfs;     /* the core's folder, see core-module/lpatch_abi.h */
	const char *lists;     /* the core's lists, likewise */
	const char *notes;     /* the ELF notes of the running kernel */
	const char *modules;   /* a folder per loaded module */
	const char *proc;      /* meminfo, kallsyms, sys/kernel/… */
	const char *lockdown;  /* what lockdown forbids */
	const char *livepatch; /* a folder per live patch of the kernel's own kind */
	const char *kprobes;   /* the list of all kprobes */
	const char *tracing;   /* the folder of tracefs */
	const char *trusted;   /* certificates of those whose updates may be applied */
	const char *store;     /* bundles that are applied again at boot */
	const char *records;   /* what is noted about updates until the next boot */
	const char *lock;      /* held by whoever changes something */
	/* How long somebody else's work is waited for, in seconds. */
	unsigned int lock_seconds;    /* another command's, which holds the lock */
	unsigned int attempt_seconds; /* the kernel's, at an attempt that is made later */
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
 * caller; NULL, and no error, if the file can't be opened: it stands for
 * something that this kernel doesn't have.
 */
struct lp_error *host_read_line(const char *folder, const char *file, char **line);

/* LP_USAGE unless the effective user is root and has CAP_SYS_MODULE. */
struct lp_error *host_check_privileges(void);

/*
 * Waits until no other lpatch-apply or lpatch-undo is at work (and says so on
 * `sink`) and keeps others out until *fd is closed. LP_INTERNAL if one still is after
 * lock_seconds, or `timeout` seconds if these are more. Uses ITIMER_REAL and SIGALRM.
 */
struct lp_error *host_lock(const struct host *host, struct message_sink *sink, unsigned int timeout,
			   int *fd);

#endif
