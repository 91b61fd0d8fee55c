/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The series of Linux that lpatch was tested on, and what was seen there. */
#ifndef LPATCH_CREATE_CORE_TESTED_H
#define LPATCH_CREATE_CORE_TESTED_H

#include "common/error.h"

struct tested_series {
	const char *series; /* "6.12" */
	const char *seen;   /* what ran on it, as part of a sentence */
};

/* The entry for a release such as "6.12.117+deb12-amd64", or NULL. */
const struct tested_series *tested_find(const char *release);

/* Sets *series to "6.12" for such a release, or to all of it if it isn't one; to be freed. */
struct lp_error *tested_series_of(const char *release, char **series);

/* Sets *names to all that are in the table, "6.1, 6.12"; to be freed. */
struct lp_error *tested_names(char **names);

#endif
