// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/no_diff.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

static bool is_web_page(const char *text)
{
	static const char *const begins[] = {"<!doctype html", "<html", "<?xml", "<head"};

	text += strspn(text, " \t\n\xef\xbb\xbf");
	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		if (!strncasecmp(text, begins[i], strlen(begins[i])))
			return true;
	}
	return false;
}

/* "12c12,14", "3d2": what diff(1) prints without -u. */
static bool is_normal_diff(const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		size_t before = strspn(line, "0123456789,");
		size_t after = before && line[before] && strchr("acd", line[before])
				       ? strspn(line + before + 1, "0123456789,")
				       : 0;
		const char *next = line + strcspn(line, "\n");

		if (after && line[before + 1 + after] == '\n' && next[1] && strchr("<>", next[1]))
			return true;
	}
	return false;
}

static bool is_empty(const char *text)
{
	return !text[strspn(text, " \t\n")];
}

struct lp_error *no_diff_web_page(const char *name, const char *text)
{
	if (!is_web_page(text))
		return NULL;
	return lp_error_hint(lp_error_new(LP_NOT_APPLYING, "%s is a web page and no diff", name),
			     "Get the plain text: for many sites the address of a commit "
			     "with .patch at its end.");
}

struct lp_error *no_diff_other(const char *name, const char *text)
{
	if (!is_normal_diff(text))
		return NULL;
	return lp_error_hint(lp_error_new(LP_NOT_APPLYING, "%s is no unified diff", name),
			     "Make it with `diff -u` or git.");
}

struct lp_error *no_diff_alone(const char *name, const char *text)
{
	lp_try(no_diff_other(name, text));
	if (is_empty(text))
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "%s is empty: it changes no line of any file", name);
	return lp_error_hint(lp_error_new(LP_NOT_APPLYING,
					  "%s is no diff: it has no hunk, a part that begins with "
					  "\"@@ -\"",
					  name),
			     "Make a unified diff with `diff -u` or git.");
}
