/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error is a value: the exit status it leads to, a sentence that says what
 * happened to what, and a hint that says what to do next.
 *
 * Every function that can fail returns `struct lp_error *`: NULL when done, or
 * an error that the caller owns. It is passed up, given context on the way
 * (lp_error_context), and printed once, at the top (message_error).
 */
#ifndef LPATCH_COMMON_ERROR_H
#define LPATCH_COMMON_ERROR_H

#include "common/cleanup.h"

/* Exit statuses, the same in every program; each has its line in the man pages. */
enum lp_status {
	LP_DONE = 0,
	LP_INTERNAL = 1,     /* internal error, or a failure of the system (disk full, no memory) */
	LP_USAGE = 2,        /* wrong usage */
	LP_NOT_APPLYING = 3, /* the patch does not apply */
	LP_NOT_PROVEN = 4,   /* the kernel can't be reproduced */
	LP_UNSAFE = 5,       /* refused: not safe as a live update */
	LP_BUILD_FAILED = 6, /* the build failed */
	LP_NOTHING_TO_PATCH = 7,
	LP_KERNEL_REFUSED = 8, /* busy, mismatch, conflict */
	LP_WRONG_HOST = 9,     /* release, build id, architecture */
	LP_BAD_BUNDLE = 10,    /* bad bundle or signature */
};

struct lp_error {
	enum lp_status status;
	char *message; /* one or more lines without a final newline */
	char *hint;    /* what to do next, or NULL */
};

/*
 * A new error. Never returns NULL: without memory it returns a static error
 * that says so, which lp_error_free() leaves alone.
 */
struct lp_error *lp_error_new(enum lp_status status, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* The same, with ": " and the text of the given errno value after the message. */
struct lp_error *lp_error_errno(int errnum, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* A static error for a failed allocation. */
struct lp_error *lp_error_no_memory(void) __attribute__((returns_nonnull));

/* Puts "context: " before the message of `error`; returns `error`. NULL stays NULL. */
struct lp_error *lp_error_context(struct lp_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sets what the user can do about it; returns `error`. NULL stays NULL. */
struct lp_error *lp_error_hint(struct lp_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void lp_error_free(struct lp_error *error);

static inline void cleanup_error(struct lp_error **error)
{
	lp_error_free(*error);
}

#define _cleanup_error_ _cleanup_(cleanup_error)

/* Returns from the calling function when `expression` gives an error. */
#define lp_try(expression)                                  \
	do {                                                \
		struct lp_error *try_error_ = (expression); \
		if (try_error_)                             \
			return try_error_;                  \
	} while (0)

#endif
