/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which changes an error may come from. */
#ifndef LPATCH_CREATE_VERDICTS_BLAME_H
#define LPATCH_CREATE_VERDICTS_BLAME_H

#include "create/creation.h"
#include "create/kbuild.h"
#include "create/verdicts/verdict.h"

/*
 * Sets suspects[i] for each chosen change that the error may come from: it touches a file, or
 * changes the definition of a type, that the error names; or, if no change does so, any of them.
 */
void blame_suspects(const struct verdicts *verdicts, const struct lp_error *error, bool *suspects);

/* Adds copies of the objects that the last run has reached and the error names by their source. */
struct lp_error *blame_objects(const struct creation *creation, const struct lp_error *error,
			       struct kbuild_objects *objects);

/* True if `text` has the path, not as a part of a longer one. */
bool blame_names(const char *text, const char *path);

#endif
