// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/exports.h"

#include <string.h>

#include "common/file.h"

/* A distribution kernel's Module.symvers is 2 MB. */
#define SYMVERS_LIMIT (64u << 20)

/* Columns of a line. */
enum { CHECKSUM, SYMBOL, MODULE, KIND, NAMESPACE, COLUMNS };

struct exports {
	struct blob text;   /* the file, cut into strings */
	const char **names; /* sorted */
	size_t count;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Cuts a line at its tabs; columns that aren't there are "". */
static void cut_line(char *line, char *columns[COLUMNS])
{
	static char nothing[1];

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = line ? strsep(&line, "\t") : nothing;
}

static struct lp_error *read_names(struct exports *exports)
{
	char *text = (char *)exports->text.data;
	size_t lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	exports->names = calloc(lines + 1, sizeof(*exports->names));
	if (!exports->names)
		return lp_error_no_memory();
	for (char *line; lines-- && (line = strsep(&text, "\n"));) {
		char *columns[COLUMNS];

		cut_line(line, columns);
		if (!strcmp(columns[MODULE], "vmlinux") && !*columns[NAMESPACE])
			exports->names[exports->count++] = columns[SYMBOL];
	}
	qsort(exports->names, exports->count, sizeof(*exports->names), compare_names);
	return NULL;
}

struct lp_error *exports_read(const char *path, struct exports **exports)
{
	*exports = calloc(1, sizeof(**exports));
	if (!*exports)
		return lp_error_no_memory();
	struct lp_error *error = file_read(path, SYMVERS_LIMIT, &(*exports)->text);

	if (!error)
		error = read_names(*exports);
	if (error) {
		exports_free(*exports);
		*exports = NULL;
	}
	return error;
}

void exports_free(struct exports *exports)
{
	if (!exports)
		return;
	free(exports->text.data);
	free(exports->names);
	free(exports);
}

bool exports_has(const struct exports *exports, const char *name)
{
	return bsearch(&name, exports->names, exports->count, sizeof(*exports->names),
		       compare_names);
}
