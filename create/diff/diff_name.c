// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff_name.h"

#include <ctype.h>
#include <string.h>

#include "common/text.h"

/* The characters of names in Linux 6.1, and "~". None is special to a shell or make. */
static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			      "._-+,@=~/";

/* The character after a backslash, and how many characters encode it. */
static char unescape(const char *text, size_t *length)
{
	static const char letters[] = "abtnvfr\"\\", meanings[] = "\a\b\t\n\v\f\r\"\\";
	const char *letter = *text ? strchr(letters, *text) : NULL;
	int value = 0;

	*length = 1;
	if (letter)
		return meanings[letter - letters];
	for (*length = 0; *length < 3 && text[*length] >= '0' && text[*length] <= '7'; ++*length)
		value = value * 8 + (text[*length] - '0');
	return (char)value;
}

/* "\"a/x\\ty.c\"": the name without quotes; *rest is NULL if there is no closing one. */
static struct lp_error *read_quoted(const char *text, char **name, const char **rest)
{
	char *out = *name = strdup(text);
	const char *in = text + 1;

	if (!out)
		return lp_error_no_memory();
	while (*in && *in != '"' && *in != '\n') {
		size_t length = 1;

		if (*in == '\\') {
			in++;
			*out++ = unescape(in, &length);
		} else {
			*out++ = *in;
		}
		in += length;
	}
	*out = '\0';
	*rest = *in == '"' ? in + 1 : NULL;
	return NULL;
}

/* Removes doubled slashes and ".", in place. */
static void normalise(char *name)
{
	const char *in = name;
	char *out = name;

	while (*in) {
		size_t length = strcspn(in, "/");

		if (length && !(length == 1 && *in == '.')) {
			if (out > name)
				*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
		in += *in == '/';
	}
	*out = '\0';
}

/* Why a file of that name below the source must not be written, or NULL. */
static const char *objection(const char *name)
{
	const char *part = name;

	if (*name == '/')
		return "leads out of the kernel source";
	if (!*name)
		return "is no name";
	if (name[strspn(name, allowed)])
		return "has characters that no name in the kernel source has";
	for (;;) {
		size_t length = strcspn(part, "/");

		if (length == 2 && !strncmp(part, "..", 2))
			return "leads out of the kernel source";
		if (*part == '-')
			return "looks like an option of a program";
		if (!part[length])
			return NULL;
		part += length + 1;
	}
}

static struct lp_error *finish(char **name)
{
	const char *reason;

	if (!strcmp(*name, "/dev/null")) {
		free(take(*name));
		return NULL;
	}
	/* Both before and after: "a//etc/passwd" is below a, "/etc" is not. */
	reason = objection(*name);
	if (!reason) {
		normalise(*name);
		reason = objection(*name);
	}
	if (!reason)
		return NULL;
	struct lp_error *error = lp_error_new(LP_NOT_APPLYING, "%s %s", *name, reason);

	free(take(*name));
	return error;
}

static struct lp_error *read_name(const char *text, const char *ends, char **name,
				  const char **rest)
{
	const char *behind = NULL;

	*name = NULL;
	if (*text == '"') {
		lp_try(read_quoted(text, name, &behind));
		if (!behind) {
			free(take(*name));
			return lp_error_new(LP_NOT_APPLYING, "a name has no end");
		}
	} else {
		size_t length = strcspn(text, ends);

		behind = text + length;
		*name = strndup(text, length);
		if (!*name)
			return lp_error_no_memory();
	}
	if (rest)
		*rest = behind;
	return finish(name);
}

struct lp_error *diff_name_read(const char *text, char **name, const char **rest)
{
	size_t line = strcspn(text, "\n");

	return read_name(text, memchr(text, '\t', line) ? "\t\n" : " \n", name, rest);
}

struct lp_error *diff_name_read_word(const char *text, char **name, const char **rest)
{
	return read_name(text, " \t\n", name, rest);
}

const char *diff_name_strip(const char *name, int level)
{
	while (level--) {
		const char *slash = strchr(name, '/');

		if (!slash)
			return NULL;
		name = slash + 1;
	}
	return name;
}

bool diff_name_has_prefix(const char *name)
{
	return isalnum((unsigned char)name[0]) && name[1] == '/' && name[2];
}
