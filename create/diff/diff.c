// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff.h"

#include <string.h>

#include "common/text.h"

void diff_file_clear(struct diff_file *file)
{
	for (size_t i = 0; i < file->nr_hunks; i++)
		free(file->hunks[i].lines);
	free(file->hunks);
	free(file->old_name);
	free(file->new_name);
	free(file->old_path);
	free(file->path);
	*file = (struct diff_file){0};
}

void diff_list_clear(struct diff_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct diff *diff = &list->items[i];

		for (size_t k = 0; k < diff->nr_files; k++)
			diff_file_clear(&diff->files[k]);
		free(diff->files);
		free(diff->name);
	}
	free(list->items);
	*list = (struct diff_list){0};
}

/*
 * Room for one more in an array that grows by doubling: sets *items, which may have moved, and
 * *added to the new element, with all bytes zero.
 */
#define GROW(items, count, added)                                                       \
	({                                                                              \
		struct lp_error *failed_ = NULL;                                        \
		if (!((count) & ((count)-1))) {                                         \
			void *grown_ = reallocarray((items), (count) ? 2 * (count) : 1, \
						    sizeof(*(items)));                  \
			if (grown_)                                                     \
				(items) = grown_;                                       \
			else                                                            \
				failed_ = lp_error_no_memory();                         \
		}                                                                       \
		if (!failed_)                                                           \
			*(added) = memset(&(items)[(count)++], 0, sizeof(*(items)));    \
		failed_;                                                                \
	})

struct lp_error *diff_list_add(struct diff_list *list, const char *name, struct diff **diff)
{
	lp_try(GROW(list->items, list->count, diff));
	(*diff)->level = -1;
	return text_format(&(*diff)->name, "%s", name);
}

struct lp_error *diff_add_file(struct diff *diff, struct diff_file **added)
{
	return GROW(diff->files, diff->nr_files, added);
}

struct lp_error *diff_add_hunk(struct diff_file *file, struct diff_hunk **added)
{
	return GROW(file->hunks, file->nr_hunks, added);
}

struct lp_error *diff_add_line(struct diff_hunk *hunk, const struct diff_line *line)
{
	struct diff_line *added = NULL;

	lp_try(GROW(hunk->lines, hunk->nr_lines, &added));
	/* cppcheck-suppress nullPointer ; GROW() sets it, or fails */
	*added = *line;
	return NULL;
}

const char *diff_file_name(const struct diff_file *file)
{
	return file->path ?: file->new_name ?: file->old_name;
}

#define SWAP(one, other)                       \
	do {                                   \
		__typeof__(one) kept_ = (one); \
		(one) = (other);               \
		(other) = kept_;               \
	} while (0)

/* Removed lines become added ones; in a unified diff removed lines come first. */
static struct lp_error *reverse_hunk(struct diff_hunk *hunk)
{
	struct diff_line *lines = calloc(hunk->nr_lines + 1, sizeof(*lines));
	size_t count = 0;

	if (!lines)
		return lp_error_no_memory();
	SWAP(hunk->old_start, hunk->new_start);
	SWAP(hunk->old_count, hunk->new_count);
	for (size_t i = 0; i < hunk->nr_lines;) {
		size_t end = i;

		while (end < hunk->nr_lines && hunk->lines[end].sign != ' ')
			end++;
		for (size_t k = i; k < end; k++) {
			if (hunk->lines[k].sign == '+')
				lines[count++] = hunk->lines[k];
		}
		for (size_t k = i; k < end; k++) {
			if (hunk->lines[k].sign == '-')
				lines[count++] = hunk->lines[k];
		}
		for (size_t k = i; k < end; k++)
			lines[k].sign = lines[k].sign == '+' ? '-' : '+';
		if (end < hunk->nr_lines)
			lines[count++] = hunk->lines[end++];
		i = end;
	}
	free(hunk->lines);
	hunk->lines = lines;
	return NULL;
}

static struct lp_error *reverse_file(const struct diff *diff, struct diff_file *file)
{
	static const enum diff_kind reversed[] = {
		[DIFF_MODIFIED] = DIFF_MODIFIED,
		[DIFF_ADDED] = DIFF_REMOVED,
		[DIFF_REMOVED] = DIFF_ADDED,
		[DIFF_RENAMED] = DIFF_RENAMED,
	};

	if (file->kind == DIFF_COPIED)
		return lp_error_new(LP_NOT_APPLYING,
				    "%s:%zu: the copy %s can't be reversed: the diff does not have "
				    "all of its lines",
				    diff->name, file->number, diff_file_name(file));
	file->kind = reversed[file->kind];
	/* A modified file keeps the name that was chosen. */
	if (file->kind != DIFF_MODIFIED)
		SWAP(file->old_name, file->new_name);
	if (file->kind == DIFF_RENAMED)
		SWAP(file->old_path, file->path);
	SWAP(file->old_mode, file->new_mode);
	for (size_t i = 0; i < file->nr_hunks; i++)
		lp_try(reverse_hunk(&file->hunks[i]));
	return NULL;
}

