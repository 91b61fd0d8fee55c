// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/judge.h"

#include <string.h>

#include "create/base/source_path.h"
#include "create/verdicts/blame.h"
#include "create/verdicts/outcome.h"
#include "create/verdicts/relevant.h"
#include "create/verdicts/trial.h"

/* The most left-out changes with which one that doesn't compile is tried again. */
#define MOST_NEEDED 16

/* One failed run of all chosen changes, while the changes to blame are looked for. */
struct inquiry {
	struct creation *creation;
	struct verdicts *verdicts;
	bool *suspects;
	bool *relevant; /* to the objects that were refused; all, if there are none */
	bool *chosen;   /* of the trial at hand */
	struct kbuild_objects objects; /* that were refused; none: a trial is for all */
	bool only_apply;               /* a patch did not apply */
	size_t nr_left_out;            /* by this inquiry */
};

/* How many changes are in the set. */
static size_t count_in(const struct verdicts *verdicts, const bool *set)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdicts->changes.count; i++)
		nr += set[i];
	return nr;
}

/* Errors that say nothing of any change. */
static bool is_about_changes(const struct lp_error *error)
{
	return error->status == LP_UNSAFE || error->status == LP_NOT_PROVEN ||
	       error->status == LP_BUILD_FAILED || error->status == LP_NOT_APPLYING;
}

/* It is not complete without something else. */
static bool is_incomplete(const struct lp_error *error)
{
	return error && (error->status == LP_BUILD_FAILED || error->status == LP_NOT_APPLYING);
}

static struct lp_error *run_trial(const struct inquiry *inquiry)
{
	if (inquiry->only_apply)
		return trial_apply(inquiry->creation, inquiry->verdicts, inquiry->chosen);
	if (inquiry->objects.count)
		return trial_objects(inquiry->creation, inquiry->verdicts, inquiry->chosen,
				     &inquiry->objects);
	return trial_quietly(inquiry->creation, inquiry->verdicts, inquiry->chosen);
}

/* The line of a compiler's output that says what is wrong. */
static struct lp_error *first_complaint(const char *message, char **line)
{
	const char *at = strstr(message, "error:");

	if (!at)
		return text_format(line, "%.*s", (int)strcspn(message, "\n"), message);
	while (at > message && at[-1] != '\n')
		at--;
	return text_format(line, "%.*s: %.*s", (int)strcspn(message, "\n"), message,
			   (int)strcspn(at, "\n"), at);
}

/* The error's message with its lines one behind the other. */
static struct lp_error *one_line(const struct lp_error *error, char **line)
{
	size_t size;

	if (error->status == LP_BUILD_FAILED)
		return first_complaint(error->message, line);
	FILE *out = open_memstream(line, &size);

