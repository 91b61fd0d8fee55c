// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/blame.h"

#include <ctype.h>
#include <string.h>

#include "create/c_text.h"

static bool is_path(char c)
{
	return isalnum((unsigned char)c) || strchr("_-./+", c);
}

bool blame_names(const char *text, const char *path)
{
	size_t length = strlen(path);

	for (const char *at = text; (at = strstr(at, path)); at += length) {
		/* A sentence may end behind it. */
		bool ends = !at[length] || !is_path(at[length]) ||
			    (at[length] == '.' &&
			     (!at[length + 1] || isspace((unsigned char)at[length + 1])));

		if ((at == text || !is_path(at[-1])) && ends)
			return true;
	}
	return false;
}

static bool touches_named(const struct change *change, const char *text)
{
	for (size_t i = 0; i < change->files.count; i++) {
		if (blame_names(text, change->files.items[i]))
			return true;
	}
	return false;
}

/* The word behind "struct ", "union " or "enum " in a line, if that is one. */
static bool names_type(const char *text, const char *word, size_t length)
{
	static const char *const kinds[] = {"struct ", "union ", "enum "};

	for (const char *at = text; (at = memmem(at, strlen(at), word, length)); at += length) {
		if (definition_is_word(at[length]))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			size_t before = strlen(kinds[i]);

			if ((size_t)(at - text) >= before &&
			    !strncmp(at - before, kinds[i], before))
				return true;
		}
	}
	return false;
}

/* Whether a line of the hunk, or what its header shows, names a type that the text names. */
static bool hunk_names_type(const struct diff_hunk *hunk, const char *text)
{
	for (size_t i = 0; i <= hunk->nr_lines; i++) {
		bool heading = i == hunk->nr_lines;
		const char *at = heading ? hunk->heading : hunk->lines[i].text;
		size_t length = heading ? hunk->heading_length : hunk->lines[i].length;
		_cleanup_free_ char *line = at ? strndup(at, length) : NULL;
		const char *rest = line, *word;
		bool member;

		while (rest && (length = definition_next_word(&rest, &word, &member))) {
			if (names_type(text, word, length))
				return true;
		}
	}
	return false;
}

static bool touches_type(const struct verdicts *verdicts, const struct change *change,
			 const char *text)
{
	for (size_t i = 0; i < change->nr_parts; i++) {
		const struct change_part *part = &change->parts[i];
		const struct diff_hunk *hunk;

		for (size_t k = 0; (hunk = change_part_hunk(&verdicts->set, part, k)); k++) {
			if (hunk_names_type(hunk, text))
				return true;
		}
	}
	return false;
}

void blame_suspects(const struct verdicts *verdicts, const struct lp_error *error, bool *suspects)
{
	bool any = false;

	for (size_t i = 0; i < verdicts->changes.count; i++) {
		const struct change *change = &verdicts->changes.items[i];

		suspects[i] =
			verdicts->chosen[i] && (touches_named(change, error->message) ||
						touches_type(verdicts, change, error->message));
		any = any || suspects[i];
	}
	if (!any)
		memcpy(suspects, verdicts->chosen, verdicts->changes.count * sizeof(*suspects));
}

struct lp_error *blame_objects(const struct creation *creation, const struct lp_error *error,
			       struct kbuild_objects *objects)
{
	const struct kbuild_objects *reached = &creation->affected.objects;

	for (size_t i = 0; i < reached->count; i++) {
		if (!reached->items[i].is_new &&
		    blame_names(error->message, reached->items[i].source))
			lp_try(kbuild_objects_add(objects, &reached->items[i]));
	}
	return NULL;
}
