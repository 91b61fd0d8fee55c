// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/type_users.h"

#include <string.h>

#include "create/c_text/allocators.h"
#include "create/c_text/type_uses.h"

/* Limit of the types that contain the type, directly or not, and are examined. */
#define HOLDERS_LIMIT 32

/* Limit of the files that are read for all of them: about 10 s of work. */
#define FILES_LIMIT 10000

/* The type that the caller asks about, or a type that contains it. */
struct holder {
	char *name; /* "struct foo", or that of a typedef */
	char *tag;  /* "foo"; "" if it has none */
	struct type_names names;
	struct text_list files;    /* that mention it, and don't define another type of that name */
	struct text_list defining; /* those of them that define it */
	struct text_list owners;   /* types with a member that points to it */
	struct text_list caches;   /* of its objects: "FILE" or "", a tab, the variable */
};

struct search {
	const struct source_scan *scan;
	const struct text_list *changed;
	struct holder holders[HOLDERS_LIMIT]; /* the first is the type that the caller asks about */
	size_t count;
	size_t nr_read; /* files */
	struct type_users *users;
};

static void holder_clear(struct holder *holder)
{
	text_list_clear(&holder->names.aliases);
	text_list_clear(&holder->names.pointers);
	text_list_clear(&holder->files);
	text_list_clear(&holder->defining);
	text_list_clear(&holder->owners);
	text_list_clear(&holder->caches);
	free(holder->name);
	free(holder->tag);
}

static struct lp_error *add_once(struct text_list *list, const char *text)
{
	return text_list_contains(list, text) ? NULL : text_list_add(list, "%s", text);
}

/* Stores the reason unless there is one. */
static struct lp_error *set_unclear(struct search *search, const char *reason)
{
	return search->users->unclear ? NULL : text_format(&search->users->unclear, "%s", reason);
}

/* Notes that a limit was reached, so that the lists are not complete. */
static struct lp_error *give_up(struct search *search, const char *reason)
{
	search->users->is_complete = false;
	return set_unclear(search, reason);
}

/* Adds a type, "struct foo" or the name of a typedef, unless it is in the list. */
static struct lp_error *add_holder(struct search *search, const char *name)
{
	const char *blank = strchr(name, ' ');

	for (size_t i = 0; i < search->count; i++) {
		if (!strcmp(search->holders[i].name, name))
			return NULL;
	}
	if (search->count == HOLDERS_LIMIT)
		return give_up(search, "too many types have it as a member");
	struct holder *holder = &search->holders[search->count++];

	*holder = (struct holder){
		.names.kind = text_starts_with(name, "union ")  ? "union"
			      : text_starts_with(name, "enum ") ? "enum"
								: "struct",
	};
	lp_try(text_format(&holder->name, "%s", name));
	lp_try(text_format(&holder->tag, "%s", blank ? blank + 1 : ""));
	holder->names.tag = holder->tag;
	return blank ? NULL : text_list_add(&holder->names.aliases, "%s", name);
}

/* One file's text, and its tokens. */
struct source {
	struct blob text;
	struct c_tokens tokens;
};

static struct lp_error *source_open(struct search *search, const char *path, struct source *source)
{
	*source = (struct source){0};
	if (search->nr_read == FILES_LIMIT) {
		lp_try(give_up(search, "too many files use it"));
		source->text.data = calloc(1, 1);
		return source->text.data ? NULL : lp_error_no_memory();
	}
	search->nr_read++;
	lp_try(source_scan_read(search->scan, path, &source->text));
	return c_tokens_read((const char *)source->text.data, &source->tokens);
}

static void source_close(struct source *source)
{
	c_tokens_clear(&source->tokens);
	free(source->text.data);
}

static bool has_word(const struct c_tokens *tokens, const char *word)
{
	for (size_t i = 0; *word && i < tokens->count; i++) {
		if (c_token_is(tokens, i, word))
			return true;
	}
	return false;
}

static bool mentions(const struct c_tokens *tokens, const struct holder *holder)
{
	if (has_word(tokens, holder->tag))
		return true;
	for (size_t i = 0; i < holder->names.aliases.count; i++) {
		if (has_word(tokens, holder->names.aliases.items[i]))
			return true;
	}
	return false;
}

