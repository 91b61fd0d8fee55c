// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/view.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/base/source_path.h"
#include "create/c_text.h"
#include "create/diff.h"

/* Source files of the kernel are below 1 MB, but for generated register lists. */
#define SOURCE_LIMIT (64u << 20)

/* The directory of the patched files without directives, as the user knows them. */
#define PLAIN_COPIES "%s/patched-plain"

/*
 * Makes the view's directory `path` ("net/ipv4"; "" is the top) with a link for
 * every entry that the source has there.
 */
static struct lp_error *link_entries(const char *source, const char *view, const char *path)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	lp_try(text_format(&from, "%s/%s", source, path));
	lp_try(text_format(&to, "%s/%s", view, path));
	_cleanup_closedir_ DIR *entries = opendir(from);

	if (!entries)
		return lp_error_errno(errno, "can't read %s", from);
	if (mkdir(to, 0777))
		return lp_error_errno(errno, "can't make the directory %s", to);
	for (struct dirent *entry; (entry = readdir(entries));) {
		_cleanup_free_ char *target = NULL, *name = NULL, *below = NULL;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		lp_try(text_format(&below, "%s%s%s", path, *path ? "/" : "", entry->d_name));
		lp_try(text_format(&target, "%s/%s", source, below));
		lp_try(text_format(&name, "%s/%s", view, below));
		if (symlink(target, name))
			return lp_error_errno(errno, "can't make the link %s", name);
	}
	return NULL;
}

/* Makes the view's directory `path` a real one, if the source has it. */
static struct lp_error *make_real(const char *source, const char *view, const char *path)
{
	_cleanup_free_ char *to = NULL;
	struct stat status;

	lp_try(text_format(&to, "%s/%s", view, path));
	if (lstat(to, &status) || S_ISDIR(status.st_mode))
		return NULL;
	if (unlink(to))
		return lp_error_errno(errno, "can't remove the link %s", to);
	return link_entries(source, view, path);
}

/* The same for all directories on the way to the file. */
static struct lp_error *make_way_real(const char *source, const char *view, const char *path)
{
	_cleanup_free_ char *above = strdup(path);

	if (!above)
		return lp_error_no_memory();
	for (char *slash = above; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		lp_try(make_real(source, view, above));
		*slash = '/';
	}
	return NULL;
}

struct lp_error *view_make_real(const struct tree *tree, const char *view,
				const struct text_list *files)
{
	for (size_t i = 0; i < files->count; i++)
		lp_try(make_way_real(tree->source, view, files->items[i]));
	return NULL;
}

/*
 * Replaces the file's link by a copy, below real directories: nothing may be written through a
 * link. A missing file causes an error when the patches are applied.
 */
static struct lp_error *make_copy(const char *source, const char *view, const char *path)
{
	_cleanup_free_ char *from = NULL, *to = NULL;
	struct stat status;

	lp_try(text_format(&from, "%s/%s", source, path));
	lp_try(text_format(&to, "%s/%s", view, path));
	lp_try(make_way_real(source, view, path));
	if (lstat(from, &status) || !S_ISREG(status.st_mode))
		return NULL;
	/* Two patches, or a rename back and forth, may name a file twice. */
	if (lstat(to, &status) || !S_ISLNK(status.st_mode))
		return NULL;
	if (unlink(to))
		return lp_error_errno(errno, "can't remove the link %s", to);
	return directory_copy_file(from, to);
}

static struct lp_error *make_copies(const char *source, const char *view,
				    const struct patch_set *set)
{
	for (size_t i = 0; i < set->touched.count; i++)
		lp_try(make_copy(source, view, set->touched.items[i]));
	return NULL;
}

/* One hunk of `diff --unified=0`: how old lines and new lines correspond from its end on. */
struct hunk {
	unsigned long next_old; /* number of the first old line after it */
	unsigned long next_new; /* of the new line that corresponds to that one */
};

/* Reads "@@ -a,b +c,d @@"; false for any other line. */
static bool read_hunk(const char *line, struct hunk *hunk)
{
	unsigned long old_start, old_count = 1, new_start, new_count = 1;
	int end = 0;

	if (sscanf(line, "@@ -%lu%n", &old_start, &end) != 1)
		return false;
	line += end;
	if (*line == ',' && sscanf(line, ",%lu%n", &old_count, &end) == 1)
		line += end;
	if (sscanf(line, " +%lu%n", &new_start, &end) != 1)
		return false;
	line += end;
	if (*line == ',' && sscanf(line, ",%lu", &new_count) != 1)
		return false;
	/* An empty side is given by the line before it. */
	hunk->next_old = old_count ? old_start + old_count : old_start + 1;
	hunk->next_new = new_count ? new_start + new_count : new_start + 1;
	return true;
}