struct lp_error *diff_reverse(struct diff *diff)
{
	for (size_t i = 0; i < diff->nr_files; i++)
		lp_try(reverse_file(diff, &diff->files[i]));
	diff->is_reversed = !diff->is_reversed;
	return NULL;
}

static struct lp_error *copy_name(char **copy, const char *name)
{
	*copy = name ? strdup(name) : NULL;
	return name && !*copy ? lp_error_no_memory() : NULL;
}

static struct lp_error *copy_file(const struct diff_file *file, struct diff_file *copy)
{
	*copy = (struct diff_file){
		.kind = file->kind, .number = file->number, .is_bare = file->is_bare};
	lp_try(copy_name(&copy->old_name, file->old_name));
	lp_try(copy_name(&copy->new_name, file->new_name));
	lp_try(copy_name(&copy->old_path, file->old_path));
	lp_try(copy_name(&copy->path, file->path));
	for (size_t i = 0; i < file->nr_hunks; i++) {
		struct diff_hunk *hunk;

		lp_try(diff_add_hunk(copy, &hunk));
		*hunk = file->hunks[i];
		hunk->lines = NULL;
		hunk->nr_lines = 0;
		for (size_t k = 0; k < file->hunks[i].nr_lines; k++)
			lp_try(diff_add_line(hunk, &file->hunks[i].lines[k]));
	}
	return NULL;
}

struct lp_error *diff_file_reversed(const struct diff *diff, const struct diff_file *file,
				    struct diff_file *copy)
{
	struct lp_error *error = copy_file(file, copy);

	if (!error)
		error = reverse_file(diff, copy);
	if (error)
		diff_file_clear(copy);
	return error;
}

static void write_hunk(const struct diff_hunk *hunk, FILE *out)
{
	fprintf(out, "@@ -%lu,%lu +%lu,%lu @@\n", hunk->old_start, hunk->old_count, hunk->new_start,
		hunk->new_count);
	for (size_t i = 0; i < hunk->nr_lines; i++) {
		const struct diff_line *line = &hunk->lines[i];

		fputc(line->sign, out);
		fwrite(line->text, 1, line->length, out);
		fputs(line->no_newline ? "\n\\ No newline at end of file\n" : "\n", out);
	}
}

static void write_hunks(const struct diff_file *file, const char *old_path, FILE *out)
{
	if (!file->nr_hunks)
		return;
	if (file->kind == DIFF_ADDED)
		fprintf(out, "--- /dev/null\n+++ b/%s\n", file->path);
	else if (file->kind == DIFF_REMOVED)
		fprintf(out, "--- a/%s\n+++ /dev/null\n", file->path);
	else
		fprintf(out, "--- a/%s\n+++ b/%s\n", old_path, file->path);
	for (size_t i = 0; i < file->nr_hunks; i++)
		write_hunk(&file->hunks[i], out);
}

void diff_write_file(const struct diff_file *file, FILE *out)
{
	write_hunks(file, file->path, out);
}

void diff_write_file_git(const struct diff_file *file, FILE *out)
{
	const char *old_path = file->old_path ?: file->path;

	fprintf(out, "diff --git a/%s b/%s\n", old_path, file->path);
	if (file->kind == DIFF_ADDED && file->new_mode)
		fprintf(out, "new file mode %06o\n", file->new_mode);
	else if (file->kind == DIFF_REMOVED && file->old_mode)
		fprintf(out, "deleted file mode %06o\n", file->old_mode);
	else if (file->old_mode && file->new_mode && file->old_mode != file->new_mode)
		fprintf(out, "old mode %06o\nnew mode %06o\n", file->old_mode, file->new_mode);
	if (file->kind == DIFF_RENAMED)
		fprintf(out, "rename from %s\nrename to %s\n", old_path, file->path);
	else if (file->kind == DIFF_COPIED)
		fprintf(out, "copy from %s\ncopy to %s\n", old_path, file->path);
	if (file->is_binary)
		fprintf(out, "Binary files %s%s and %s%s differ\n",
			file->kind == DIFF_ADDED ? "/dev/null" : "a/",
			file->kind == DIFF_ADDED ? "" : old_path,
			file->kind == DIFF_REMOVED ? "/dev/null" : "b/",
			file->kind == DIFF_REMOVED ? "" : file->path);
	write_hunks(file, old_path, out);
}
