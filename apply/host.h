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
	const char *sysfs;   /* the core's folder, see core-module/lpatch_abi.h */
	const char *notes;   /* the ELF notes of the running kernel */
	const char *modules; /* a folder per loaded module */
	const char *lock;    /* held by whoever changes something */
};

/* /sys/kernel/lpatch, /sys/kernel/notes, /sys/module, /run/lpatch.lock */
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

/* LP_USAGE unless the effective user is root and has CAP_SYS_MODULE. */
struct lp_error *host_check_privileges(void);

/*
 * Waits until no other lpatch-apply or lpatch-undo is at work (and says so on
 * `sink`) and keeps others out until *fd is closed.
 */
struct lp_error *host_lock(const struct host *host, struct message_sink *sink, int *fd);

#endif