/* Adds what the first pass over a file finds; that pass collects the names of the type. */
static struct lp_error *learn(struct holder *holder, const char *path, const struct type_uses *uses)
{
	lp_try(text_list_add(&holder->files, "%s", path));
	for (size_t i = 0; i < uses->count; i++) {
		const struct type_use *use = &uses->items[i];

		if (use->kind == TYPE_DEFINED)
			lp_try(add_once(&holder->defining, path));
		if (use->kind == TYPE_ALIASED)
			lp_try(add_once(&holder->names.aliases, use->name));
		if (use->kind != TYPE_POINTER)
			continue;
		lp_try(add_once(&holder->names.pointers, use->name));
		if (strchr(use->owner, ' '))
			lp_try(add_once(&holder->owners, strchr(use->owner, ' ') + 1));
		else if (*use->owner)
			lp_try(add_once(&holder->owners, use->owner));
	}
	return NULL;
}

/* Drops the files that define another type with the same name. */
static struct lp_error *drop_others(const struct search *search, struct holder *holder)
{
	const struct text_list *defining = &holder->defining;
	_cleanup_text_list_ struct text_list files = holder->files;
	bool has_changed = false;
	const char *only = NULL;

	for (size_t i = 0; i < defining->count; i++)
		has_changed =
			has_changed || text_list_contains(search->changed, defining->items[i]);
	/* Other files can't use a type that is defined in a .c file. */
	for (size_t i = 0; i < defining->count; i++) {
		bool counts =
			!has_changed || text_list_contains(search->changed, defining->items[i]);

		if (counts && text_ends_with(defining->items[i], ".c"))
			only = defining->items[i];
		else if (counts)
			only = "";
	}
	holder->files = (struct text_list){0};
	for (size_t i = 0; i < files.count; i++) {
		const char *file = files.items[i];

		if (only && *only && has_changed && strcmp(file, only) != 0)
			continue;
		if (!has_changed || !text_list_contains(defining, file) ||
		    text_list_contains(search->changed, file))
			lp_try(text_list_add(&holder->files, "%s", file));
	}
	return NULL;
}

static struct lp_error *learn_file(struct search *search, struct holder *holder, const char *path)
{
	_cleanup_(source_close) struct source source;
	_cleanup_(type_uses_clear) struct type_uses uses = {0};

	lp_try(source_open(search, path, &source));
	if (!mentions(&source.tokens, holder) || text_list_contains(&holder->files, path))
		return NULL;
	lp_try(type_uses_read(&source.tokens, &holder->names, &uses));
	return learn(holder, path, &uses);
}

/* Adds the names of the holders from number `first` on that are not in `known` to both lists. */
static struct lp_error *add_words(const struct search *search, size_t first,
				  struct text_list *known, struct text_list *words)
{
	for (size_t i = first; i < search->count; i++) {
		const struct holder *holder = &search->holders[i];

		if (*holder->tag && !text_list_contains(known, holder->tag))
			lp_try(text_list_add(words, "%s", holder->tag));
		for (size_t k = 0; k < holder->names.aliases.count; k++) {
			if (!text_list_contains(known, holder->names.aliases.items[k]))
				lp_try(text_list_add(words, "%s", holder->names.aliases.items[k]));
		}
	}
	for (size_t i = 0; i < words->count; i++)
		lp_try(add_once(known, words->items[i]));
	return NULL;
}

/* Finds the files that mention the holders from number `first` on, and the holders' names. */
static struct lp_error *learn_names(struct search *search, size_t first)
{
	_cleanup_text_list_ struct text_list known = {0};

	/* Other files may use the name of a typedef without the tag. */
	for (;;) {
		_cleanup_text_list_ struct text_list words = {0}, files = {0};

		lp_try(add_words(search, first, &known, &words));
		if (!words.count)
			break;
		lp_try(source_scan_mentions(search->scan, &words, &files));
		for (size_t i = first; i < search->count; i++) {
			for (size_t k = 0; k < files.count; k++)
				lp_try(learn_file(search, &search->holders[i], files.items[k]));
		}
	}
	for (size_t i = first; i < search->count; i++)
		lp_try(drop_others(search, &search->holders[i]));
	return NULL;
}

/* Formats the place of a use for messages: "fs/pipe.c:789 (kzalloc)". */
static struct lp_error *describe(const struct type_use *use, const char *path, char **place)
{
	bool plain = !*use->name;

	return text_format(place, "%s:%u%s%s%s", path, use->line, plain ? "" : " (", use->name,
			   plain ? "" : ")");
}

/*
 * Adds a use of the type itself to the list. A use of a type that contains it only decides whether
 * the memory is known to be cleared.
 */
