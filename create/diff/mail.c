// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/mail.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"
#include "create/diff/mail_decode.h"

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/*
 * "From 8bc2a4d0 Mon Sep 17 00:00:00 2001": the first line of a message in a mailbox.
 * Sentences may start with the word, too, so there must be a time and a year, as in
 * git-mailsplit(1).
 */
static bool is_from_line(const char *line)
{
	size_t length = strcspn(line, "\r\n");
	bool has_time = false;

	if (!text_starts_with(line, "From "))
		return false;
	for (size_t i = 5; i + 5 <= length; i++) {
		const char *at = line + i;

		has_time |= isdigit((unsigned char)at[0]) && at[1] == ':' &&
			    isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]);
		if (has_time && at[0] == ' ' && (at[1] == '1' || at[1] == '2') &&
		    strspn(at + 1, "0123456789") == 4)
			return true;
	}
	return false;
}

/* The value of the header in the lines up to the first empty one, or NULL. */
static const char *find_header(const char *message, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = message; *line && *line != '\n' && *line != '\r';
	     line = next_line(line)) {
		if (!strncasecmp(line, name, length) && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t\r\n");
	}
	return NULL;
}

/* Whether the text begins with headers: "Name: value" and lines that continue one. */
static bool has_headers(const char *message)
{
	const char *line = message;

	if (*line == ' ' || *line == '\t')
		return false;
	for (; *line && *line != '\n' && *line != '\r'; line = next_line(line)) {
		size_t name = strcspn(line, ": \t\n");

		if (*line != ' ' && *line != '\t' && (!name || line[name] != ':'))
			return false;
	}
	return line != message;
}

/* "---" alone, which ends the message, unless it is the first line of a diff that does. */
static bool ends_message(const char *line, bool *begins_diff)
{
	*begins_diff =
		text_starts_with(line, "diff -") || text_starts_with(line, "Index: ") ||
		(text_starts_with(line, "--- ") && line[4] && !isspace((unsigned char)line[4]));
	return *begins_diff ||
	       (text_starts_with(line, "---") && line[3 + strspn(line + 3, " \t\r\f\v")] == '\n');
}

const char *mail_skip_message(const char *text)
{
	bool begins_diff = false;
	const char *line = text, *message_end = NULL;

	if (!has_headers(is_from_line(text) ? next_line(text) : text))
		return text;
	for (; *line && !begins_diff; line = next_line(line)) {
		if (ends_message(line, &begins_diff) && !begins_diff && !message_end)
			message_end = line;
	}
	return begins_diff && message_end ? message_end : text;
}

/* Whether the text can't be read as it is. */
static bool is_encoded(const char *message)
{
	const char *encoding = find_header(message, "Content-Transfer-Encoding");
	const char *type = find_header(message, "Content-Type");

	if (!has_headers(message))
		return false;
	return (encoding && (!strncasecmp(encoding, "quoted-printable", 16) ||
			     !strncasecmp(encoding, "base64", 6))) ||
	       (type &&
		(!strncasecmp(type, "multipart/", 10) || !strncasecmp(type, "text/html", 9)));
}

/* Passes on the message of that length, number `number` of the mailbox if that is not 0. */
static struct lp_error *take_message(const struct input *mailbox, const char *message,
				     size_t length, size_t number, input_taker *taker,
				     void *context)
{
	const char *headers = is_from_line(message) ? next_line(message) : message;
	_cleanup_free_ char *text = strndup(message, length), *name = NULL;
	struct input input = *mailbox;

	if (!text)
		return lp_error_no_memory();
	if (number)
		lp_try(text_format(&name, "%s, message %zu", mailbox->name, number));
	else
		lp_try(text_format(&name, "%s", mailbox->name));
	if (is_encoded(headers)) {
		_cleanup_free_ char *raw = take(text);

		lp_try(mail_decode(name, raw + (headers - message), length - (headers - message),
				   &text));
	}
	input.name = name;
	input.text = text;
	return taker(context, &input);
}

static const char *message_end(const char *message)
{
	const char *end = next_line(message);

	while (*end && !is_from_line(end))
		end = next_line(end);
	return end;
}

struct lp_error *mail_split(const struct input *input, input_taker *taker, void *context)
{
	const char *message = input->text, *end;
	size_t number = 0;

	if (!is_from_line(message) && !is_encoded(message))
		return taker(context, input);
	for (; *message; message = end) {
		end = message_end(message);
		/* A single message needs no number. */
		number += number || *end;
		lp_try(take_message(input, message, end - message, number, taker, context));
	}
	return NULL;
}
