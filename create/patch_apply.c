// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "common/file.h"
#include "common/process.h"
#include "create/patchfile.h"

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

/* The lines of patch(1)'s output that say what failed. */
static struct lp_error *failed_hunks(const char *name, char *output)
{
	_cleanup_free_ char *lines = NULL;
	const char *file = "";
	size_t size;
	FILE *stream = open_memstream(&lines, &size);

	if (!stream)
		return lp_error_no_memory();
	for (char *line = strtok(output, "\n"); line; line = strtok(NULL, "\n")) {
		if (text_starts_with(line, "patching file "))
			file = line + strlen("patching file ");
		else if (strstr(line, "FAILED at") || strstr(line, "malformed"))
			fprintf(stream, "\n%s: %s", file, line);
	}
	fclose(stream);
	return lp_error_hint(lp_error_new(LP_NOT_APPLYING,
					  "%s does not apply to the kernel source%s", name, lines),
			     "Rebase the diff onto the source of the target; lpatch does not guess "
			     "where the context differs.");
}

static struct lp_error *apply_one(const char *name, const char *text, const char *directory,
				  const char *scratch, struct text_list *offsets)
{
	_cleanup_free_ char *input = NULL, *output = NULL, *said = NULL;
	int status;

	lp_try(text_format(&input, "%s/patch.diff", scratch));
	lp_try(text_format(&output, "%s/patch.log", scratch));
	unlink(output);
	lp_try(file_write(input, text, strlen(text)));
	struct process patch = {
		.argv = (const char *const[]){"patch", "-p1", "--unified", "--forward", "--fuzz=0",
					      "--no-backup-if-mismatch", "--reject-file=-", NULL},
		.directory = directory,
		.input = input,
		.output = output,
	};
	lp_try(process_run(&patch, &status));
	said = process_output(output, 65536);
	if (!said)
		return lp_error_no_memory();
	if (status)
		return failed_hunks(name, said);
	return list_offsets(name, said, offsets);
}

struct lp_error *patch_set_apply(const struct patch_set *set, bool wanted(const char *path),
				 const char *directory, const char *scratch,
				 struct message_sink *sink)
{
	_cleanup_text_list_ struct text_list offsets = {0};

	for (size_t i = 0; i < set->texts.count; i++) {
		_cleanup_free_ char *text = NULL;

		lp_try(patch_text_filter(set->names.items[i], set->texts.items[i], wanted, &text));
		lp_try(apply_one(set->names.items[i], text, directory, scratch, &offsets));
	}
	message_warnings(sink, "hunks that are found elsewhere", &offsets);
	return NULL;
}