/*
 * The end of a line, except inside a comment or after a backslash, where a directive is not
 * possible.
 */
struct line_end {
	bool in_comment;
	bool goes_on;
};

/* The position after the string or character constant that begins at text[at]. */
static size_t skip_constant(const char *text, size_t length, size_t at)
{
	char quote = text[at++];

	while (at < length && text[at] != quote)
		at += text[at] == '\\' ? 2 : 1;
	return at + 1;
}

static struct line_end read_line_end(const char *text, size_t length, bool in_comment)
{
	size_t at = 0;

	while (at < length) {
		const char *two = at + 1 < length ? text + at : "  ";

		if (in_comment) {
			in_comment = strncmp(two, "*/", 2) != 0;
			at += in_comment ? 1 : 2;
		} else if (!strncmp(two, "//", 2)) {
			break;
		} else if (!strncmp(two, "/*", 2)) {
			in_comment = true;
			at += 2;
		} else if (text[at] == '"' || text[at] == '\'') {
			at = skip_constant(text, length, at);
		} else {
			at++;
		}
	}
	return (struct line_end){
		.in_comment = in_comment,
		.goes_on = length && text[length - 1] == '\\',
	};
}

/* Writes the patched text with a directive after each hunk that shifts lines. */
static void write_numbered(FILE *out, const char *text, const char *hunks)
{
	unsigned long number = 1;
	long shift = 0, wanted = 0;
	struct line_end end = {0};
	struct hunk hunk;

	while (*text) {
		/* Hunks come in order; the last one that ended above this line counts. */
		for (const char *line = hunks; line && *line; line = strchr(line, '\n')) {
			line += *line == '\n';
			if (!read_hunk(line, &hunk))
				continue;
			if (hunk.next_new > number)
				break;
			wanted = (long)hunk.next_old - (long)hunk.next_new;
			hunks = line;
		}
		if (wanted != shift && !end.in_comment && !end.goes_on) {
			fprintf(out, "#line %ld\n", (long)number + wanted);
			shift = wanted;
		}
		size_t length = strcspn(text, "\n");

		end = read_line_end(text, length, end.in_comment);
		length += text[length] == '\n';
		fwrite(text, 1, length, out);
		text += length;
		number++;
	}
}

/* Sets *hunks to the output of `diff` for the two files. */
static struct lp_error *compare_files(const struct tree *tree, const char *original,
				      const char *patched, struct blob *hunks)
{
	_cleanup_free_ char *log = NULL;
	int status;

	lp_try(text_format(&log, "%s/hunks", tree->work));
	unlink(log);
	struct process diff = {
		.argv = (const char *const[]){"diff", "--text", "--unified=0", original, patched,
					      NULL},
		.output = log,
	};
	lp_try(process_run(&diff, &status));
	if (status > 1)
		return lp_error_new(LP_INTERNAL, "diff ended with status %d on %s", status,
				    original);
	return file_read(log, SOURCE_LIMIT, hunks);
}

/* Not by file_write(), which waits for the disk: the view is of this run alone. */
static struct lp_error *write_scratch(const char *path, const char *text, size_t size)
{
	unlink(path);
	FILE *file = fopen(path, "wxe");
	bool written = file && fwrite(text, 1, size, file) == size;

	if (file && fclose(file))
		written = false;
	return written ? NULL : lp_error_errno(errno, "can't write %s", path);
}

/*
 * Numbers the lines of the patched file as in the original, which is called
 * `old_path` and gives the file its name for __FILE__ if that is not `path`.
 * Keeps an unnumbered copy.
 */
static struct lp_error *keep_numbering(struct tree *tree, const char *view, const char *path,
				       const char *old_path)
{
	_cleanup_free_ char *original = NULL, *patched = NULL, *plain = NULL, *numbered = NULL;
	_cleanup_blob_ struct blob text = {0}, hunks = {0};
	size_t size;

	lp_try(text_format(&original, "%s/%s", tree->source, old_path));
	lp_try(text_format(&patched, "%s/%s", view, path));
	if (access(original, F_OK) || access(patched, F_OK))
		return NULL;
	lp_try(compare_files(tree, original, patched, &hunks));
	lp_try(file_read(patched, SOURCE_LIMIT, &text));
	FILE *out = open_memstream(&numbered, &size);

	if (!out)
		return lp_error_no_memory();
	if (strcmp(path, old_path) != 0)
		fprintf(out, "#line 1 \"%s\"\n", old_path);
	write_numbered(out, (const char *)text.data, (const char *)hunks.data);
	if (fclose(out))
		return lp_error_no_memory();
	lp_try(text_format(&plain, PLAIN_COPIES "/%s", tree->work, path));
	lp_try(directory_make_above(plain));
	lp_try(directory_copy_file(patched, plain));
	return write_scratch(patched, numbered, size);
}

