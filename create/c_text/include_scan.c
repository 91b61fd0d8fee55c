// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/include_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/text.h"

/* Source files are smaller than 1 MB, except generated lists of registers of about 20 MB. */
#define SOURCE_LIMIT (256u << 20)

/* Directories, by path from the top, without source of the kernel itself. */
static const char *const skipped[] = {
	"Documentation", "LICENSES", "scripts", "tools", "usr", "rust",
};

static bool is_skipped(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(skipped); i++) {
		if (!strcmp(path, skipped[i]))
			return true;
	}
	/* Directories of other architectures than x86. */
	return !fnmatch("arch/*", path, FNM_PATHNAME) && strcmp(path, "arch/x86");
}

static bool is_source(const char *name)
{
	size_t length = strlen(name);

	return length > 2 && name[length - 2] == '.' && strchr("chS", name[length - 1]);
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static const char *skip_word(const char *at, const char *end)
{
	while (at < end && (*at == '_' || (*at >= 'a' && *at <= 'z') ||
			    (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9')))
		at++;
	return at;
}

static bool word_is(const char *at, const char *end, const char *word)
{
	return (size_t)(end - at) == strlen(word) && !memcmp(at, word, end - at);
}

/* Reads what follows the "#" of a line that ends at `end`. */
static void scan_directive(const char *at, const char *end, FILE *out)
{
	const char *word = skip_blanks(at, end), *behind = skip_word(word, end);
	bool is_define = word_is(word, behind, "define");

	if (!is_define && !word_is(word, behind, "include") &&
	    !word_is(word, behind, "include_next"))
		return;
	at = skip_blanks(behind, end);
	if (is_define)
		at = skip_blanks(skip_word(at, end), end);
	if (at == end || (*at != '"' && *at != '<'))
		return;
	const char *close = memchr(at + 1, *at == '<' ? '>' : '"', end - at - 1);

	/* A macro counts only if its value looks like a file's name. */
	if (!close || close - at < 4)
		return;
	if (is_define && (close[-2] != '.' || (close[-1] != 'h' && close[-1] != 'c')))
		return;
	fprintf(out, "\t%.*s\n", (int)(close - at), at);
}

void include_scan_text(const char *text, size_t size, FILE *out)
{
	const char *end = text + size;

	for (const char *at = text; (at = memchr(at, '#', end - at));) {
		const char *line = at, *line_end = memchr(at, '\n', end - at);

		if (!line_end)
			line_end = end;
		while (line > text && (line[-1] == ' ' || line[-1] == '\t'))
			line--;
		if (line == text || line[-1] == '\n')
			scan_directive(at + 1, line_end, out);
		at = line_end;
	}
}

static struct lp_error *scan_file(const char *path, FILE *out)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, SOURCE_LIMIT, &blob));
	include_scan_text((const char *)blob.data, blob.size, out);
	return NULL;
}

/* readdir() doesn't give the type of an entry on all file systems. */
static unsigned char entry_kind(const struct dirent *entry, const char *path)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN || lstat(path, &status))
		return entry->d_type;
	return IFTODT(status.st_mode);
}

struct lp_error *include_scan(const char *top, const char *below, FILE *out)
{
	_cleanup_free_ char *directory = NULL;

	lp_try(text_format(&directory, "%s/%s", top, below));
	_cleanup_closedir_ DIR *entries = opendir(directory);

	if (!entries)
		return lp_error_errno(errno, "can't read %s", directory);
	for (struct dirent *entry; (entry = readdir(entries));) {
		_cleanup_free_ char *path = NULL, *full = NULL;

		if (entry->d_name[0] == '.')
			continue;
		lp_try(text_format(&path, "%s%s%s", below, *below ? "/" : "", entry->d_name));
		lp_try(text_format(&full, "%s/%s", top, path));
		unsigned char kind = entry_kind(entry, full);

		if (kind == DT_DIR && !is_skipped(path)) {
			lp_try(include_scan(top, path, out));
		} else if (kind == DT_REG && is_source(entry->d_name)) {
			fprintf(out, "%s\n", path);
			lp_try(scan_file(full, out));
		}
	}
	return NULL;
}
