// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/member_users.h"

#include <string.h>

#include "create/c_text/allocators.h"
#include "create/c_text/header_chunks.h"
#include "create/c_text/member_uses.h"
#include "create/c_text/type_uses.h"

/* If there are more names, every file is taken as affected. */
#define NAMES_LIMIT 150

struct search {
	const struct source_scan *scan;
	const struct member_addition *addition;
	struct type_users types;
	struct member_users *users;
};

static struct lp_error *add_once(struct text_list *list, const char *text)
{
	return text_list_contains(list, text) ? NULL : text_list_add(list, "%s", text);
}

static struct lp_error *add_all(struct text_list *list, const struct text_list *more)
{
	for (size_t i = 0; i < more->count; i++)
		lp_try(add_once(list, more->items[i]));
	return NULL;
}

/* All names by which a text can access the type. */
static struct lp_error *list_names(const struct search *search, struct text_list *names)
{
	const struct type_users *types = &search->types;

	for (size_t i = 0; i < types->holders.count; i++) {
		const char *blank = strchr(types->holders.items[i], ' ');

		lp_try(add_once(names, blank ? blank + 1 : types->holders.items[i]));
	}
	lp_try(add_all(names, &types->aliases));
	lp_try(add_all(names, &types->pointers));
	lp_try(add_all(names, &types->values));
	lp_try(add_all(names, &types->pointing));
	return add_all(names, &types->objects);
}

/* Whether the text handles a whole object of the type, or of a type that contains it. */
static struct lp_error *has_object(const struct search *search, const struct c_tokens *tokens,
				   bool *yes)
{
	const struct type_users *types = &search->types;

	*yes = false;
	for (size_t i = 0; i < types->holders.count && !*yes; i++) {
		const char *holder = types->holders.items[i], *blank = strchr(holder, ' ');
		const struct type_names names = {
			.kind = text_starts_with(holder, "union ") ? "union" : "struct",
			.tag = blank ? blank + 1 : "",
			.aliases = types->aliases,
		};
		_cleanup_(type_uses_clear) struct type_uses uses = {0};

		lp_try(type_uses_read(tokens, &names, &uses));
		for (size_t k = 0; k < uses.count && !*yes; k++) {
			const struct type_use *use = &uses.items[k];

			*yes = use->kind == TYPE_VARIABLE || use->kind == TYPE_ON_STACK ||
			       (use->kind == TYPE_ALLOCATED &&
				allocator_find(use->name, strlen(use->name)) == ALLOCATOR_NONE);
		}
	}
	return NULL;
}

static struct lp_error *judge(const struct search *search, const char *text, bool *leads,
			      bool *matters)
{
	_cleanup_(c_tokens_clear) struct c_tokens tokens = {0};
	const struct member_names names = {.users = &search->types,
					   .added = &search->addition->names};
	struct member_verdict verdict;
	bool whole;

	lp_try(c_tokens_read(text, &tokens));
	lp_try(member_uses_read(&tokens, &names, &verdict));
	lp_try(has_object(search, &tokens, &whole));
	*leads = verdict.leads || whole;
	*matters = whole || member_uses_matter(&verdict);
	return NULL;
}

/* Macros and inline functions of a header count where they are used, the rest in the header. */
static struct lp_error *look_into_header(struct search *search, const char *path, const char *text)
{
	_cleanup_(chunk_list_clear) struct chunk_list chunks = {0};

	lp_try(chunk_list_read(text, &chunks));
	for (size_t i = 0; i < chunks.count; i++) {
		const struct chunk *chunk = &chunks.items[i];
		bool leads, matters;

		if (chunk_only_declares(chunk))
			continue;
		lp_try(judge(search, chunk->text, &leads, &matters));
		/* A use of a macro's value can only be found by the macro's name. */
		if (chunk->kind == CHUNK_MACRO ? leads : chunk->kind == CHUNK_INLINE && matters)
			lp_try(add_once(&search->users->names, chunk->name));
		else if (chunk->kind == CHUNK_OTHER && matters)
			lp_try(add_once(&search->users->files, path));
	}
	return NULL;
}

static struct lp_error *look_into(struct search *search, const char *path)
{
	_cleanup_blob_ struct blob text = {0};
	bool leads, matters;

	/* Assembly uses only numbers, which don't change. */
	if (text_ends_with(path, ".S"))
		return NULL;
	lp_try(source_scan_read(search->scan, path, &text));
	if (text_ends_with(path, ".h"))
		return look_into_header(search, path, (const char *)text.data);
	lp_try(judge(search, (const char *)text.data, &leads, &matters));
	return matters ? add_once(&search->users->files, path) : NULL;
}

static struct lp_error *run(struct search *search, const struct text_list *changed)
{
	const char *blank = strchr(search->addition->type, ' ');
	_cleanup_free_ char *kind = NULL;
	_cleanup_text_list_ struct text_list files = {0};
	struct member_users *users = search->users;

	lp_try(text_format(&kind, "%.*s", (int)(blank - search->addition->type),
			   search->addition->type));
	lp_try(type_users_find(search->scan, kind, blank + 1, changed, &search->types));
	lp_try(list_names(search, &users->pasted));
	lp_try(add_all(&users->pasted, &search->addition->names));
	users->is_complete = search->types.is_complete && users->pasted.count <= NAMES_LIMIT;
	if (!users->is_complete)
		return NULL;
	lp_try(source_scan_mentions(search->scan, &users->pasted, &files));
	for (size_t i = 0; i < files.count; i++)
		lp_try(look_into(search, files.items[i]));
	return NULL;
}

struct lp_error *member_users_find(const struct source_scan *scan,
				   const struct member_addition *addition,
				   const struct text_list *changed, struct member_users *users)
{
	struct search search = {.scan = scan, .addition = addition, .users = users};

	*users = (struct member_users){0};
	struct lp_error *error = run(&search, changed);

	type_users_clear(&search.types);
	return error;
}

void member_users_clear(struct member_users *users)
{
	text_list_clear(&users->files);
	text_list_clear(&users->names);
	text_list_clear(&users->pasted);
}
