// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/verdict.h"

#include "common/printable.h"

static struct lp_error *copy_text(char **to, const char *from)
{
	if (!from)
		return NULL;
	lp_try(text_format(to, "%s", from));
	/* Messages of commits, and what compilers say, may have any bytes. */
	printable_utf8(*to);
	return NULL;
}

static struct lp_error *copy_texts(struct text_list *to, const struct text_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		lp_try(text_list_add(to, "%s", from->items[i]));
	return NULL;
}

static struct lp_error *tell(const struct verdicts *verdicts, size_t index,
			     struct manifest_change *to)
{
	const struct change *change = &verdicts->changes.items[index];
	const struct verdict *verdict = &verdicts->items[index];

	lp_try(copy_text(&to->name, change->name));
	lp_try(copy_text(&to->subject, change->subject));
	lp_try(copy_text(&to->commit, change->commit));
	lp_try(copy_text(&to->upstream, change->upstream));
	lp_try(copy_texts(&to->fixes, &change->fixes));
	lp_try(copy_texts(&to->cves, &change->cves));
	lp_try(copy_texts(&to->files, &change->files));
	to->verdict = verdict->kind;
	lp_try(copy_text(&to->reason, verdict->reason));
	if (verdict->kind == MANIFEST_VERDICT_NEEDS)
		lp_try(copy_text(&to->needs, verdicts->changes.items[verdict->needs].name));
	return copy_texts(&to->functions, &verdict->functions);
}

struct lp_error *verdicts_tell(const struct verdicts *verdicts, struct manifest *manifest)
{
	manifest->changes = calloc(verdicts->changes.count + 1, sizeof(*manifest->changes));
	if (!manifest->changes)
		return lp_error_no_memory();
	for (size_t i = 0; i < verdicts->changes.count; i++)
		lp_try(tell(verdicts, i, &manifest->changes[manifest->nr_changes++]));
	return NULL;
}

void verdicts_clear(struct verdicts *verdicts)
{
	for (size_t i = 0; verdicts->items && i < verdicts->changes.count; i++) {
		free(verdicts->items[i].reason);
		text_list_clear(&verdicts->items[i].functions);
	}
	free(verdicts->items);
	free(verdicts->chosen);
	changes_clear(&verdicts->changes);
	patch_set_clear(&verdicts->set);
	*verdicts = (struct verdicts){0};
}
