// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout.h"

#include <string.h>

#include "common/file.h"
#include "create/c_text.h"
#include "create/layout/layout_btf.h"
#include "create/layout/layout_describe.h"

/* Limit of the types whose users are searched: a search takes some seconds. */
#define LOOKED_FOR 4

/* A type that changed, and the kernel's BTF for it. */
struct changed_type {
	const struct layout_type *old, *new;
	struct layout_change change;
	char *name; /* "struct foo" */
	enum layout_known known;
	uint64_t kernel_size; /* bytes, if `known` is LAYOUT_OTHER */
};

/* Sets *yes if one of the changed files defines the type; other types change by containing it. */
static struct lp_error *is_defined_there(const struct layout_job *job,
					 const struct layout_type *type, bool *yes)
{
	*yes = false;
	for (size_t i = 0; i < job->changed->count && !*yes; i++) {
		_cleanup_blob_ struct blob text = {0};
		_cleanup_(c_tokens_clear) struct c_tokens tokens = {0};
		struct lp_error *error = source_scan_read(job->scan, job->changed->items[i], &text);

		/* The diff adds this file. */
		if (error) {
			lp_error_free(error);
			continue;
		}
		lp_try(c_tokens_read((const char *)text.data, &tokens));
		for (size_t k = 0; k < tokens.count && !*yes; k++)
			*yes = c_token_is(&tokens, k, type->kind) &&
			       c_token_is(&tokens, k + 1, type->name) &&
			       c_token_is(&tokens, k + 2, "{");
	}
	return NULL;
}

static struct lp_error *describe_users(FILE *out, const struct layout_job *job,
				       const struct changed_type *changed)
{
	_cleanup_(type_users_clear) struct type_users users = {0};
	bool yes = false;

	/* Enums are not allocated. */
	if (!job->scan || !strcmp(changed->old->kind, "enum"))
		return NULL;
	lp_try(is_defined_there(job, changed->old, &yes));
	if (!yes || job->described->nr_looked_for == LOOKED_FOR)
		return NULL;
	job->described->nr_looked_for++;
	lp_try(type_users_find(job->scan, changed->old->kind, changed->old->name, job->changed,
			       &users));
	layout_describe_users(out, &changed->change, &users);
	return NULL;
}

/* Describes the members of a type only once, not for each object with the changed header. */
static struct lp_error *print_change(FILE *out, const struct layout_job *job,
				     const struct changed_type *changed)
{
	layout_describe_sizes(out, changed->old, changed->new, &changed->change);
	if (text_list_contains(&job->described->names, changed->name)) {
		fputs(", as above", out);
		return NULL;
	}
	fputs(":", out);
	layout_describe_members(out, changed->old, changed->new, &changed->change);
	if (changed->known == LAYOUT_OTHER)
		fprintf(out,
			"\n  the running kernel has a third layout, of %llu bytes: its source is "
			"another one",
			(unsigned long long)changed->kernel_size);
	lp_try(text_list_add(&job->described->names, "%s", changed->name));
	return describe_users(out, job, changed);
}

static struct lp_error *describe(const struct layout_job *job, const struct changed_type *changed,
				 struct text_list *differences)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	struct lp_error *error = print_change(out, job, changed);

	if (fclose(out) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	return text_list_add(differences, "%s", text);
}

static bool is_allowed(const struct text_list *allowed, const char *name)
{
	for (size_t i = 0; i < allowed->count; i++) {
		if (layout_is_named(allowed->items[i], name))
			return true;
	}
	return false;
}

bool layout_is_named(const char *option, const char *name)
{
	const char *blank = strrchr(option, ' ');

	return !strcmp(blank ? blank + 1 : option, name);
}

/* "foo.a" for a member that differs. */
static struct lp_error *name_member(const struct changed_type *changed, size_t i, char **name)
{
	const struct layout_difference *difference = &changed->change.items[i];

	return text_format(name, "%s.%s", changed->old->name,
			   (difference->new ?: difference->old)->name);
}

/* Sets *yes if the user allowed each member that differs, and no member moves another. */
static struct lp_error *are_allowed(const struct layout_job *job,
				    const struct changed_type *changed, bool *yes)
{
	*yes = changed->change.adds_only;
	for (size_t i = 0; i < changed->change.count && *yes; i++) {
		_cleanup_free_ char *name = NULL;

		lp_try(name_member(changed, i, &name));
		*yes = is_allowed(job->allowed, name);
	}
	return NULL;
}

static struct lp_error *note_allowed(const struct changed_type *changed,
				     struct layout_result *result)
{
	for (size_t i = 0; i < changed->change.count; i++) {
		_cleanup_free_ char *name = NULL;

		lp_try(name_member(changed, i, &name));
		lp_try(text_list_add(&result->overridden, "%s %s", changed->old->kind, name));
	}
	return NULL;
}