	if (!out)
		return lp_error_no_memory();
	for (const char *at = error->message; *at; at++) {
		if (*at != '\n')
			fputc(*at, out);
		else
			fputs(at[-1] == ':' ? " " : "; ", out);
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

/* Leaves the change out, for the reason that the error gives. */
static struct lp_error *leave_out(const struct inquiry *inquiry, size_t index,
				  const struct lp_error *error)
{
	struct verdict *verdict = &inquiry->verdicts->items[index];

	inquiry->verdicts->chosen[index] = inquiry->chosen[index] = false;
	verdict->kind = MANIFEST_VERDICT_LEFT_OUT;
	return one_line(error, &verdict->reason);
}

/*
 * Looks for a left-out change with which the change is complete. Earlier ones are likelier than
 * later ones, and those that touch the same files likelier than others.
 */
static struct lp_error *find_needed(struct inquiry *inquiry, size_t index,
				    const struct lp_error *failed)
{
	const struct verdicts *verdicts = inquiry->verdicts;
	struct verdict *verdict = &verdicts->items[index];
	size_t tried = 0;

	for (int round = 0; round < 2; round++) {
		for (size_t i = verdicts->changes.count; i--;) {
			bool left_out = verdicts->items[i].kind == MANIFEST_VERDICT_LEFT_OUT ||
					verdicts->items[i].kind == MANIFEST_VERDICT_NEEDS;
			bool near = change_shares_files(&verdicts->changes.items[i],
							&verdicts->changes.items[index]);

			if (i == index || !left_out || near == (round == 1) || tried == MOST_NEEDED)
				continue;
			tried++;
			inquiry->chosen[index] = inquiry->chosen[i] = true;
			/* The other change may not compile itself. */
			_cleanup_error_ struct lp_error *error =
				failed->status == LP_NOT_APPLYING
					? trial_apply(inquiry->creation, inquiry->verdicts,
						      inquiry->chosen)
					: run_trial(inquiry);

			inquiry->chosen[index] = inquiry->chosen[i] = false;
			if (error && !is_about_changes(error) &&
			    error->status != LP_NOTHING_TO_PATCH)
				return take(error);
			if (is_incomplete(error))
				continue;
			verdict->kind = MANIFEST_VERDICT_NEEDS;
			verdict->needs = i;
			return NULL;
		}
	}
	return NULL;
}

/* What a change is refused for without its init code, in place of that code; releases the error. */
static struct lp_error *take_refusal(struct lp_error *error, struct verdict *verdict)
{
	struct lp_error *trouble = NULL;

	if (error->status != LP_NOTHING_TO_PATCH && !is_about_changes(error))
		return error;
	if (error->status == LP_NOTHING_TO_PATCH)
		verdict->kind = MANIFEST_VERDICT_INIT;
	if (error->status == LP_UNSAFE) {
		free(take(verdict->reason));
		trouble = one_line(error, &verdict->reason);
	}
	lp_error_free(error);
	return trouble;
}

/*
 * A change that was refused for init code gets the verdict "init" if it changes nothing else, by
 * itself. Of one that also changes other code the rest is not taken: it may rely on what the init
 * code would have done. If the rest is refused as well, that is the better reason.
 */
static struct lp_error *look_past_init(const struct inquiry *inquiry, size_t index,
				       const struct lp_error *refusal)
{
	struct create_options *options = &inquiry->creation->options;
	struct verdict *verdict = &inquiry->verdicts->items[index];
	const bool skips = options->skip_init;

	if (refusal->status != LP_UNSAFE || !strstr(refusal->message, "--skip-init"))
		return NULL;
	bool *alone = calloc(inquiry->verdicts->changes.count, sizeof(*alone));

	if (!alone)
		return lp_error_no_memory();
	alone[index] = true;
	options->skip_init = true;
	struct lp_error *error = trial_quietly(inquiry->creation, inquiry->verdicts, alone);

	options->skip_init = skips;
	free(alone);
	return error ? take_refusal(error, verdict) : NULL;
}

/* Adds one suspect to those that passed; leaves it out if they don't pass with it. */
static struct lp_error *try_suspect(struct inquiry *inquiry, size_t index)
{
	inquiry->chosen[index] = true;
	message_progress_within(&inquiry->creation->sink, "trying %s",
				inquiry->verdicts->changes.items[index].name);
	_cleanup_error_ struct lp_error *error = run_trial(inquiry);

	if (!error || error->status == LP_NOTHING_TO_PATCH)
		return NULL;
	if (!is_about_changes(error))
		return take(error);
	lp_try(leave_out(inquiry, index, error));
	inquiry->nr_left_out++;
	lp_try(look_past_init(inquiry, index, error));
	return is_incomplete(error) ? find_needed(inquiry, index, error) : NULL;
}

/*
 * Tries a range of the list of changes: all of it at once, and if they don't pass, each half, so
 * that a few changes to leave out among many take few trials.
 */
static struct lp_error *try_range(struct inquiry *inquiry, const size_t *indexes, size_t count)
{
	if (count <= 1)
		return count ? try_suspect(inquiry, indexes[0]) : NULL;
	for (size_t i = 0; i < count; i++)
		inquiry->chosen[indexes[i]] = true;
	message_progress_within(&inquiry->creation->sink, "trying %zu changes", count);
	_cleanup_error_ struct lp_error *error = run_trial(inquiry);

	if (!error || error->status == LP_NOTHING_TO_PATCH)
		return NULL;
	if (!is_about_changes(error))
		return take(error);
	for (size_t i = 0; i < count; i++)
		inquiry->chosen[indexes[i]] = false;
	lp_try(try_range(inquiry, indexes, count / 2));
	return try_range(inquiry, indexes + count / 2, count - count / 2);
}

/* Suspects all chosen changes that are relevant. */
static void suspect_all(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->verdicts->changes.count; i++)
		inquiry->suspects[i] = inquiry->verdicts->chosen[i] && inquiry->relevant[i];
}

/* The trial at hand is for all chosen changes that are relevant and no suspects. */
static void choose_others(struct inquiry *inquiry)
{
	const struct verdicts *verdicts = inquiry->verdicts;

	for (size_t i = 0; i < verdicts->changes.count; i++)
		inquiry->chosen[i] =
			verdicts->chosen[i] && inquiry->relevant[i] && !inquiry->suspects[i];
}

/*
 * Finds the changes that are relevant to the objects that were refused, and suspects no others. A
 * trial of a few changes takes seconds, one of all of a stable update a minute.
 */
static struct lp_error *find_relevant(struct inquiry *inquiry)
{
	const size_t count = inquiry->verdicts->changes.count;

	memset(inquiry->relevant, true, count * sizeof(*inquiry->relevant));
	if (!inquiry->objects.count)
		return NULL;
	lp_try(relevant_changes(inquiry->creation, inquiry->verdicts, &inquiry->objects,
				inquiry->relevant));
	for (size_t i = 0; i < count; i++)
		inquiry->suspects[i] = inquiry->suspects[i] && inquiry->relevant[i];
	return NULL;
}

/*
 * Tries the suspects in the order of the changes on top of the others, which must have passed. All
 * at once have failed already.
 */
static struct lp_error *try_suspects(struct inquiry *inquiry)
{
	const struct verdicts *verdicts = inquiry->verdicts;
	_cleanup_free_ size_t *indexes = calloc(verdicts->changes.count + 1, sizeof(*indexes));
	size_t count = 0;

