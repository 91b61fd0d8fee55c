// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/patch_set.h"

#include <string.h>

#include "create/diff/change_list.h"
#include "create/diff/diff_level.h"
#include "create/diff/diff_parse.h"
#include "create/diff/input.h"
#include "create/diff/no_diff.h"

/* Converts Windows line ends to Unix ones, as in the kernel source. */
static void strip_carriage_returns(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] != '\r' || text[1] != '\n')
			*out++ = *text;
	}
	*out = '\0';
}

struct lp_error *patch_set_add(struct patch_set *set, const char *name, char *text, int level)
{
	size_t first = set->diffs.count;

	strip_carriage_returns(text);
	lp_try(text_list_add(&set->texts, "%s", text));
	lp_try(diff_parse(name, set->texts.items[set->texts.count - 1], &set->diffs));
	for (size_t i = first; i < set->diffs.count; i++) {
		set->diffs.items[i].level = level;
		set->diffs.items[i].text = set->texts.count - 1;
	}
	return NULL;
}

struct lp_error *patch_set_reverse(struct patch_set *set, size_t first)
{
	struct diff *items = set->diffs.items;

	for (size_t i = first; i < set->diffs.count; i++)
		lp_try(diff_reverse(&items[i]));
	for (size_t low = first, high = set->diffs.count; low + 1 < high; low++) {
		struct diff kept = items[low];

		items[low] = items[--high];
		items[high] = kept;
	}
	return NULL;
}

/* One message or file of the input. */
static struct lp_error *take_input(void *context, const struct input *input)
{
	struct patch_set *set = context;
	size_t before = set->diffs.count;

	lp_try(no_diff_web_page(input->name, input->text));
	lp_try(patch_set_add(set, input->name, input->text, input->level));
	if (input->is_reversed)
		lp_try(patch_set_reverse(set, before));
	return set->diffs.count == before ? no_diff_other(input->name, input->text) : NULL;
}

/* Whether any file gets more than another mode or name. */
static bool changes_content(const struct patch_set *set)
{
	for (size_t i = 0; i < set->diffs.count; i++) {
		const struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++) {
			const struct diff_file *file = &diff->files[k];

			if (file->nr_hunks || file->is_binary ||
			    (file->kind != DIFF_MODIFIED && file->kind != DIFF_RENAMED))
				return true;
		}
	}
	return false;
}

struct lp_error *patch_set_read(const struct text_list *names, struct patch_set *set)
{
	*set = (struct patch_set){0};
	for (size_t i = 0; i < names->count; i++)
		lp_try(input_read(names->items[i], take_input, set));
	return NULL;
}

struct lp_error *patch_set_check(const struct patch_set *set, const struct text_list *names)
{
	if (changes_content(set))
		return NULL;
	if (set->diffs.count)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "%s changes no line of any file, only modes or names",
				    set->diffs.items[0].name);
	if (!names->count)
		return NULL;
	return no_diff_alone(names->items[0], set->texts.count ? set->texts.items[0] : "");
}

/* What is asked about paths while they are found out. */
struct place {
	const char *source;
	const struct change_list *changes;
};

static bool exists(void *context, const char *path)
{
	const struct place *place = context;
	_cleanup_free_ char *full = NULL;
	struct lp_error *error = text_format(&full, "%s/%s", place->source, path);

	lp_error_free(error);
	return !error && (!access(full, F_OK) || change_list_makes(place->changes, path));
}

/* The files of the parts that are not ignored. Duplicates do no harm. */
static struct lp_error *find_touched(struct patch_set *set)
{
	text_list_clear(&set->touched);
	for (size_t i = 0; i < set->diffs.count; i++) {
		const struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++) {
			const struct diff_file *file = &diff->files[k];

			if (file->is_passed_over)
				continue;
			lp_try(text_list_add(&set->touched, "%s", file->path));
			if (file->old_path)
				lp_try(text_list_add(&set->touched, "%s", file->old_path));
		}
	}
	return NULL;
}

static struct lp_error *settle(struct patch_set *set, const char *source, struct change_list *list)
{
	struct place place = {.source = source, .changes = list};

	for (size_t i = 0; i < set->diffs.count; i++) {
		struct diff *diff = &set->diffs.items[i];
		bool known;

		lp_try(diff_settle_paths(diff, source ? exists : NULL, &place, &known));
		if (!known)
			return NULL;
		for (size_t k = 0; k < diff->nr_files; k++)
			lp_try(change_list_add(list, &diff->files[k]));
	}
	set->is_settled = true;
	change_list_finish(list, set);
	return find_touched(set);
}

struct lp_error *patch_set_settle(struct patch_set *set, const char *source)
{
	struct change_list *list;

	if (set->is_settled)
		return NULL;
	lp_try(change_list_new(&list));
	struct lp_error *error = settle(set, source, list);

	change_list_free(list);
	return error;
}

/* A rename also takes its old name away, so there must be a reason for both; a copy does not. */
static bool is_out(const char *why(const char *path), const char *path, const char *taken)
{
	return why(path) && (!taken || why(taken));
}

struct lp_error *patch_set_pass_over(struct patch_set *set, const char *why(const char *path))
{
	for (size_t i = 0; i < set->nr_changes; i++) {
		struct file_change *change = &set->changes[i];

		change->is_passed_over |= is_out(why, change->path, change->old_path);
	}
	for (size_t i = 0; i < set->diffs.count; i++) {
		struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++) {
			struct diff_file *file = &diff->files[k];

			file->is_passed_over |= is_out(
				why, file->path, file->kind == DIFF_COPIED ? NULL : file->old_path);
		}
	}
	return find_touched(set);
}

static bool has_reversed(const struct patch_set *set)
{
	for (size_t i = 0; i < set->diffs.count; i++) {
		if (set->diffs.items[i].is_reversed)
			return true;
	}
	return false;
}

static void write_all(const struct patch_set *set, FILE *out)
{
	for (size_t i = 0; i < set->diffs.count; i++) {
		const struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++)
			diff_write_file_git(&diff->files[k], out);
	}
}

struct lp_error *patch_set_text(const struct patch_set *set, char **text)
{
	size_t size;

	if (!has_reversed(set))
		return text_list_join(&set->texts, "", text);
	FILE *out = open_memstream(text, &size);

	if (!out)
		return lp_error_no_memory();
	write_all(set, out);
	return fclose(out) ? lp_error_no_memory() : NULL;
}

void patch_set_clear(struct patch_set *set)
{
	diff_list_clear(&set->diffs);
	text_list_clear(&set->texts);
	text_list_clear(&set->touched);
	for (size_t i = 0; i < set->nr_changes; i++) {
		free(set->changes[i].path);
		free(set->changes[i].old_path);
	}
	free(set->changes);
	*set = (struct patch_set){0};
}

struct lp_error *patch_set_refused(const struct text_list *reasons)
{
	_cleanup_free_ char *lines = NULL;

	lp_try(text_list_join_first(reasons, MESSAGE_OF_A_KIND, "\n", &lines));
	return lp_error_hint(
		lp_error_new(LP_UNSAFE, "the patch can't be a live update:\n%s", lines),
		"Leave these changes out of the diff if the rest makes sense without them.");
}