/* Notes the members that the user would have to allow, if no member moves. */
static struct lp_error *note_options(const struct layout_job *job,
				     const struct changed_type *changed, bool *all_add,
				     struct layout_result *result)
{
	*all_add = *all_add && changed->change.adds_only;
	if (!*all_add) {
		text_list_clear(&result->options);
		return NULL;
	}
	for (size_t i = 0; i < changed->change.count; i++) {
		_cleanup_free_ char *name = NULL;

		lp_try(name_member(changed, i, &name));
		if (!is_allowed(job->allowed, name))
			lp_try(text_list_add(&result->options, "%s", name));
	}
	return NULL;
}

static struct lp_error *judge(const struct layout_job *job, const struct layout_btf *btf,
			      struct changed_type *changed, bool *all_add,
			      struct layout_result *result)
{
	bool members_allowed;

	changed->known = layout_btf_find(btf, changed->old, &changed->kernel_size);
	if (changed->known == LAYOUT_ABSENT)
		return NULL;
	if (is_allowed(job->allowed, changed->old->name))
		return text_list_add(&result->overridden, "%s", changed->name);
	lp_try(are_allowed(job, changed, &members_allowed));
	if (members_allowed)
		return note_allowed(changed, result);
	lp_try(note_options(job, changed, all_add, result));
	return describe(job, changed, &result->differences);
}

/* The part of the name after the last dot. */
static const char *plain_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* Sets *yes if the layouts differ only by members in holes and have the same alignment. */
static struct lp_error *only_fills(const struct layout_job *job, const struct changed_type *changed,
				   bool *yes)
{
	uint64_t old, new;

	*yes = changed->old->size == changed->new->size && !strcmp(changed->old->kind, "struct");
	for (size_t i = 0; i < changed->change.count && *yes; i++)
		*yes = changed->change.items[i].kind == LAYOUT_FILLS;
	if (!*yes)
		return NULL;
	lp_try(layout_alignment_read(job->original, changed->old, &old));
	lp_try(layout_alignment_read(job->patched, changed->new, &new));
	*yes = old == new;
	return NULL;
}

/*
 * Notes a type in which only holes are filled. The width of an access to a bit field depends on the
 * members beside it, so a new member affects the users of bit fields, too.
 */
static struct lp_error *note_filled(const struct layout_job *job,
				    const struct changed_type *changed,
				    struct layout_result *result)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *line = NULL;
	bool fills;

	lp_try(only_fills(job, changed, &fills));
	if (!fills) {
		result->others_differ = true;
		return NULL;
	}
	lp_try(text_list_add(&words, "%s", changed->name));
	for (size_t i = 0; i < changed->change.count; i++)
		lp_try(text_list_add(&words, "%s", plain_name(changed->change.items[i].new->name)));
	for (size_t i = 0; i < changed->old->nr_members; i++) {
		if (changed->old->members[i].bits)
			lp_try(text_list_add(&words, "%s",
					     plain_name(changed->old->members[i].name)));
	}
	lp_try(text_list_join(&words, "\t", &line));
	return text_list_add(&result->filled, "%s", line);
}

static struct lp_error *judge_pair(const struct layout_job *job, const struct layout_type *old,
				   const struct layout_type *new, struct layout_btf **btf,
				   bool *has_btf, bool *all_add, struct layout_result *result)
{
	_cleanup_free_ char *name = NULL;
	struct changed_type changed = {.old = old, .new = new};
	struct lp_error *error = layout_change_find(old, new, &changed.change);

	if (error || (!changed.change.count && changed.change.adds_only)) {
		layout_change_clear(&changed.change);
		return error;
	}
	/* The kernel's BTF has several megabytes, so it is read only when needed. */
	if (!*has_btf)
		error = layout_btf_read(job->kernel, job->module, btf);
	*has_btf = true;
	if (!error)
		error = text_format(&name, "%s %s", old->kind, old->name);
	changed.name = name;
	if (!error)
		error = note_filled(job, &changed, result);
	if (!error)
		error = judge(job, *btf, &changed, all_add, result);
	layout_change_clear(&changed.change);
	return error;
}

static struct lp_error *compare_types(const struct layout_job *job, const struct layout_types *old,
				      const struct layout_types *new, struct layout_result *result)
{
	_cleanup_layout_btf_ struct layout_btf *btf = NULL;
	bool has_btf = false, all_add = true;

	for (size_t i = 0; i < old->count; i++) {
		const struct layout_type *now = layout_types_find(new, &old->types[i]);

		if (now)
			lp_try(judge_pair(job, &old->types[i], now, &btf, &has_btf, &all_add,
					  result));
	}
	return NULL;
}

struct lp_error *layout_compare(const struct layout_job *job, struct layout_result *result)
{
	_cleanup_(layout_types_clear) struct layout_types old = {0}, new = {0};

	*result = (struct layout_result){0};
	lp_try(layout_types_read(job->original, &old));
	lp_try(layout_types_read(job->patched, &new));
	return compare_types(job, &old, &new, result);
}

void layout_result_clear(struct layout_result *result)
{
	text_list_clear(&result->differences);
	text_list_clear(&result->overridden);
	text_list_clear(&result->options);
	text_list_clear(&result->filled);
}

void layout_described_clear(struct layout_described *described)
{
	text_list_clear(&described->names);
}