	if (!indexes)
		return lp_error_no_memory();
	choose_others(inquiry);
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		if (inquiry->suspects[i] && verdicts->chosen[i])
			indexes[count++] = i;
	}
	lp_try(try_range(inquiry, indexes, count / 2));
	return try_range(inquiry, indexes + count / 2, count - count / 2);
}

/* Whether what was refused passes without the suspects. */
static struct lp_error *others_pass(struct inquiry *inquiry, bool *pass)
{
	choose_others(inquiry);
	*pass = !count_in(inquiry->verdicts, inquiry->chosen);
	if (*pass)
		return NULL;
	struct lp_error *error = run_trial(inquiry);

	if (error && !is_about_changes(error) && error->status != LP_NOTHING_TO_PATCH)
		return error;
	*pass = trial_is_good(error);
	return NULL;
}

static struct lp_error *inquire(struct inquiry *inquiry, const struct lp_error *error)
{
	bool pass;

	blame_suspects(inquiry->verdicts, error, inquiry->suspects);
	inquiry->only_apply = error->status == LP_NOT_APPLYING;
	if (!inquiry->only_apply)
		lp_try(blame_objects(inquiry->creation, error, &inquiry->objects));
	lp_try(find_relevant(inquiry));
	message_progress(&inquiry->creation->sink, "finding which of %zu changes are refused",
			 count_in(inquiry->verdicts, inquiry->suspects));
	lp_try(others_pass(inquiry, &pass));
	if (!pass)
		suspect_all(inquiry);
	lp_try(try_suspects(inquiry));
	if (inquiry->nr_left_out)
		return NULL;
	/* It takes more than these objects for the refusal. */
	kbuild_objects_clear(&inquiry->objects);
	inquiry->objects = (struct kbuild_objects){0};
	inquiry->only_apply = false;
	lp_try(find_relevant(inquiry));
	suspect_all(inquiry);
	return try_suspects(inquiry);
}

/* Finds changes to leave out after a failed run; gives the error back if there are none. */
static struct lp_error *find_culprits(struct creation *creation, struct verdicts *verdicts,
				      struct lp_error *failed)
{
	struct inquiry inquiry = {
		.creation = creation,
		.verdicts = verdicts,
		.suspects = calloc(verdicts->changes.count + 1, sizeof(bool)),
		.relevant = calloc(verdicts->changes.count + 1, sizeof(bool)),
		.chosen = calloc(verdicts->changes.count + 1, sizeof(bool)),
	};
	struct lp_error *error = inquiry.suspects && inquiry.relevant && inquiry.chosen
					 ? inquire(&inquiry, failed)
					 : lp_error_no_memory();

	kbuild_objects_clear(&inquiry.objects);
	free(inquiry.suspects);
	free(inquiry.relevant);
	free(inquiry.chosen);
	if (error || inquiry.nr_left_out) {
		lp_error_free(failed);
		return error;
	}
	return lp_error_context(failed, "no single change is to blame");
}

/* Each round leaves out at least one change. */
static struct lp_error *judge_all(struct creation *creation, struct verdicts *verdicts)
{
	for (;;) {
		size_t chosen = count_in(verdicts, verdicts->chosen);

		if (!chosen)
			return lp_error_new(LP_NOTHING_TO_PATCH,
					    "nothing to patch: none of the %zu changes can be in "
					    "an update",
					    verdicts->changes.count);
		message_progress(&creation->sink, "building %zu of %zu changes", chosen,
				 verdicts->changes.count);
		struct lp_error *error = trial_run(creation, verdicts, verdicts->chosen);

		if (!error)
			return outcome_find(creation, verdicts);
		if (error->status == LP_NOTHING_TO_PATCH)
			lp_try(outcome_nothing(creation, verdicts));
		if (!is_about_changes(error))
			return error;
		lp_try(find_culprits(creation, verdicts, error));
	}
}

/* A change of nothing but documents and the like has no parts. */
static struct lp_error *begin(struct creation *creation, struct verdicts *verdicts)
{
	verdicts->set = creation->patches;
	creation->patches = (struct patch_set){0};
	lp_try(patch_set_pass_over(&verdicts->set, source_path_aside));
	lp_try(changes_read(&verdicts->set, creation->tree->source, &verdicts->changes));
	for (size_t i = 0; i < creation->options.cves.count; i++)
		lp_try(changes_read_cves(&verdicts->changes, creation->options.cves.items[i]));
	verdicts->items = calloc(verdicts->changes.count + 1, sizeof(*verdicts->items));
	verdicts->chosen = calloc(verdicts->changes.count + 1, sizeof(*verdicts->chosen));
	if (!verdicts->items || !verdicts->chosen)
		return lp_error_no_memory();
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		verdicts->chosen[i] = verdicts->changes.items[i].nr_parts > 0;
		verdicts->items[i].kind =
			verdicts->chosen[i] ? MANIFEST_VERDICT_IN : MANIFEST_VERDICT_NOT_BUILT;
	}
	return NULL;
}

struct lp_error *judge(struct creation *creation, struct verdicts *verdicts)
{
	lp_try(begin(creation, verdicts));
	return judge_all(creation, verdicts);
}
