// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/source_scan.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "create/base/threads.h"

/* Source files are smaller than 1 MB, except generated lists of registers of about 20 MB. */
#define SOURCE_LIMIT (256u << 20)

/* Shared by the threads of one pass. */
struct pass {
	const struct source_scan *scan;
	const struct text_list *words;
	size_t *lengths;  /* of the words */
	bool starts[256]; /* the first characters of the words */
	bool *mentions;   /* by file */
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_wanted(const struct pass *pass, const char *word, size_t length)
{
	for (size_t i = 0; i < pass->words->count; i++) {
		if (pass->lengths[i] == length && !memcmp(word, pass->words->items[i], length))
			return true;
	}
	return false;
}

static bool mentions(const struct pass *pass, const char *text)
{
	for (const char *at = text; *at;) {
		const char *begin = at;

		if (!is_word(*at)) {
			at++;
			continue;
		}
		while (is_word(*at))
			at++;
		if (pass->starts[(unsigned char)*begin] && is_wanted(pass, begin, at - begin))
			return true;
	}
	return false;
}

/* A search for one word is much faster than for many. */
static bool mentions_one(const struct pass *pass, const struct blob *text)
{
	const char *at = (const char *)text->data, *end = at + text->size;

	while ((at = memmem(at, end - at, pass->words->items[0], pass->lengths[0]))) {
		bool begins = at == (const char *)text->data || !is_word(at[-1]);

		at += pass->lengths[0];
		if (begins && !is_word(*at))
			return true;
	}
	return false;
}

struct lp_error *source_scan_read(const struct source_scan *scan, const char *path,
				  struct blob *blob)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", scan->top, path));
	if (scan->build && access(full, F_OK)) {
		free(take(full));
		lp_try(text_format(&full, "%s/%s", scan->build, path));
	}
	return file_read(full, SOURCE_LIMIT, blob);
}

static struct lp_error *look_at(void *context, size_t index)
{
	struct pass *pass = context;
	_cleanup_blob_ struct blob text = {0};

	lp_try(source_scan_read(pass->scan, pass->scan->files.items[index], &text));
	pass->mentions[index] = pass->words->count == 1 ? mentions_one(pass, &text)
							: mentions(pass, (const char *)text.data);
	return NULL;
}

struct lp_error *source_scan_mentions(const struct source_scan *scan, const struct text_list *words,
				      struct text_list *mentioning)
{
	_cleanup_free_ bool *found = calloc(scan->files.count + 1, sizeof(*found));
	_cleanup_free_ size_t *lengths = calloc(words->count + 1, sizeof(*lengths));
	struct pass pass = {
		.scan = scan,
		.words = words,
		.lengths = lengths,
		.mentions = found,
	};

	if (!found || !lengths)
		return lp_error_no_memory();
	if (!words->count)
		return NULL;
	for (size_t i = 0; i < words->count; i++) {
		lengths[i] = strlen(words->items[i]);
		pass.starts[(unsigned char)*words->items[i]] = true;
	}
	lp_try(threads_each(scan->jobs, scan->files.count, look_at, &pass));
	for (size_t i = 0; i < scan->files.count; i++) {
		if (found[i])
			lp_try(text_list_add(mentioning, "%s", scan->files.items[i]));
	}
	return NULL;
}

void source_scan_clear(struct source_scan *scan)
{
	text_list_clear(&scan->files);
}
