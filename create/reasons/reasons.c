// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/reasons.h"

#include <string.h>

#include "create/reasons/reason_text.h"
#include "create/reasons/scopes.h"
#include "create/reasons/usage.h"

#define KIND(kind) (1u << CHANGED_##kind)

/* A function of the update, during the search for its reason. */
struct subject {
	const struct diffobj_function *function;
	struct reason *reason;
	struct scope_list now, before;
	const struct definition *definition; /* its own, patched; NULL if not found */
	bool existed; /* the diff doesn't add it: it was inlined everywhere, or a part of another */
	bool is_traced; /* its reason is one, or follows from that of another function */
};

/* All functions of one unit. */
struct inquiry {
	struct source_files *files;
	const struct unit *unit;
	struct scope_reader now, before;
	struct usage *usage;
	struct subject *subjects;
	size_t count;
};

/* The name in the source: without what the compiler adds. */
static size_t stem_length(const char *name)
{
	return strcspn(name, ".");
}

static struct lp_error *set_cause(struct reason *reason, enum manifest_reason kind,
				  const char *cause, size_t length)
{
	reason->reason = kind;
	return text_format(&reason->cause, "%.*s", (int)length, cause);
}

/* The function's definition, if debugging information doesn't lead to it: by its name alone. */
static struct lp_error *find_by_name(struct inquiry *inquiry, const char *name,
				     const struct definition **definition)
{
	const struct source_file *file;

	lp_try(source_files_find(inquiry->files, inquiry->unit->source, &file));
	*definition = source_file_function(file, false, name, 0);
	return NULL;
}

/* Whether the source without the diff has the function, with code of its own or not. */
static struct lp_error *find_existed(struct inquiry *inquiry, const char *stem, bool *existed)
{
	const struct source_file *file;

	if (inquiry->before.debug &&
	    inquiry->before.operations->has_function(inquiry->before.debug, stem)) {
		*existed = true;
		return NULL;
	}
	lp_try(source_files_find(inquiry->files, inquiry->unit->source, &file));
	*existed = file->is_in_diff && source_file_function(file, true, stem, 0);
	return NULL;
}

static struct lp_error *examine(struct inquiry *inquiry, struct subject *subject)
{
	const struct diffobj_function *function = subject->function;
	_cleanup_free_ char *stem = NULL;

	lp_try(text_format(&stem, "%.*s", (int)stem_length(function->name), function->name));
	lp_try(scope_list_read(&inquiry->now, function->name, &subject->now));
	if (function->original_name)
		lp_try(scope_list_read(&inquiry->before, function->original_name,
				       &subject->before));
	if (subject->now.count)
		subject->definition = subject->now.items[0].definition;
	else
		lp_try(find_by_name(inquiry, stem, &subject->definition));
	return function->kind == DIFFOBJ_NEW && !inquiry->unit->is_new
		       ? find_existed(inquiry, stem, &subject->existed)
		       : NULL;
}

/* The changed inlined function with the least depth; NULL if there is none. */
static const struct scope *changed_scope(const struct scope_list *list)
{
	const struct scope *best = NULL;

	for (size_t i = 1; i < list->count; i++) {
		const struct scope *scope = &list->items[i];

		if (scope->definition && scope->definition->changed &&
		    (!best || scope->depth < best->depth))
			best = scope;
	}
	return best;
}

static struct lp_error *add_outer(const struct scope_list *list, const struct scope *scope,
				  struct text_list *through)
{
	if (!scope->outer)
		return NULL;
	lp_try(add_outer(list, &list->items[scope->outer], through));
	return text_list_add(through, "%s", list->items[scope->outer].name);
}

/* What is inlined now, or was in the original, and changed. */
static struct lp_error *find_inlined(struct subject *subject, bool *found)
{
	const struct scope_list *list = &subject->now;
	const struct scope *scope = changed_scope(list);
	bool before = false;

	if (!scope) {
		list = &subject->before;
		scope = changed_scope(list);
		before = true;
	}
	*found = scope != NULL;
	if (!scope)
		return NULL;
	lp_try(add_outer(list, scope, &subject->reason->through));
	lp_try(set_cause(subject->reason, MANIFEST_INLINES, scope->name, strlen(scope->name)));
	return reason_text_inlines(subject->reason, before);
}

