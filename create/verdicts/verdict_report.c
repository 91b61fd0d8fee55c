// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/verdict_report.h"

#include <string.h>

#include "common/file.h"
#include "common/printable.h"
#include "create/base/directory.h"

static void print_text(const char *before, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);

	if (!copy)
		return;
	printable_utf8(copy);
	printf("%s%s", before, copy);
}

static void print_change(const struct verdicts *verdicts, size_t index)
{
	const struct change *change = &verdicts->changes.items[index];
	const struct verdict *verdict = &verdicts->items[index];

	printf("%-9s", manifest_verdict_name(verdict->kind));
	/* What a set of hunks is called begins with its first file, as its name does. */
	if (change->commit || !change->files.count ||
	    !text_starts_with(change->subject, change->files.items[0]))
		print_text(" ", change->name);
	print_text(" ", change->subject);
	for (size_t i = 0; i < change->cves.count; i++)
		printf("%s%s%s", i ? ", " : " (", change->cves.items[i],
		       i + 1 == change->cves.count ? ")" : "");
	if (verdict->kind == MANIFEST_VERDICT_NEEDS)
		print_text(": needs ", verdicts->changes.items[verdict->needs].name);
	if (verdict->reason)
		print_text(": ", verdict->reason);
	puts("");
}

void verdict_report_print(const struct verdicts *verdicts)
{
	size_t counts[MANIFEST_VERDICT_NEEDS + 1] = {0};

	for (size_t i = 0; i < verdicts->changes.count; i++) {
		print_change(verdicts, i);
		counts[verdicts->items[i].kind]++;
	}
	printf("%zu changes:", verdicts->changes.count);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (counts[i])
			printf(" %zu %s", counts[i], manifest_verdict_name(i));
	}
	puts("");
}

struct lp_error *verdict_report_source(const char *directory, const char *id, const char *patch)
{
	_cleanup_free_ char *path = NULL;

	lp_try(directory_make(directory));
	lp_try(text_format(&path, "%s/lpatch-%s.patch", directory, id));
	return file_write(path, patch, strlen(patch));
}
