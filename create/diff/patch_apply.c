// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "create/diff/patch_run.h"
#include "create/diff/patch_trouble.h"
#include "create/diff/patchfile.h"

/* Adds the hunks that patch(1) found at another place than their header says. */
static struct lp_error *list_offsets(const char *name, char *output, struct text_list *offsets)
{
	const char *file = "";

	for (char *line = strtok(output, "\n"); line; line = strtok(NULL, "\n")) {
		if (text_starts_with(line, "patching file "))
			file = line + strlen("patching file ");
		else if (strstr(line, "(offset "))
			lp_try(text_list_add(offsets, "%s: %s: %s", name, file, line));
	}
	return NULL;
}

static struct lp_error *apply_one(const struct patch_set *set, size_t index,
				  bool wanted(const char *path), const char *source,
				  const char *directory, const char *scratch,
				  struct text_list *offsets)
{
	_cleanup_(patch_parts_clear) struct patch_parts parts = {0};
	const char *name = set->names.items[index];
	_cleanup_free_ char *text = NULL, *said = NULL;
	bool applies;

	lp_try(patch_parts_read(name, set->texts.items[index], wanted, &parts));
	lp_try(text_list_join(&parts.texts, "", &text));
	lp_try(patch_run(directory, scratch, PATCH_FORWARD, text, &applies, &said));
	if (applies)
		return list_offsets(name, said, offsets);
	const struct patch_attempt attempt = {
		.set = set,
		.failed = index,
		.wanted = wanted,
		.source = source,
		.scratch = scratch,
	};

	return patch_trouble(&attempt, said);
}

struct lp_error *patch_set_apply(const struct patch_set *set, bool wanted(const char *path),
				 const char *source, const char *directory, const char *scratch,
				 struct message_sink *sink)
{
	_cleanup_text_list_ struct text_list offsets = {0};

	for (size_t i = 0; i < set->texts.count; i++)
		lp_try(apply_one(set, i, wanted, source, directory, scratch, &offsets));
	message_warnings(sink, "hunks that are found elsewhere", &offsets);
	return NULL;
}
