// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"

static struct lp_error *format_arguments(char **text, const char *format, va_list arguments)
{
	if (vasprintf(text, format, arguments) >= 0)
		return NULL;
	*text = NULL;
	return lp_error_no_memory();
}

struct lp_error *text_format(char **text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	struct lp_error *error = format_arguments(text, format, arguments);

	va_end(arguments);
	return error;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return length >= end && !strcmp(text + length - end, suffix);
}

bool text_same_module(const char *one, const char *other)
{
	for (; *one && *other; one++, other++) {
		if ((*one == '-' ? '_' : *one) != (*other == '-' ? '_' : *other))
			return false;
	}
	return *one == *other;
}

struct lp_error *text_replace(char **result, const char *text, const char *from, const char *to)
{
	size_t size, from_length = strlen(from);
	_cleanup_fclose_ FILE *stream = open_memstream(result, &size);

	if (!stream)
		return lp_error_no_memory();
	for (const char *hit; (hit = strstr(text, from)); text = hit + from_length)
		fprintf(stream, "%.*s%s", (int)(hit - text), text, to);
	fputs(text, stream);
	return fflush(stream) ? lp_error_no_memory() : NULL;
}

struct lp_error *text_list_add(struct text_list *list, const char *format, ...)
{
	char **items = reallocarray(list->items, list->count + 2, sizeof(*items));
	va_list arguments;

	if (!items)
		return lp_error_no_memory();
	list->items = items;
	items[list->count] = NULL;
	va_start(arguments, format);
	struct lp_error *error = format_arguments(&items[list->count], format, arguments);

	va_end(arguments);
	lp_try(error);
	items[++list->count] = NULL;
	return NULL;
}

void text_list_clear(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){0};
}

struct lp_error *text_list_digest(const struct text_list *list, char *digest)
{
	_cleanup_free_ char *all = NULL;
	size_t size;
	FILE *stream = open_memstream(&all, &size);

	if (!stream)
		return lp_error_no_memory();
	for (size_t i = 0; i < list->count; i++)
		fwrite(list->items[i], 1, strlen(list->items[i]) + 1, stream);
	if (fclose(stream))
		return lp_error_no_memory();
	digest_sha256(all, size, digest);
	return NULL;
}

struct lp_error *text_list_join_first(const struct text_list *list, size_t limit,
				      const char *between, char **text)
{
	size_t size, joined = list->count < limit ? list->count : limit;
	FILE *stream = open_memstream(text, &size);

	if (!stream)
		return lp_error_no_memory();
	for (size_t i = 0; i < joined; i++)
		fprintf(stream, "%s%s", i ? between : "", list->items[i]);
	if (joined < list->count)
		fprintf(stream, "%sand %zu more", between, list->count - joined);
	return fclose(stream) ? lp_error_no_memory() : NULL;
}

struct lp_error *text_list_join(const struct text_list *list, const char *between, char **text)
{
	return text_list_join_first(list, list->count, between, text);
}

struct lp_error *text_list_add_words(struct text_list *list, const char *line)
{
	_cleanup_free_ char *word = calloc(1, strlen(line) + 1);

	if (!word)
		return lp_error_no_memory();
	while (*(line += strspn(line, " \t\n"))) {
		size_t length = 0;
		char quote = 0;

		for (; *line && (quote || !strchr(" \t\n", *line)); line++) {
			if (*line == quote)
				quote = 0;
			else if (!quote && (*line == '"' || *line == '\''))
				quote = *line;
			else
				word[length++] = *line;
		}
		lp_try(text_list_add(list, "%.*s", (int)length, word));
	}
	return NULL;
}

bool text_list_contains(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i], text))
			return true;
	}
	return false;
}

static int compare_strings(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

bool text_list_contains_sorted(const struct text_list *list, const char *text)
{
	return list->count &&
	       bsearch(&text, list->items, list->count, sizeof(*list->items), compare_strings);
}
