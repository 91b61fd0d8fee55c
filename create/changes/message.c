// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/message.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

/* Digits of a commit's name; git's SHA-1. */
#define COMMIT_DIGITS 40

/* The fewest digits by which the kernel's messages name a commit. */
#define FEWEST_DIGITS 8

/* Lines that diff -r writes between the diffs of files. */
static const char *const no_words[] = {"Only in ", "Binary files ", "Files ",
				       "Common subdirectories: "};

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

static bool begins_diff(const char *line)
{
	return text_starts_with(line, "diff -") || text_starts_with(line, "Index: ") ||
	       (text_starts_with(line, "--- ") && text_starts_with(next_line(line), "+++ "));
}

/* The text before the first diff. */
static size_t message_length(const char *text)
{
	const char *line = text;

	while (*line && !begins_diff(line))
		line = next_line(line);
	return (size_t)(line - text);
}

static size_t hex_length(const char *text)
{
	size_t length = 0;

	while (isxdigit((unsigned char)text[length]) && !isupper((unsigned char)text[length]))
		length++;
	return length;
}

/* A commit's name of at least FEWEST_DIGITS at the start of the text, or 0. */
static size_t commit_length(const char *text)
{
	size_t length = hex_length(text);

	return length >= FEWEST_DIGITS && length <= COMMIT_DIGITS &&
			       !isalnum((unsigned char)text[length])
		       ? length
		       : 0;
}

static struct lp_error *set_text(char **place, const char *text, size_t length)
{
	if (*place)
		return NULL;
	*place = strndup(text, length);
	return *place ? NULL : lp_error_no_memory();
}

struct lp_error *message_add_cves(const char *text, size_t length, struct text_list *cves)
{
	for (const char *at = text; (size_t)(at - text) + 4 < length; at++) {
		size_t year, number;

		if (strncmp(at, "CVE-", 4) || (at != text && isalnum((unsigned char)at[-1])))
			continue;
		year = strspn(at + 4, "0123456789");
		if (year != 4 || at[8] != '-')
			continue;
		number = strspn(at + 9, "0123456789");
		if (number < 4 || (size_t)(at - text) + 9 + number > length)
			continue;
		_cleanup_free_ char *name = strndup(at, 9 + number);

		if (!name)
			return lp_error_no_memory();
		if (!text_list_contains(cves, name))
			lp_try(text_list_add(cves, "%s", name));
	}
	return NULL;
}

/* "commit HASH upstream.", "[ Upstream commit HASH ]", "Fixes: HASH ("subject")". */
static struct lp_error *read_body_line(const char *line, struct change *change)
{
	static const char *const forms[] = {"commit ", "[ Upstream commit ", "[Upstream commit ",
					    "upstream commit ", "(cherry picked from commit "};

	line += strspn(line, " \t");
	if (!strncasecmp(line, "Fixes:", 6)) {
		const char *hash = line + 6 + strspn(line + 6, " \tcomit");
		size_t length = commit_length(hash);

		if (length)
			return text_list_add(&change->fixes, "%.*s", (int)length, hash);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		const char *hash = line + strlen(forms[i]);
		size_t length;

		if (strncasecmp(line, forms[i], strlen(forms[i])))
			continue;
		length = commit_length(hash);
		/* "commit X" alone may be any commit; of stable kernels it says "upstream". */
		if (length && (i || !strncasecmp(hash + length, " upstream", 9)))
			return set_text(&change->upstream, hash, length);
	}
	return NULL;
}

/* Without "[PATCH 6.1 3/7]" and the like, as git-mailinfo(1) does. */
static const char *skip_tags(const char *subject)
{
	while (*subject == '[') {
		const char *end = strchr(subject, ']');
		const char *tag = strcasestr(subject, "PATCH");

		if (!end || !tag || tag > end)
			break;
		subject = end + 1 + strspn(end + 1, " \t");
	}
	return subject;
}

