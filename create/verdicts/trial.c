// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/trial.h"

/* Begins again with the chosen changes. */
static struct lp_error *begin(struct creation *creation, const struct verdicts *verdicts,
			      const bool *chosen)
{
	lp_try(creation_renew(creation));
	lp_try(changes_select(&verdicts->changes, chosen, &creation->patches));
	return creation_settle(creation, creation->tree->source);
}

struct lp_error *trial_run(struct creation *creation, const struct verdicts *verdicts,
			   const bool *chosen)
{
	lp_try(begin(creation, verdicts, chosen));
	return creation_run(creation);
}

/* What a trial is to do once the changes are chosen. */
typedef struct lp_error *trial_rest(struct creation *creation, const void *context);

static struct lp_error *run_quietly(struct creation *creation, const struct verdicts *verdicts,
				    const bool *chosen, trial_rest *rest, const void *context)
{
	int verbosity = creation->sink.verbosity;

	creation->sink.verbosity = MESSAGE_SILENT;
	struct lp_error *error = begin(creation, verdicts, chosen);

	if (!error)
		error = rest(creation, context);
	creation->sink.verbosity = verbosity;
	return error;
}

static struct lp_error *run_all(struct creation *creation, const void *context)
{
	(void)context;
	return creation_run(creation);
}

static struct lp_error *run_objects(struct creation *creation, const void *context)
{
	return creation_run_objects(creation, context);
}

static struct lp_error *apply(struct creation *creation, const void *context)
{
	(void)context;
	return view_make(creation->tree, &creation->patches, creation->options.fuzz,
			 &creation->view);
}

struct lp_error *trial_quietly(struct creation *creation, const struct verdicts *verdicts,
			       const bool *chosen)
{
	return run_quietly(creation, verdicts, chosen, run_all, NULL);
}

struct lp_error *trial_objects(struct creation *creation, const struct verdicts *verdicts,
			       const bool *chosen, const struct kbuild_objects *objects)
{
	return run_quietly(creation, verdicts, chosen, run_objects, objects);
}

struct lp_error *trial_apply(struct creation *creation, const struct verdicts *verdicts,
			     const bool *chosen)
{
	return run_quietly(creation, verdicts, chosen, apply, NULL);
}

bool trial_is_good(struct lp_error *error)
{
	bool good = !error || error->status == LP_NOTHING_TO_PATCH;

	lp_error_free(error);
	return good;
}
