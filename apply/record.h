/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel does not keep about an update, recorded when it is applied:
 * the time, the signer, and the bundle's manifest. A JSON file per update in a
 * folder that is empty after the next boot.
 * Also there: the last error of a host command, for monitoring.
 *
 * A record may be missing (the update was loaded by other means, the program
 * was killed): then these things are unknown, and everything else works.
 */
#ifndef LPATCH_APPLY_RECORD_H
#define LPATCH_APPLY_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/host.h"
#include "common/manifest.h"

struct record {
	int64_t applied;  /* seconds since 1970, by the clock of that time */
	int64_t boottime; /* milliseconds from boot until then, independent of clock changes */
	char *signer;     /* whose signature was checked; NULL: none was */
	struct manifest *manifest; /* of the bundle */
};

/* Records that the update comes into force now. `signer` may be NULL. */
struct lp_error *record_write(const struct host *host, const struct manifest *manifest,
			      const char *signer);

/*
 * Sets *record to the record of the update, to be freed by record_free();
 * NULL, and no error, if there is none or it can't be read.
 */
struct lp_error *record_read(const struct host *host, const char *id, struct record **record);

void record_remove(const struct host *host, const char *id);

void record_free(struct record *record);

static inline void cleanup_record(struct record **record)
{
	record_free(*record);
}

#define _cleanup_record_ _cleanup_(cleanup_record)

/* Seconds since the update came into force. */
int64_t record_age(const struct record *record);

/* An error that ended a host command. */
struct record_failure {
	char *program; /* "lpatch-apply" */
	char *message;
	int64_t status; /* exit status */
	int64_t time;   /* seconds since 1970 */
};

/* Records the error instead of the previous one; a failure to do so is ignored. */
void record_failure(const struct host *host, const char *program, const struct lp_error *error);

/* The last recorded one; all zero if there is none. */
struct lp_error *record_last_failure(const struct host *host, struct record_failure *failure);

void record_failure_clear(struct record_failure *failure);

#define _cleanup_record_failure_ _cleanup_(record_failure_clear)

/* The result of applying the kept updates at this boot. */
struct record_boot {
	int64_t applied, failed, skipped; /* bundles */
	char *disabled;                   /* why nothing was applied, or NULL */
	bool noted;                       /* set by reading: applying was tried at this boot */
};

static inline void record_boot_clear(struct record_boot *boot)
{
	free(boot->disabled);
}

#define _cleanup_record_boot_ _cleanup_(record_boot_clear)

/* Records it; a failure to do so is ignored. */
void record_boot(const struct host *host, const struct record_boot *boot);

/* The record, to be released by record_boot_clear(); all zero if there is none. */
struct lp_error *record_read_boot(const struct host *host, struct record_boot *boot);

#endif