static bool has_lines(const char *path)
{
	return text_ends_with(path, ".c") || text_ends_with(path, ".h");
}

struct lp_error *view_plain_path(const struct tree *tree, const char *path, char **plain)
{
	return text_format(plain, PLAIN_COPIES "/%s", tree->work, path);
}

struct lp_error *view_make(struct tree *tree, const struct patch_set *set, unsigned int fuzz,
			   char **directory)
{
	_cleanup_free_ char *view = NULL, *plain = NULL;
	const struct patch_way way = {.source = tree->source, .scratch = tree->work, .fuzz = fuzz};

	lp_try(text_format(&view, "%s/patched", tree->work));
	lp_try(text_format(&plain, PLAIN_COPIES "/", tree->work));
	lp_try(directory_make_above(plain));
	lp_try(link_entries(tree->source, view, ""));
	lp_try(make_copies(tree->source, view, set));
	lp_try(patch_set_apply(set, &way, view, tree->sink));
	lp_try(diff_names_check_view(tree->source, view, set));
	for (size_t i = 0; i < set->nr_changes; i++) {
		const struct file_change *change = &set->changes[i];

		if (!change->is_passed_over && has_lines(change->path))
			lp_try(keep_numbering(tree, view, change->path,
					      change->old_path ?: change->path));
	}
	*directory = take(view);
	return NULL;
}

/*
 * Writes the file's text to `to` as the compiler sees it before it processes
 * directives: "-fpreprocessed -dD" leaves out comments and keeps directives.
 */
static struct lp_error *strip_comments(struct tree *tree, const char *from, const char *to,
				       bool *done)
{
	_cleanup_free_ char *command = NULL, *log = NULL;
	int status;

	lp_try(text_format(&log, "%s/strip.log", tree->work));
	/* The compiler may be several words: "ccache gcc". */
	lp_try(text_format(&command,
			   "export CCACHE_DISABLE=1; "
			   "%s -fpreprocessed -dD -E -P -x c -w -o '%s' '%s'",
			   tree->target->compiler, to, from));
	struct process compiler = {
		.argv = (const char *const[]){"sh", "-c", command, NULL},
		.output = log,
		.sandbox = tree->patched_sandbox,
	};

	lp_try(process_run(&compiler, &status));
	*done = !status;
	return NULL;
}

/*
 * Whether two files have the same tokens. If not, more than comments change; to run a compiler
 * twice for each file of a large diff takes minutes.
 */
static struct lp_error *have_same_tokens(const char *one, const char *other, bool *same)
{
	_cleanup_blob_ struct blob old_text = {0}, new_text = {0};
	_cleanup_(c_tokens_clear) struct c_tokens old_tokens = {0}, new_tokens = {0};

	lp_try(file_read(one, SOURCE_LIMIT, &old_text));
	lp_try(file_read(other, SOURCE_LIMIT, &new_text));
	lp_try(c_tokens_read((const char *)old_text.data, &old_tokens));
	lp_try(c_tokens_read((const char *)new_text.data, &new_tokens));
	*same = c_tokens_equal(&old_tokens, &new_tokens);
	return NULL;
}

struct lp_error *view_changes_comments_only(struct tree *tree, const char *path, bool *only)
{
	_cleanup_free_ char *original = NULL, *plain = NULL, *before = NULL, *after = NULL;
	_cleanup_blob_ struct blob old_text = {0}, new_text = {0};

	*only = false;
	lp_try(text_format(&original, "%s/%s", tree->source, path));
	lp_try(text_format(&plain, PLAIN_COPIES "/%s", tree->work, path));
	if (access(original, F_OK) || access(plain, F_OK) || strchr(path, '\''))
		return NULL;
	lp_try(have_same_tokens(original, plain, only));
	if (!*only)
		return NULL;
	lp_try(text_format(&before, "%s/stripped-before", tree->made));
	lp_try(text_format(&after, "%s/stripped-after", tree->made));
	lp_try(strip_comments(tree, original, before, only));
	if (*only)
		lp_try(strip_comments(tree, plain, after, only));
	if (!*only)
		return NULL;
	lp_try(file_read(before, SOURCE_LIMIT, &old_text));
	lp_try(file_read(after, SOURCE_LIMIT, &new_text));
	*only = old_text.size == new_text.size &&
		!memcmp(old_text.data, new_text.data, old_text.size);
	return NULL;
}

struct lp_error *view_show_numbers(struct tree *tree, const char *view)
{
	_cleanup_free_ char *plain = NULL;

	lp_try(text_format(&plain, PLAIN_COPIES "/.", tree->work));
	return tree_run(tree, "copy the patched files", NULL,
			(const char *const[]){"cp", "-R", plain, view, NULL});
}
