// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/exports.h"

#include <string.h>

#include "common/file.h"

/* A distribution kernel's Module.symvers is 2 MB. */
#define SYMVERS_LIMIT (64u << 20)

/* Columns of a line. */
enum { CHECKSUM, SYMBOL, MODULE, KIND, NAMESPACE, COLUMNS };

struct exports {
	struct blob text;                /* the file, cut into strings */
	struct exported_symbol *symbols; /* sorted by name */
	size_t count;
};

static int compare_names(const void *a, const void *b)
{
	const struct exported_symbol *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/* Cuts a line at its tabs; columns that aren't there are "". */
static void cut_line(char *line, char *columns[COLUMNS])
{
	static char nothing[1];

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = line ? strsep(&line, "\t") : nothing;
}

/*
 * The kernel knows a module by its file's name with "-" turned into "_" (KBUILD_MODNAME in
 * scripts/Makefile.lib, Linux 6.1); here is the path of the file, drivers/net/mdio/mdio-i2c.
 */
static void name_module(char *path)
{
	char *base = strrchr(path, '/');

	for (char *at = base ?: path; (at = strchr(at, '-'));)
		*at = '_';
}

static struct lp_error *read_names(struct exports *exports)
{
	char *text = (char *)exports->text.data;
	size_t lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	exports->symbols = calloc(lines + 1, sizeof(*exports->symbols));
	if (!exports->symbols)
		return lp_error_no_memory();
	for (char *line; lines-- && (line = strsep(&text, "\n"));) {
		char *columns[COLUMNS];

		cut_line(line, columns);
		name_module(columns[MODULE]);
		exports->symbols[exports->count++] = (struct exported_symbol){
			.name = columns[SYMBOL],
			.module = columns[MODULE],
			.namespace = columns[NAMESPACE],
			.checksum = (uint32_t)strtoul(columns[CHECKSUM], NULL, 16),
		};
	}
	qsort(exports->symbols, exports->count, sizeof(*exports->symbols), compare_names);
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
	free(exports->symbols);
	free(exports);
}

const struct exported_symbol *exports_find(const struct exports *exports, const char *name)
{
	const struct exported_symbol wanted = {.name = name};

	return bsearch(&wanted, exports->symbols, exports->count, sizeof(*exports->symbols),
		       compare_names);
}

const char *exported_module(const struct exported_symbol *symbol)
{
	const char *base = strrchr(symbol->module, '/');

	return base ? base + 1 : symbol->module;
}

const struct exported_symbol *exports_all(const struct exports *exports, size_t *count)
{
	*count = exports->count;
	return exports->symbols;
}
