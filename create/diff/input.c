// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/text.h"
#include "create/base/unpack.h"
#include "create/diff/mail.h"

/* A diff over a whole stable release is some 10 MB. */
#define PATCH_LIMIT (256u << 20)

/* Where a directory has its series; the first match is used. */
static const char *const series_places[] = {"series", "patches/series", "debian/patches/series"};

static struct lp_error *read_standard_input(struct blob *blob)
{
	size_t room = 65536;

	blob->data = malloc(room + 1);
	for (;;) {
		if (!blob->data)
			return lp_error_no_memory();
		ssize_t length = read(STDIN_FILENO, blob->data + blob->size, room - blob->size);

		if (length < 0 && errno != EINTR)
			return lp_error_errno(errno, "can't read standard input");
		blob->size += length > 0 ? length : 0;
		blob->data[blob->size] = '\0';
		if (!length)
			return NULL;
		if (blob->size > PATCH_LIMIT)
			return lp_error_new(LP_USAGE, "standard input has more than %u bytes",
					    PATCH_LIMIT);
		if (blob->size == room) {
			room *= 2;
			unsigned char *grown = realloc(blob->data, room + 1);

			if (!grown)
				return lp_error_no_memory();
			blob->data = grown;
		}
	}
}

/* The text of a file, or of standard input. */
static struct lp_error *read_bytes(const char *name, struct blob *blob)
{
	struct lp_error *error =
		strcmp(name, "-") ? file_read(name, PATCH_LIMIT, blob) : read_standard_input(blob);

	if (error && error->status == LP_INTERNAL)
		error->status = LP_USAGE;
	return error;
}

/* One patch file, from a series or given directly. */
static struct lp_error *read_patch(const char *name, int level, bool is_reversed,
				   input_taker *taker, void *context)
{
	_cleanup_blob_ struct blob blob = {0};
	struct input input = {
		.name = strcmp(name, "-") ? name : "standard input",
		.level = level,
		.is_reversed = is_reversed,
	};

	lp_try(read_bytes(name, &blob));
	lp_try(unpack(input.name, LP_NOT_APPLYING, &blob));
	if (memchr(blob.data, '\0', blob.size))
		return lp_error_new(LP_NOT_APPLYING, "%s is no text", input.name);
	input.text = (char *)blob.data;
	return mail_split(&input, taker, context);
}

/* "net/fix.patch -p0 -R # why": quilt(1), "series". */
static struct lp_error *read_series_line(const char *folder, char *line, input_taker *taker,
					 void *context)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_text_list_ struct text_list words = {0};
	bool is_reversed = false;
	int level = -1;

	line[strcspn(line, "#")] = '\0';
	lp_try(text_list_add_words(&words, line));
	if (!words.count)
		return NULL;
	for (size_t i = 1; i < words.count; i++) {
		const char *word = words.items[i];

		if (!strcmp(word, "-R"))
			is_reversed = true;
		else if (text_starts_with(word, "-p") && strlen(word) == 3 && word[2] >= '0' &&
			 word[2] <= '9')
			level = word[2] - '0';
		/* "ab" is a form of -p1. */
		else if (strcmp(word, "-pab"))
			return lp_error_new(LP_NOT_APPLYING,
					    "%s/series: \"%s\" after %s is not an option of quilt",
					    folder, word, words.items[0]);
	}
	lp_try(text_format(&path, "%s/%s", folder, words.items[0]));
	return read_patch(path, level, is_reversed, taker, context);
}

static struct lp_error *read_series(const char *path, input_taker *taker, void *context)
{
	_cleanup_blob_ struct blob blob = {0};
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = slash ? strndup(path, slash - path) : strdup(".");
	char *rest;
	size_t count = 0;

	if (!folder)
		return lp_error_no_memory();
	lp_try(read_bytes(path, &blob));
	rest = (char *)blob.data;
	for (char *line; (line = strsep(&rest, "\n"));) {
		line[strcspn(line, "\r")] = '\0';
		count += line[strspn(line, " \t")] && line[strspn(line, " \t")] != '#';
		lp_try(read_series_line(folder, line, taker, context));
	}
	return count ? NULL : lp_error_new(LP_NOTHING_TO_PATCH, "%s names no patch", path);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

static struct lp_error *read_directory(const char *name, input_taker *taker, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(series_places); i++) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/%s", name, series_places[i]));
		if (!access(path, F_OK))
			return read_series(path, taker, context);
	}
	return lp_error_hint(
		lp_error_new(LP_USAGE, "%s is a directory without patches", name),
		"It needs a file \"series\", as quilt uses it, that lists them in order.");
}

/* Whether a line is one of a diff or begins a message. */
static bool has_diff(const char *text)
{
	static const char *const begins[] = {"diff ", "--- ", "Index: ", "From "};

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
			if (text_starts_with(line, begins[i]))
				return true;
		}
	}
	return false;
}

/* A file "series", or one like "series-6.1" without a diff in it: patches are called so, too. */
static struct lp_error *is_series(const char *path, bool *yes)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	_cleanup_blob_ struct blob blob = {0};

	*yes = !strcmp(name, "series");
	if (*yes || !text_starts_with(name, "series"))
		return NULL;
	lp_try(read_bytes(path, &blob));
	lp_try(unpack(path, LP_NOT_APPLYING, &blob));
	*yes = !has_diff((const char *)blob.data);
	return NULL;
}

struct lp_error *input_read(const char *name, input_taker *taker, void *context)
{
	bool yes;

	if (is_directory(name))
		return read_directory(name, taker, context);
	lp_try(is_series(name, &yes));
	if (yes)
		return read_series(name, taker, context);
	return read_patch(name, -1, false, taker, context);
}
