/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel does not keep about an update, noted where it is applied:
 * when that was, by whom it was signed, and the bundle's manifest. A JSON file
 * per update in a folder that the next boot empties, as it does the kernel.
 * Also there: the last error of a host command, for monitoring.
 *
 * A record may be missing (the update was loaded by other means, the program
 * was killed): then these things are unknown, and nothing else is different.
 */
#ifndef LPATCH_APPLY_RECORD_H
#define LPATCH_APPLY_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/host.h"
#include "common/manifest.h"

struct record {
	int64_t applied;           /* seconds since 1970, by the clock of that time */
	int64_t boottime;          /* milliseconds from boot to there: no clock change moves that */
	char *signer;              /* whose signature was checked; NULL: nobody's */
	struct manifest *manifest; /* of the bundle */
};

/* Notes that the update is put in force now. `signer` may be NULL. */
struct lp_error *record_write(const struct host *host, const struct manifest *manifest,
			      const char *signer);

/*
 * Sets *record to what is noted about the update, to be freed by record_free();
 * NULL, and no error, if nothing is, or it can't be read.
 */
struct lp_error *record_read(const struct host *host, const char *id, struct record **record);

void record_remove(const struct host *host, const char *id);

void record_free(struct record *record);

static inline void cleanup_record(struct record **record)
{
	record_free(*record);
}

#define _cleanup_record_ _cleanup_(cleanup_record)

/* Seconds since the update was put in force. */
int64_t record_age(const struct record *record);

/* An error that ended a host command. */
struct record_failure {
	char *program; /* "lpatch-apply" */
	char *message;
	int64_t status; /* exit status */
	int64_t time;   /* seconds since 1970 */
};

/* Notes the error in the place of the one before; failing to do so is not worth another. */
void record_failure(const struct host *host, const char *program, const struct lp_error *error);

/* The last that was noted; all zero if none was. */
struct lp_error *record_last_failure(const struct host *host, struct record_failure *failure);

void record_failure_clear(struct record_failure *failure);

#define _cleanup_record_failure_ _cleanup_(record_failure_clear)

/* What came of applying the updates that are kept, at this boot. */
struct record_boot {
	int64_t applied, failed, passed_over; /* bundles */
	char *disabled;                       /* why nothing was applied, or NULL */
	bool noted;                           /* set by reading: it was tried at this boot */
};

static inline void record_boot_clear(struct record_boot *boot)
{
	free(boot->disabled);
}

#define _cleanup_record_boot_ _cleanup_(record_boot_clear)

/* Notes it; failing to do so is not worth an error. */
void record_boot(const struct host *host, const struct record_boot *boot);

/* What was noted, to be released by record_boot_clear(); all zero if nothing was. */
struct lp_error *record_read_boot(const struct host *host, struct record_boot *boot);

#endif