/* The subject of a search for changed names. */
struct wish {
	const struct inquiry *inquiry;
	const struct subject *subject;
};

/* Not a parameter or variable of the same name, except for a macro, which replaces it. */
static bool is_no_local(const struct changed_name *name, void *context)
{
	const struct wish *wish = context;
	const struct text_list *locals = &wish->subject->now.locals;

	for (size_t i = 0; i < locals->count && name->kind != CHANGED_MACRO; i++) {
		if (strlen(locals->items[i]) == name->length &&
		    !strncmp(locals->items[i], name->name, name->length))
			return name->kind == CHANGED_TYPE && name->tagged;
	}
	return true;
}

/* A function without code in one object: there its users have it inlined. */
static bool has_no_code(const struct changed_name *name, void *context)
{
	const struct wish *wish = context;

	return is_no_local(name, context) &&
	       (!scope_reader_has_code(&wish->inquiry->now, name->name, name->length) ||
		!scope_reader_has_code(&wish->inquiry->before, name->name, name->length));
}

/* The texts of the function and of what is inlined there; to be freed. */
static struct usage_start *make_starts(const struct subject *subject, size_t *count)
{
	struct usage_start *starts = calloc(subject->now.count + 1, sizeof(*starts));

	*count = 0;
	if (!starts)
		return NULL;
	if (subject->definition)
		starts[(*count)++].text = subject->definition->text;
	for (size_t i = 1; i < subject->now.count; i++) {
		const struct scope *scope = &subject->now.items[i];

		if (scope->definition)
			starts[(*count)++] =
				(struct usage_start){scope->definition->text, scope->name};
	}
	return starts;
}

/* Prepends, to a path that starts at an inlined function, the functions around it. */
static struct lp_error *complete_way(const struct subject *subject, struct text_list *way)
{
	_cleanup_text_list_ struct text_list outer = {0};
	const struct scope_list *list = &subject->now;

	for (size_t i = 1; way->count && i < list->count; i++) {
		if (strcmp(list->items[i].name, way->items[0]) != 0)
			continue;
		lp_try(add_outer(list, &list->items[i], &outer));
		break;
	}
	for (size_t i = 0; i < way->count; i++)
		lp_try(text_list_add(&outer, "%s", way->items[i]));
	struct text_list old = *way;

	*way = outer;
	outer = old;
	return NULL;
}

/* Changed names in the text of the function, or of what is inlined there. */
static struct lp_error *find_used(struct inquiry *inquiry, struct subject *subject, bool *found)
{
	/* The more certain kinds come first: a struct may be mentioned for unchanged members. */
	struct wish wish = {inquiry, subject};
	const struct usage_query queries[] = {
		{KIND(MACRO) | KIND(CONSTANT), is_no_local, &wish},
		{KIND(FUNCTION), has_no_code, &wish},
		{KIND(TYPE) | KIND(VARIABLE) | KIND(PROTOTYPE), is_no_local, &wish},
	};
	const struct changed_name *name = NULL;
	size_t count;
	_cleanup_free_ struct usage_start *starts = make_starts(subject, &count);

	*found = false;
	if (!starts)
		return lp_error_no_memory();
	for (size_t i = 0; i < ARRAY_SIZE(queries) && !name; i++)
		lp_try(usage_find(inquiry->usage, starts, count, &queries[i], &name,
				  &subject->reason->through));
	if (!name)
		return NULL;
	*found = true;
	lp_try(complete_way(subject, &subject->reason->through));
	lp_try(set_cause(subject->reason,
			 name->kind == CHANGED_FUNCTION ? MANIFEST_INLINES : MANIFEST_USES,
			 name->name, name->length));
	return name->kind == CHANGED_FUNCTION
		       ? reason_text_inlines(
				 subject->reason,
				 scope_reader_has_code(&inquiry->now, name->name, name->length))
		       : reason_text_uses(subject->reason, name);
}

/* Reasons that don't depend on another function's. The rest differ without a known reason. */
static struct lp_error *find_own_reason(struct inquiry *inquiry, struct subject *subject)
{
	const struct diffobj_function *function = subject->function;
	struct reason *reason = subject->reason;

