// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/changed_names.h"

#include <ctype.h>
#include <string.h>

static int compare_texts(const void *left, const void *right)
{
	return strcmp((*(struct definition *const *)left)->text,
		      (*(struct definition *const *)right)->text);
}

/* The definitions of a list by text; to be freed. */
static struct definition **sort(const struct definition_list *list)
{
	struct definition **sorted = calloc(list->count + 1, sizeof(struct definition *));

	for (size_t i = 0; sorted && i < list->count; i++)
		sorted[i] = &list->items[i];
	if (sorted)
		qsort(sorted, list->count, sizeof(struct definition *), compare_texts);
	return sorted;
}

/* Marks definitions that `others` doesn't have. */
static struct lp_error *mark(struct definition_list *these, const struct definition_list *others)
{
	_cleanup_free_ struct definition **sorted = sort(others);

	if (!sorted)
		return lp_error_no_memory();
	for (size_t i = 0; i < these->count; i++) {
		const struct definition *wanted = &these->items[i];

		these->items[i].changed = !bsearch(&wanted, sorted, others->count,
						   sizeof(struct definition *), compare_texts);
	}
	return NULL;
}

static struct lp_error *add_name(struct source_file *file, struct changed_name name)
{
	for (size_t i = 0; i < file->nr_names; i++) {
		const struct changed_name *known = &file->names[i];

		if (known->kind == name.kind && known->length == name.length &&
		    !strncmp(known->name, name.name, name.length))
			return NULL;
	}
	struct changed_name *names = reallocarray(file->names, file->nr_names + 1, sizeof(*names));

	if (!names)
		return lp_error_no_memory();
	file->names = names;
	names[file->nr_names++] = name;
	return NULL;
}

static bool defines(const struct definition_list *list, const struct definition *wanted)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct definition *definition = &list->items[i];

		if (definition->kind == wanted->kind && definition->name &&
		    !strcmp(definition->name, wanted->name))
			return true;
	}
	return false;
}

/* "NAME" or "NAME = VALUE", one of an enum. */
struct enumerator {
	const char *text;
	size_t length;      /* of all of it */
	size_t name_length; /* of the name at its start */
	bool has_value;
};

/* The next of an enum's constants; false after the last. */
static bool next_enumerator(const char **at, struct enumerator *enumerator)
{
	const char *text = *at;
	int brackets = 0;

	text += strspn(text, " {,");
	*enumerator = (struct enumerator){.text = text};
	while (definition_is_word(text[enumerator->name_length]))
		enumerator->name_length++;
	while (*text && *text != '}' && (brackets || *text != ',')) {
		brackets += *text == '(';
		brackets -= *text == ')';
		enumerator->has_value |= *text == '=';
		text++;
	}
	*at = text;
	while (text > enumerator->text && text[-1] == ' ')
		text--;
	enumerator->length = (size_t)(text - enumerator->text);
	return enumerator->name_length > 0;
}

/* The constant of the same name, with the one before it, if the enum has it. */
static bool find_enumerator(const char *text, const struct enumerator *wanted,
			    struct enumerator *found, struct enumerator *previous)
{
	*previous = (struct enumerator){0};
	while (next_enumerator(&text, found)) {
		if (found->name_length == wanted->name_length &&
		    !strncmp(found->text, wanted->text, wanted->name_length))
			return true;
		*previous = *found;
	}
	return false;
}

static bool same_name(const struct enumerator *one, const struct enumerator *other)
{
	return one->name_length == other->name_length &&
	       (!one->text || !strncmp(one->text, other->text, one->name_length));
}

/*
 * Adds the constants of an enum that may have another value than before: their own
 * text changed, or they count on from one that changed, or from another one.
 */
static struct lp_error *add_enumerators(struct source_file *file, const char *old, const char *now)
{
	struct enumerator one, other, before, previous = {0};
	const char *at = strchrnul(now, '{'), *others = strchrnul(old, '{');
	bool changed = false;

	while (next_enumerator(&at, &one)) {
		bool known = find_enumerator(others, &one, &other, &before);
		bool same = known && one.length == other.length &&
			    !strncmp(one.text, other.text, one.length);

		changed = !same || (!one.has_value && (changed || !same_name(&previous, &before)));
		if (changed && known)
			lp_try(add_name(file, (struct changed_name){.name = one.text,
								    .length = one.name_length,
								    .kind = CHANGED_CONSTANT}));
		previous = one;
	}
	return NULL;
}

/* The same enum before: by its tag, or by the first constant that it shares. */
static const struct definition *old_enum(const struct definition_list *before,
					 const struct definition *now)
{
	const char *at = strchrnul(now->text, '{');
	struct enumerator wanted, found, previous;

	for (size_t i = 0; now->name && i < before->count; i++) {
		const struct definition *old = &before->items[i];

		if (old->kind == DEFINITION_ENUM && old->name && !strcmp(old->name, now->name))
			return old;
	}
	while (!now->name && next_enumerator(&at, &wanted)) {
		for (size_t i = 0; i < before->count; i++) {
			const struct definition *old = &before->items[i];

			if (old->kind == DEFINITION_ENUM &&
			    find_enumerator(strchrnul(old->text, '{'), &wanted, &found, &previous))
				return old;
		}
	}
	return NULL;
}

/* Adds the name of the changed definition. */
static struct lp_error *add_definition(struct source_file *file, const struct definition *one,
				       const struct definition_list *others)
{
	static const int kinds[] = {
		[DEFINITION_FUNCTION] = CHANGED_FUNCTION,
		[DEFINITION_MACRO] = CHANGED_MACRO,
		[DEFINITION_DIRECTIVE] = -1,
		[DEFINITION_ENUM] = CHANGED_TYPE,
		[DEFINITION_TYPE] = CHANGED_TYPE,
		[DEFINITION_VARIABLE] = CHANGED_VARIABLE,
		[DEFINITION_PROTOTYPE] = CHANGED_PROTOTYPE,
		[DEFINITION_OTHER] = -1,
	};

	if (one->kind == DEFINITION_DIRECTIVE)
		file->changes_directives = true;
	if (!one->name || kinds[one->kind] < 0)
		return NULL;
	/* Unchanged code can't use a new name, except a macro, which hides the earlier meaning. */
	if (one->kind != DEFINITION_MACRO && !defines(others, one))
		return NULL;
	return add_name(file,
			(struct changed_name){.name = one->name,
					      .length = strlen(one->name),
					      .kind = kinds[one->kind],
					      .has_parameters = one->has_parameters,
					      .tagged = strncmp(one->text, "typedef", 7) != 0});
}

static struct lp_error *add_changed(struct source_file *file, const struct definition_list *these,
				    const struct definition_list *others)
{
	for (size_t i = 0; i < these->count; i++) {
		const struct definition *one = &these->items[i];
		const struct definition *old;

		if (!one->changed)
			continue;
		lp_try(add_definition(file, one, others));
		old = one->kind == DEFINITION_ENUM ? old_enum(others, one) : NULL;
		if (old)
			lp_try(add_enumerators(file, old->text, one->text));
	}
	return NULL;
}

struct lp_error *changed_names_find(struct source_file *file)
{
	lp_try(mark(&file->now, &file->before));
	lp_try(mark(&file->before, &file->now));
	/* The patched version comes first: that of the running kernel only adds what is gone. */
	lp_try(add_changed(file, &file->now, &file->before));
	return add_changed(file, &file->before, &file->now);
}
