// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/verdicts/outcome.h"

#include <string.h>

#include "common/file.h"
#include "create/c_text.h"
#include "create/kbuild.h"

/* A dependency file of a unit has some 100 KB. */
#define DEPFILE_LIMIT (16u << 20)

/* Adds the words of a hunk's changed lines, and of the line that its header shows. */
static struct lp_error *add_words(struct text_list *names, const char *text, size_t length)
{
	_cleanup_free_ char *line = text ? strndup(text, length) : NULL;
	const char *rest = line, *word;
	bool member;

	while (rest && (length = definition_next_word(&rest, &word, &member))) {
		_cleanup_free_ char *name = strndup(word, length);

		if (!name)
			return lp_error_no_memory();
		if (!text_list_contains(names, name))
			lp_try(text_list_add(names, "%s", name));
	}
	return NULL;
}

static struct lp_error *add_hunk(struct text_list *names, const struct diff_hunk *hunk)
{
	lp_try(add_words(names, hunk->heading, hunk->heading_length));
	for (size_t i = 0; i < hunk->nr_lines; i++) {
		/* Context, too, may have a function's first line, or the macro's name. */
		lp_try(add_words(names, hunk->lines[i].text, hunk->lines[i].length));
	}
	return NULL;
}

static struct lp_error *find_names(const struct verdicts *verdicts, const struct change *change,
				   struct text_list *names)
{
	for (size_t i = 0; i < change->nr_parts; i++) {
		const struct change_part *part = &change->parts[i];
		const struct diff_hunk *hunk;

		for (size_t k = 0; (hunk = change_part_hunk(&verdicts->set, part, k)); k++)
			lp_try(add_hunk(names, hunk));
	}
	return NULL;
}

/* The unit's dependency file, or "" if it has none. */
static struct lp_error *read_depfile(const struct unit *unit, char **text)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob blob = {0};

	lp_try(text_format(&path, "%s.d", unit->patched));
	if (access(path, F_OK))
		return text_format(text, "%s", "");
	lp_try(file_read(path, DEPFILE_LIMIT, &blob));
	*text = (char *)take(blob.data);
	return NULL;
}

/* Whether the unit was compiled from one of the change's files. */
static struct lp_error *is_compiled_from(const struct unit *unit, const struct change *change,
					 bool *yes)
{
	_cleanup_free_ char *depfile = NULL;

	*yes = text_list_contains(&change->files, unit->source);
	if (*yes)
		return NULL;
	lp_try(read_depfile(unit, &depfile));
	for (size_t i = 0; i < change->files.count && !*yes; i++) {
		_cleanup_free_ char *below = NULL;

		/* The names there are absolute, below the source or the view. */
		lp_try(text_format(&below, "/%s", change->files.items[i]));
		*yes = strstr(depfile, below);
	}
	return NULL;
}

static struct lp_error *add_functions(const struct creation_unit *unit,
				      const struct text_list *names, struct text_list *functions)
{
	for (size_t i = 0; i < unit->result->nr_functions; i++) {
		const struct diffobj_function *function = &unit->result->functions[i];
		const struct reason *reason = &unit->reasons.items[i];

		if ((reason->cause && text_list_contains(names, reason->cause)) ||
		    text_list_contains(names, function->name))
			lp_try(text_list_add(functions, "%s:%s", unit->unit->source,
					     function->name));
	}
	return NULL;
}

static bool changes_code(const struct creation_unit *unit)
{
	return unit->result && !diffobj_is_empty(unit->result);
}

/* Whether the config builds something of the change's files of C source; true for headers alone. */
static struct lp_error *is_built(struct creation *creation, const struct change *change,
				 bool *built)
{
	_cleanup_text_list_ struct text_list directories = {0};
	struct kbuild_objects objects = {0};
	size_t count, nr_sources = 0;

	*built = false;
	for (size_t i = 0; i < change->files.count && !*built; i++) {
		const char *path = change->files.items[i], *slash = strrchr(path, '/');
		_cleanup_free_ char *directory = strndup(path, slash ? (size_t)(slash - path) : 0);

		if (!directory)
			return lp_error_no_memory();
		if (!text_ends_with(path, ".c"))
			continue;
		nr_sources++;
		lp_try(kbuild_objects_read(creation->tree, directory, &objects));
		*built = kbuild_objects_find(&objects, path, &count);
		kbuild_objects_clear(&objects);
		objects = (struct kbuild_objects){0};
	}
	*built = *built || !nr_sources;
	return NULL;
}

/* A change that changes no code; `compiled` if some object was compiled from its files. */
static struct lp_error *find_nothing(struct creation *creation, struct verdicts *verdicts,
				     size_t index, bool compiled)
{
	bool built;

	lp_try(is_built(creation, &verdicts->changes.items[index], &built));
	verdicts->items[index].kind =
		compiled || built ? MANIFEST_VERDICT_NO_CODE : MANIFEST_VERDICT_NOT_BUILT;
	return NULL;
}

static struct lp_error *find_outcome(struct creation *creation, struct verdicts *verdicts,
				     size_t index)
{
	const struct change *change = &verdicts->changes.items[index];
	struct verdict *verdict = &verdicts->items[index];
	_cleanup_text_list_ struct text_list names = {0};
	bool compiled = false, changed = false;

	lp_try(find_names(verdicts, change, &names));
	for (size_t i = 0; i < creation->nr_units; i++) {
		const struct creation_unit *unit = &creation->units[i];
		bool uses;

		lp_try(is_compiled_from(unit->unit, change, &uses));
		compiled = compiled || uses;
		if (!uses || !changes_code(unit))
			continue;
		changed = true;
		lp_try(add_functions(unit, &names, &verdict->functions));
	}
	return changed ? NULL : find_nothing(creation, verdicts, index, compiled);
}

struct lp_error *outcome_find(struct creation *creation, struct verdicts *verdicts)
{
	message_progress(&creation->sink, "finding what each change has become");
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		if (verdicts->chosen[i])
			lp_try(find_outcome(creation, verdicts, i));
	}
	return NULL;
}

struct lp_error *outcome_nothing(struct creation *creation, struct verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->changes.count; i++) {
		if (verdicts->chosen[i])
			lp_try(find_nothing(creation, verdicts, i, false));
	}
	return NULL;
}
