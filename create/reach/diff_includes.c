// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/diff_includes.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "create/c_text.h"
#include "create/target.h"

/* Source files are smaller than 1 MB, except generated lists of registers. */
#define SOURCE_LIMIT (64u << 20)

/*
 * Words in a line that make a tool read a file without an #include: directives of the
 * assembler (gas, "Pseudo Ops"), and the compiler's pragma for a precompiled header,
 * which is an image of its memory (gcc 12, c_common_pch_pragma()).
 */
static const struct {
	const char *word;
	const char *reason;
} readers[] = {
	{".incbin", "the assembler would read another file"},
	{".include", "the assembler would read another file"},
	{"pch_preprocess", "the compiler would load a precompiled header"},
};

/* True if the path, relative to the file's directory, leads out of the source. */
static bool leads_out(const char *path, const char *name)
{
	int depth = 0;

	if (*name == '/')
		return true;
	for (; *path; path++)
		depth += *path == '/';
	while (*name) {
		size_t length = strcspn(name, "/");

		if (length == 2 && !strncmp(name, "..", 2))
			depth--;
		else if (length && !(length == 1 && *name == '.'))
			depth++;
		if (depth < 0)
			return true;
		name += length;
		name += *name == '/';
	}
	return false;
}

/* The number of the line that contains `at`. */
static unsigned int line_number(const char *text, const char *at)
{
	unsigned int number = 1;

	for (; text < at; text++)
		number += *text == '\n';
	return number;
}

static struct lp_error *refuse_include(const char *path, const char *text, const char *name,
				       size_t length, struct text_list *reasons)
{
	_cleanup_free_ char *plain = NULL;

	lp_try(text_format(&plain, "%.*s", (int)length, name));
	if (!leads_out(path, plain))
		return NULL;
	const char *at = strstr(text, plain);

	return text_list_add(reasons,
			     "%s:%u: it includes \"%s\", which is outside of the kernel source",
			     path, at ? line_number(text, at) : 1, plain);
}

/* Lines of include_scan_text(): a tab, < or ", and the name. */
static struct lp_error *check_names(const char *path, const char *text, struct text_list *reasons)
{
	_cleanup_free_ char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return lp_error_no_memory();
	include_scan_text(text, strlen(text), out);
	if (fclose(out))
		return lp_error_no_memory();
	for (const char *line = names; *line;) {
		size_t length = strcspn(line, "\n");

		if (length > 2)
			lp_try(refuse_include(path, text, line + 2, length - 2, reasons));
		line += length + (line[length] == '\n');
	}
	return NULL;
}

/* True if the text has that line. */
static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *at = text; (at = memmem(at, strlen(at), line, length)); at++) {
		if ((at == text || at[-1] == '\n') && (!at[length] || at[length] == '\n'))
			return true;
	}
	return false;
}

/* ".include" in "foo.included" is not a directive. */
static bool is_whole_word(const char *at, const char *word)
{
	return !isalnum((unsigned char)at[strlen(word)]) && at[strlen(word)] != '_';
}

static struct lp_error *check_readers(const char *path, const char *old_text, const char *new_text,
				      struct text_list *reasons)
{
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		const char *at = new_text;

		for (; (at = strstr(at, readers[i].word)); at++) {
			const char *begin = at;

			while (begin > new_text && begin[-1] != '\n')
				begin--;
			if (is_whole_word(at, readers[i].word) &&
			    !has_line(old_text, begin, strcspn(begin, "\n")))
				lp_try(text_list_add(reasons, "%s:%u: %s: %s", path,
						     line_number(new_text, at), readers[i].word,
						     readers[i].reason));
		}
	}
	return NULL;
}

struct lp_error *diff_includes_check_text(const char *path, const char *old_text,
					  const char *new_text, struct text_list *reasons)
{
	lp_try(check_names(path, new_text, reasons));
	return check_readers(path, old_text, new_text, reasons);
}

/* The file's text; "" if the file doesn't exist. */
static struct lp_error *read_text(const char *path, struct blob *blob)
{
	if (!access(path, F_OK))
		return file_read(path, SOURCE_LIMIT, blob);
	blob->data = calloc(1, 1);
	return blob->data ? NULL : lp_error_no_memory();
}

static struct lp_error *check_file(const struct tree *tree, const char *view,
				   const struct file_change *change, struct text_list *reasons)
{
	_cleanup_free_ char *before = NULL, *patched = NULL, *plain = NULL;
	_cleanup_blob_ struct blob old_text = {0}, new_text = {0};

	lp_try(text_format(&before, "%s/%s", tree->source, change->old_path ?: change->path));
	lp_try(text_format(&patched, "%s/%s", view, change->path));
	/* A copy without #line directives, if there is one: errors have its line numbers. */
	lp_try(view_plain_path(tree, change->path, &plain));
	lp_try(read_text(before, &old_text));
	lp_try(read_text(access(plain, F_OK) ? patched : plain, &new_text));
	return diff_includes_check_text(change->path, (const char *)old_text.data,
					(const char *)new_text.data, reasons);
}

struct lp_error *diff_includes_check(const struct tree *tree, const char *view,
				     const struct patch_set *set)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	for (size_t i = 0; i < set->nr_changes; i++) {
		const char *path = set->changes[i].path;

		if (!set->changes[i].is_passed_over &&
		    (text_ends_with(path, ".c") || text_ends_with(path, ".h")))
			lp_try(check_file(tree, view, &set->changes[i], &reasons));
	}
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}