	subject->is_traced = true;
	if (function->reason == DIFFOBJ_FOLLOWS) {
		lp_try(set_cause(reason, MANIFEST_FOLLOWS, function->follows,
				 strlen(function->follows)));
		return reason_text_follows(reason);
	}
	/* Its original is in another unit: see creation_model(). */
	if (function->kind == DIFFOBJ_REPLACED && !function->original.section) {
		reason->reason = MANIFEST_IS_CHANGED;
		return text_format(&reason->why, "%s", function->why);
	}
	if (function->kind == DIFFOBJ_NEW && !subject->existed) {
		reason->reason = MANIFEST_IS_NEW;
		return reason_text_new(reason);
	}
	if (subject->definition && subject->definition->changed) {
		reason->reason = MANIFEST_IS_CHANGED;
		return reason_text_changed(reason, function->name, subject->existed);
	}
	lp_try(find_inlined(subject, &subject->is_traced));
	if (!subject->is_traced)
		lp_try(find_used(inquiry, subject, &subject->is_traced));
	if (!subject->is_traced)
		reason->reason = MANIFEST_DIFFERS;
	return NULL;
}

static bool is_called(const struct subject *callee, const struct text_list *calls)
{
	size_t length = stem_length(callee->function->name);

	for (size_t i = 0; i < calls->count; i++) {
		if (strlen(calls->items[i]) == length &&
		    !strncmp(calls->items[i], callee->function->name, length))
			return true;
	}
	return false;
}

static bool calls(const struct subject *caller, const struct subject *callee)
{
	return caller != callee &&
	       (is_called(callee, &caller->now.calls) || is_called(callee, &caller->before.calls));
}

/*
 * A function of the update whose reason is known, and which this one calls or is called
 * by. The compiler uses which registers a function preserves and which arguments it
 * gets, so that a change in one function affects the code of others.
 */
static const struct subject *find_connected(const struct inquiry *inquiry,
					    const struct subject *subject, bool *is_caller)
{
	for (int callers = 0; callers < 2; callers++) {
		*is_caller = callers;
		for (size_t i = 0; i < inquiry->count; i++) {
			const struct subject *other = &inquiry->subjects[i];

			if (other->is_traced &&
			    (callers ? calls(other, subject) : calls(subject, other)))
				return other;
		}
	}
	return NULL;
}

/* Whether all parts of the function were found, and no line of the diff is in them. */
static bool is_outside_diff(const struct subject *subject)
{
	if (!subject->definition && (!subject->now.count || subject->now.items[0].in_diff))
		return false;
	for (size_t i = 1; i < subject->now.count; i++) {
		if (!subject->now.items[i].definition && subject->now.items[i].in_diff)
			return false;
	}
	return true;
}

static struct lp_error *explain_by(struct subject *subject, const struct subject *other,
				   bool is_caller)
{
	const char *name = other->function->name;

	lp_try(set_cause(subject->reason, MANIFEST_DIFFERS, name, stem_length(name)));
	return reason_text_connected(subject->reason, subject->function->name, subject->existed,
				     is_caller, other->existed, other->reason->reason);
}

/* Whether the text of the definition has a call of the function. */
static bool has_call(const struct definition *definition, const char *name, size_t length)
{
	const char *at = definition->text, *word;
	size_t found;
	bool member;

	while ((found = definition_next_word(&at, &word, &member))) {
		if (found == length && !member && !strncmp(word, name, length) &&
		    at[strspn(at, " ")] == '(')
			return true;
	}
	return false;
}

/*
 * A function of the file with lines of the diff in it, and the same code as before: the
 * compiler has propagated changed arguments of its call into this one.
 */
static struct lp_error *explain_by_caller(const struct inquiry *inquiry, struct subject *subject)
{
	const char *name = subject->function->name;
	const struct source_file *file;

