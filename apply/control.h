/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talking to the core through its folders in sysfs and /proc: one function for each
 * query or request. core-module/lpatch_abi.h has the names, stages
 * and causes; docs/sysfs-lpatch describes each file.
 */
#ifndef LPATCH_APPLY_CONTROL_H
#define LPATCH_APPLY_CONTROL_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/error.h"
#include "common/file.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"

/* The result of a request to reach a stage. */
struct control_outcome {
	bool done;
	int errnum;              /* of the write to `stage`, 0 if done */
	enum lpatch_cause cause; /* LPATCH_CAUSE_NONE if done */
	char *conflicts;         /* what blocked it, may be ""; NULL if done */
};

void control_outcome_clear(struct control_outcome *outcome);

#define _cleanup_outcome_ _cleanup_(control_outcome_clear)

/* True if the core is loaded. */
bool control_core_loaded(const struct host *host);

/* The interface version of the loaded core. */
struct lp_error *control_abi(const struct host *host, unsigned int *abi);

/*
 * Checks that the core, if loaded, has the interface version of this program: LP_KERNEL_REFUSED,
 * with a hint, if it has another one; LP_INTERNAL if sysfs is not mounted, so that the core can't
 * be seen.
 */
struct lp_error *control_check_core(const struct host *host);

/* The ids of all updates that are present, in the order of their names. */
struct lp_error *control_list(const struct host *host, struct text_list *ids);

/* True if an update of that (valid) id is present, in whatever stage. */
bool control_present(const struct host *host, const char *id);

/* The stage of an update that is present. */
struct lp_error *control_stage(const struct host *host, const char *id, enum lpatch_stage *stage);

/*
 * The value in one of the update's files in sysfs (LPATCH_FILE_...), without the
 * newline at its end, to be freed by the caller.
 */
struct lp_error *control_read(const struct host *host, const char *id, const char *file,
			      char **text);

/* The same for its lists, the files of many lines in /proc. */
struct lp_error *control_lines(const struct host *host, const char *id, const char *file,
			       char **text);

/* Writes a word to a file of an update. */
struct lp_error *control_write(const struct host *host, const char *id, const char *file,
			       const char *word);

/* Adds the names of the update's parts for kernel modules ("lpatch_ID__1") that are loaded. */
struct lp_error *control_parts(const struct host *host, const char *id, struct text_list *parts);

/*
 * Gives the core the file of the update's Nth part (from 1), for a module that
 * is loaded later. The update is not applied.
 */
struct lp_error *control_give_part(const struct host *host, const char *id, size_t number,
				   const struct blob *file);

/* The text of the update's patch, exactly, to be freed by the caller. */
struct lp_error *control_patch(const struct host *host, const char *id, char **text);

/* How a stage is to be reached. */
enum control_way {
	CONTROL_REPLACE = 1, /* all other updates go out of force in the same stop */
	CONTROL_LATER = 2,   /* while this task is in user space: it may block the attempt itself */
};

/*
 * Asks the core to bring the update to a stage, once; `ways` is a sum of enum
 * control_way; `max_stop` is the longest that the check may stop the machine, in milliseconds, 0
 * for the core's own limit. A refusal is not an error: *outcome says why, and is to be
 * cleared by control_outcome_clear(). LP_INTERNAL if an attempt in the background isn't over after
 * attempt_seconds; then control_pending() says whether it is still running.
 */
struct lp_error *control_request(const struct host *host, const char *id, enum lpatch_stage stage,
				 unsigned int ways, unsigned int max_stop,
				 struct control_outcome *outcome);

/* True if the kernel is making an attempt that was asked for with CONTROL_LATER. */
bool control_pending(const struct host *host, const char *id);

/* Why the last attempt failed, or LPATCH_CAUSE_NONE. */
struct lp_error *control_cause(const struct host *host, const char *id, enum lpatch_cause *cause);

/*
 * What blocked the last attempt, in printable ASCII, to be freed by
 * the caller; "" if nothing did.
 */
struct lp_error *control_conflicts(const struct host *host, const char *id, char **text);

/* "applied", and so on. */
const char *control_stage_name(enum lpatch_stage stage);

/* "stack_busy", and its sentence for people. */
const char *control_cause_name(enum lpatch_cause cause);
const char *control_cause_sentence(enum lpatch_cause cause);

#endif
