// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/refusals.h"

#include <string.h>

#include "common/message.h"

struct lp_error *refusals_keep(struct refusals *refusals, struct lp_error *error)
{
	if (!error || (error->status != LP_UNSAFE && error->status != LP_NOT_PROVEN))
		return error;
	struct lp_error **grown =
		reallocarray(refusals->errors, refusals->count + 1, sizeof(*grown));

	if (!grown) {
		lp_error_free(error);
		return lp_error_no_memory();
	}
	refusals->errors = grown;
	grown[refusals->count++] = error;
	return NULL;
}

/* Prints the text as part of a list: its first line after `first`, the others after `next`. */
static void print_lines(FILE *out, const char *text, const char *first, const char *next)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		fprintf(out, "\n%s%.*s", line == text ? first : next, (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* True if a later refusal that is shown has the same hint, which is then printed once for both. */
static bool is_said_later(const struct refusals *refusals, size_t index, size_t said)
{
	for (size_t i = index + 1; i < said; i++) {
		const char *later = refusals->errors[i]->hint;

		if (later && !strcmp(later, refusals->errors[index]->hint))
			return true;
	}
	return false;
}

static void print_all(FILE *out, const struct refusals *refusals)
{
	fprintf(out, "%zu objects are refused:", refusals->count);
	size_t said = refusals->count < MESSAGE_OF_A_KIND ? refusals->count : MESSAGE_OF_A_KIND;

	for (size_t i = 0; i < said; i++) {
		const struct lp_error *error = refusals->errors[i];

		print_lines(out, error->message, "", "  ");
		if (error->hint && !is_said_later(refusals, i, said))
			print_lines(out, error->hint, "  ", "  ");
	}
	if (said < refusals->count)
		fprintf(out, "\nand %zu more", refusals->count - said);
}

struct lp_error *refusals_error(const struct refusals *refusals)
{
	enum lp_status status = LP_UNSAFE;
	_cleanup_free_ char *text = NULL;
	size_t size;

	if (!refusals->count)
		return NULL;
	if (refusals->count == 1) {
		const struct lp_error *only = refusals->errors[0];
		struct lp_error *error = lp_error_new(only->status, "%s", only->message);

		return only->hint ? lp_error_hint(error, "%s", only->hint) : error;
	}
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	print_all(out, refusals);
	if (fclose(out))
		return lp_error_no_memory();
	for (size_t i = 0; i < refusals->count; i++) {
		if (refusals->errors[i]->status == LP_NOT_PROVEN)
			status = LP_NOT_PROVEN;
	}
	return lp_error_new(status, "%s", text);
}

void refusals_clear(struct refusals *refusals)
{
	for (size_t i = 0; i < refusals->count; i++)
		lp_error_free(refusals->errors[i]);
	free(refusals->errors);
	*refusals = (struct refusals){0};
}