	lp_try(source_files_find(inquiry->files, inquiry->unit->source, &file));
	for (size_t i = 0; i < file->now.count; i++) {
		const struct definition *caller = &file->now.items[i];

		if (caller->kind != DEFINITION_FUNCTION || !caller->changed ||
		    !has_call(caller, name, stem_length(name)))
			continue;
		subject->is_traced = true;
		lp_try(set_cause(subject->reason, MANIFEST_DIFFERS, caller->name,
				 strlen(caller->name)));
		return reason_text_connected(subject->reason, name, subject->existed, true, false,
					     MANIFEST_IS_CHANGED);
	}
	return NULL;
}

/* From function to function, the nearest first, until nothing more is found. */
static struct lp_error *trace_connected(struct inquiry *inquiry)
{
	_cleanup_free_ bool *found = calloc(inquiry->count + 1, sizeof(*found));
	bool more;

	if (!found)
		return lp_error_no_memory();
	do {
		more = false;
		for (size_t i = 0; i < inquiry->count; i++) {
			struct subject *subject = &inquiry->subjects[i];
			bool is_caller;
			const struct subject *other =
				subject->is_traced || !is_outside_diff(subject)
					? NULL
					: find_connected(inquiry, subject, &is_caller);

			found[i] = other != NULL;
			more |= found[i];
			if (other)
				lp_try(explain_by(subject, other, is_caller));
		}
		for (size_t i = 0; i < inquiry->count; i++)
			inquiry->subjects[i].is_traced |= found[i];
	} while (more);
	return NULL;
}

static struct lp_error *find_all(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		lp_try(examine(inquiry, &inquiry->subjects[i]));
		lp_try(find_own_reason(inquiry, &inquiry->subjects[i]));
	}
	/* Where the command that compiles the file changed, everything may follow from that. */
	if (!inquiry->unit->patched_command)
		lp_try(trace_connected(inquiry));
	for (size_t i = 0; i < inquiry->count; i++) {
		struct subject *subject = &inquiry->subjects[i];

		if (!subject->is_traced && is_outside_diff(subject))
			lp_try(explain_by_caller(inquiry, subject));
		if (!subject->is_traced)
			lp_try(reason_text_differs(subject->reason, subject->function,
						   subject->existed, is_outside_diff(subject),
						   inquiry->unit->patched_command != NULL));
	}
	return NULL;
}

static struct lp_error *open_inquiry(struct inquiry *inquiry)
{
	_cleanup_free_ char *depfile = NULL;

	lp_try(text_format(&depfile, "%s.d", inquiry->unit->patched));
	lp_try(usage_open(inquiry->files, depfile, &inquiry->usage));
	lp_try(scope_reader_open(inquiry->files, inquiry->unit->patched, false, &inquiry->now));
	return scope_reader_open(inquiry->files, inquiry->unit->original, true, &inquiry->before);
}

static void close_inquiry(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		scope_list_clear(&inquiry->subjects[i].now);
		scope_list_clear(&inquiry->subjects[i].before);
	}
	scope_reader_close(&inquiry->now);
	scope_reader_close(&inquiry->before);
	usage_free(inquiry->usage);
}

struct lp_error *reason_list_find(struct source_files *files, const struct unit *unit,
				  const struct diffobj_result *result, struct reason_list *list)
{
	size_t count = result->nr_functions;
	_cleanup_free_ struct subject *subjects = calloc(count + 1, sizeof(*subjects));
	struct inquiry inquiry = {
		.files = files,
		.unit = unit,
		.subjects = subjects,
		.now.object.fd = -1,
		.before.object.fd = -1,
	};

	*list = (struct reason_list){.items = calloc(count + 1, sizeof(*list->items))};
	if (!subjects || !list->items) {
		reason_list_clear(list);
		return lp_error_no_memory();
	}
	list->count = inquiry.count = count;
	for (size_t i = 0; i < count; i++) {
		subjects[i].function = &result->functions[i];
		subjects[i].reason = &list->items[i];
	}
	struct lp_error *error = count ? open_inquiry(&inquiry) : NULL;

	if (!error && count)
		error = find_all(&inquiry);
	close_inquiry(&inquiry);
	if (error)
		reason_list_clear(list);
	return error;
}

void reason_list_clear(struct reason_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].cause);
		text_list_clear(&list->items[i].through);
		free(list->items[i].why);
	}
	free(list->items);
	*list = (struct reason_list){0};
}