static struct lp_error *note(struct search *search, const struct holder *holder,
			     struct text_list *list, const struct type_use *use, const char *path,
			     bool is_clear)
{
	bool is_first = holder == search->holders;
	_cleanup_free_ char *place = NULL;

	lp_try(describe(use, path, &place));
	if (is_first)
		lp_try(add_once(list, place));
	if (is_clear)
		return NULL;
	if (!is_first) {
		_cleanup_free_ char *as_part = NULL;

		lp_try(text_format(&as_part, "%s, as part of %s", place, holder->name));
		return set_unclear(search, as_part);
	}
	return set_unclear(search, place);
}

static struct lp_error *note_member(struct search *search, const struct holder *holder,
				    const struct type_use *use, const char *path)
{
	_cleanup_free_ char *place = NULL;

	lp_try(add_once(&search->users->values, use->member));
	if (!strcmp(use->name, holder->name))
		return NULL;
	lp_try(text_format(&place, "%s, %s:%u", use->name, path, use->line));
	if (holder == search->holders)
		lp_try(add_once(&search->users->types, place));
	if (!use->is_zero) {
		_cleanup_free_ char *shared = NULL;

		lp_try(text_format(&shared, "%s, in a union", place));
		lp_try(set_unclear(search, shared));
	}
	return add_holder(search, use->name);
}

/* Adds the names that a file must mention to have a whole object of the type or of a holder. */
static struct lp_error *note_names(struct type_users *users, const struct type_use *use,
				   const char *path)
{
	switch (use->kind) {
	case TYPE_POINTER:
		return add_once(&users->pointers, use->name);
	case TYPE_POINTED_TO:
		/* A static function of a .c file can't be used elsewhere; one of a header can. */
		if (use->is_static && text_ends_with(path, ".c"))
			return NULL;
		return add_once(&users->pointing, use->name);
	case TYPE_DECLARED:
		return add_once(&users->objects, use->name);
	case TYPE_VARIABLE:
	case TYPE_ON_STACK:
		return add_once(&users->owning, path);
	case TYPE_ALLOCATED:
		/* An unknown macro may declare an object. */
		if (allocator_find(use->name, strlen(use->name)) == ALLOCATOR_NONE)
			return add_once(&users->owning, path);
		return NULL;
	default:
		return NULL;
	}
}

static struct lp_error *note_use(struct search *search, struct holder *holder,
				 const struct type_use *use, const char *path)
{
	struct type_users *users = search->users;

	lp_try(note_names(users, use, path));

	switch (use->kind) {
	case TYPE_MEMBER:
		return note_member(search, holder, use, path);
	case TYPE_VARIABLE:
		return note(search, holder, &users->variables, use, path, true);
	case TYPE_ON_STACK:
		return note(search, holder, &users->stacks, use, path, false);
	case TYPE_ALLOCATED:
		return note(search, holder, &users->allocations, use, path, use->is_zero);
	case TYPE_SIZE_USED:
	case TYPE_WRITTEN:
		return note(search, holder, &users->others, use, path, false);
	case TYPE_CACHED:
		if (!*use->name)
			return note(search, holder, &users->others, use, path, false);
		return text_list_add(&holder->caches, "%s\t%s", use->is_static ? path : "",
				     use->name);
	default:
		return NULL;
	}
}

static struct lp_error *note_file(struct search *search, struct holder *holder, const char *path)
{
	_cleanup_(source_close) struct source source;
	_cleanup_(type_uses_clear) struct type_uses uses = {0};

	lp_try(source_open(search, path, &source));
	lp_try(type_uses_read(&source.tokens, &holder->names, &uses));
	for (size_t i = 0; i < uses.count; i++)
		lp_try(note_use(search, holder, &uses.items[i], path));
	return NULL;
}

/* True if the text contains one of the words, or one as part of a longer word: a fast check. */
static bool has_any(const struct blob *text, const struct text_list *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (memmem(text->data, text->size, words->items[i], strlen(words->items[i])))
			return true;
	}
	return false;
}

/*
 * Reads a file that doesn't mention the type, but may have sizeof(*a->b) for a member b that points
 * to it.
 */
static struct lp_error *note_by_pointer(struct search *search, struct holder *holder,
					const char *path)
{
	_cleanup_blob_ struct blob text = {0};

	if (text_list_contains(&holder->files, path))
		return NULL;
	lp_try(source_scan_read(search->scan, path, &text));
	if (!has_any(&text, &holder->owners) || !has_any(&text, &holder->names.pointers))
		return NULL;
	return note_file(search, holder, path);
}