/* Header values may be folded over several lines and encoded (RFC 5322, RFC 2047). */
static struct lp_error *read_subject(const char *value, struct change *change)
{
	_cleanup_free_ char *folded = NULL;
	size_t size;
	FILE *out = open_memstream(&folded, &size);

	if (!out)
		return lp_error_no_memory();
	for (const char *line = value;; line = next_line(line)) {
		line += strspn(line, " \t");
		fprintf(out, "%s%.*s", line == value ? "" : " ", (int)strcspn(line, "\n"), line);
		line += strcspn(line, "\n");
		if (*line != '\n' || (line[1] != ' ' && line[1] != '\t') ||
		    !line[1 + strspn(line + 1, " \t")] || line[1 + strspn(line + 1, " \t")] == '\n')
			break;
	}
	if (fclose(out))
		return lp_error_no_memory();
	g_mime_init();
	char *decoded = g_mime_utils_header_decode_text(NULL, folded);
	const char *subject = skip_tags(decoded ?: folded);
	struct lp_error *error = set_text(&change->subject, subject, strlen(subject));

	g_free(decoded);
	return error;
}

static bool is_header(const char *line)
{
	size_t length = strcspn(line, ": \t\n");

	return length && line[length] == ':';
}

/*
 * Headers, up to the first empty line, if the text begins with some; *line is then behind them.
 * Headers without a subject, such as those of git-log(1), are followed by it.
 */
static struct lp_error *read_headers(const char **line, const char *end, struct change *change)
{
	if (!is_header(*line))
		return NULL;
	for (; *line < end && **line != '\n'; *line = next_line(*line)) {
		if (!strncasecmp(*line, "Subject:", 8))
			lp_try(read_subject(*line + 8 + strspn(*line + 8, " \t"), change));
		else if (!strncasecmp(*line, "Description:", 12))
			lp_try(read_subject(*line + 12 + strspn(*line + 12, " \t"), change));
		else
			lp_try(read_body_line(*line, change));
	}
	return NULL;
}

/* "commit HASH" of git-log(1), "From HASH date" of git-format-patch(1). */
static struct lp_error *read_first_line(const char **line, struct change *change, bool *is_log)
{
	static const char *const words[] = {"commit ", "From "};

	*is_log = false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *hash = *line + strlen(words[i]);

		if (!text_starts_with(*line, words[i]) || hex_length(hash) != COMMIT_DIGITS)
			continue;
		/* git-format-patch --zero-commit doesn't say which it is. */
		if (strspn(hash, "0") < COMMIT_DIGITS)
			lp_try(set_text(&change->commit, hash, COMMIT_DIGITS));
		*is_log = i == 0;
		*line = next_line(*line);
		return NULL;
	}
	if (text_starts_with(*line, "From "))
		*line = next_line(*line);
	return NULL;
}

static bool is_word_line(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(no_words); i++) {
		if (text_starts_with(line, no_words[i]))
			return false;
	}
	line += strspn(line, " \t");
	/* A separator, as quilt's "---" and "===", has no word. */
	for (; *line && *line != '\n'; line++) {
		if (isalnum((unsigned char)*line))
			return true;
	}
	return false;
}

struct lp_error *message_read(const char *text, bool is_patch, struct change *change)
{
	const char *line = text, *end = text + message_length(text);
	bool is_log;

	lp_try(read_first_line(&line, change, &is_log));
	if (line == text || !is_log)
		line += strspn(line, "\n");
	lp_try(read_headers(&line, end, change));
	for (const char *body = line; body < end; body = next_line(body)) {
		const char *words = body + strspn(body, " \t");

		if (!change->subject && (is_log || is_patch || change->commit) &&
		    is_word_line(body))
			lp_try(set_text(&change->subject, words, strcspn(words, "\n")));
		else
			lp_try(read_body_line(body, change));
	}
	return change->subject ? message_add_cves(text, (size_t)(end - text), &change->cves) : NULL;
}