static struct lp_error *note_from_cache(struct search *search, struct holder *holder,
					const char *cache, const char *path)
{
	_cleanup_(source_close) struct source source;
	_cleanup_(type_uses_clear) struct type_uses uses = {0};

	lp_try(source_open(search, path, &source));
	lp_try(type_uses_of_cache(&source.tokens, cache, &uses));
	for (size_t i = 0; i < uses.count; i++)
		lp_try(note_use(search, holder, &uses.items[i], path));
	return NULL;
}

/* Reads `files`, which mention owners or caches of holders from number `first` on. */
static struct lp_error *note_more(struct search *search, size_t first, size_t end,
				  const struct text_list *files)
{
	for (size_t i = first; i < end; i++) {
		struct holder *holder = &search->holders[i];

		for (size_t k = 0; k < files->count && holder->owners.count; k++)
			lp_try(note_by_pointer(search, holder, files->items[k]));
		for (size_t c = 0; c < holder->caches.count; c++) {
			const char *cache = strchr(holder->caches.items[c], '\t') + 1;
			size_t length = cache - 1 - holder->caches.items[c];

			for (size_t k = 0; k < files->count; k++) {
				const char *file = files->items[k];

				if (length && (strlen(file) != length ||
					       strncmp(file, holder->caches.items[c], length) != 0))
					continue;
				lp_try(note_from_cache(search, holder, cache, file));
			}
		}
	}
	return NULL;
}

/* Reads the uses of the holders from number `first` on; adds the types that contain them. */
static struct lp_error *note_uses(struct search *search, size_t first, size_t end)
{
	_cleanup_text_list_ struct text_list words = {0}, files = {0};

	for (size_t i = first; i < end; i++) {
		for (size_t k = 0; k < search->holders[i].files.count; k++)
			lp_try(note_file(search, &search->holders[i],
					 search->holders[i].files.items[k]));
	}
	for (size_t i = first; i < end; i++) {
		const struct holder *holder = &search->holders[i];

		for (size_t k = 0; k < holder->owners.count; k++)
			lp_try(add_once(&words, holder->owners.items[k]));
		for (size_t k = 0; k < holder->caches.count; k++)
			lp_try(add_once(&words, strchr(holder->caches.items[k], '\t') + 1));
	}
	lp_try(source_scan_mentions(search->scan, &words, &files));
	return note_more(search, first, end, &files);
}

static struct lp_error *run(struct search *search, const char *kind, const char *tag)
{
	_cleanup_free_ char *name = NULL;

	lp_try(text_format(&name, "%s %s", kind, tag));
	lp_try(add_holder(search, name));
	for (size_t first = 0; first < search->count;) {
		size_t end = search->count;

		lp_try(learn_names(search, first));
		lp_try(note_uses(search, first, end));
		first = end;
	}
	if (!search->users->allocations.count && !search->users->variables.count &&
	    !search->users->types.count)
		return set_unclear(search, "no allocation of it was found");
	return NULL;
}

/* Adds the names of a holder to the result. */
static struct lp_error *hand_over(const struct holder *holder, struct type_users *users)
{
	lp_try(text_list_add(&users->holders, "%s", holder->name));
	for (size_t i = 0; i < holder->names.aliases.count; i++)
		lp_try(add_once(&users->aliases, holder->names.aliases.items[i]));
	for (size_t i = 0; i < holder->files.count; i++)
		lp_try(add_once(&users->files, holder->files.items[i]));
	return NULL;
}

struct lp_error *type_users_find(const struct source_scan *scan, const char *kind, const char *tag,
				 const struct text_list *changed, struct type_users *users)
{
	struct search *search = calloc(1, sizeof(*search));

	*users = (struct type_users){.is_complete = true};
	if (!search)
		return lp_error_no_memory();
	search->scan = scan;
	search->changed = changed;
	search->users = users;
	struct lp_error *error = run(search, kind, tag);

	for (size_t i = 0; i < search->count; i++) {
		if (!error)
			error = hand_over(&search->holders[i], users);
		holder_clear(&search->holders[i]);
	}
	free(search);
	return error;
}

void type_users_clear(struct type_users *users)
{
	text_list_clear(&users->holders);
	text_list_clear(&users->aliases);
	text_list_clear(&users->pointers);
	text_list_clear(&users->values);
	text_list_clear(&users->pointing);
	text_list_clear(&users->objects);
	text_list_clear(&users->files);
	text_list_clear(&users->owning);
	text_list_clear(&users->allocations);
	text_list_clear(&users->others);
	text_list_clear(&users->variables);
	text_list_clear(&users->stacks);
	text_list_clear(&users->types);
	free(users->unclear);
}
