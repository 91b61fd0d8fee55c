/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/outlives.h"

#include <stdio.h>
#include <string.h>

#include "diffobj/author.h"
#include "diffobj/consumers.h"
#include "diffobj/explanation.h"
#include "diffobj/flow.h"
#include "diffobj/result.h"

/* One address that leaves the update. */
struct leak {
	struct piece *from;        /* the code that takes it, or the constant that holds it */
	const struct reloc *reloc; /* there */
	struct flow_end end;       /* FLOW_USED: the constant is rewritten in place */
};

struct search {
	const struct plan *plan;
	struct arena *arena;
	struct flow *flow;
	struct explanation explanation; /* NULL until there is something to explain */
	bool explaining;
	struct leak *leaks;
	size_t nr_leaks, room_leaks;
};

static struct explanation *explain(struct search *search)
{
	if (!search->explaining)
		explanation_begin(&search->explanation, search->plan->original,
				  search->plan->patched);
	search->explaining = true;
	return &search->explanation;
}

static int count_arguments(void *data, const char *function)
{
	return explanation_arguments(explain(data), function);
}

/* What the address of a piece, or its content, means to those who get it. */
enum worth {
	WORTH_NOTHING, /* it is the kernel's, or the core takes care of it */
	WORTH_TEXT,
	WORTH_POINTER,
};

/* A constant that refers to functions or variables of any object. */
static bool holds_pointers(const struct piece *piece)
{
	for (uint32_t i = 0; i < piece->nr_relocs; i++) {
		const struct piece *target = piece->relocs[i].target;

		if (!target || piece_is_function(target) || piece_kind(target) == SECTION_DATA ||
		    (piece_kind(target) == SECTION_CONST && target->symbol &&
		     target->twin == NULL && target->nr_relocs))
			return true;
	}
	return false;
}

/*
 * NL_SET_ERR_MSG() (linux/netlink.h) stores the text in a structure on the stack of the system
 * call, which reads it before it returns.
 */
static bool is_netlink_message(const struct piece *piece)
{
	return piece->never_shared && piece->stem && !strcmp(piece->stem, "__msg");
}

/*
 * The key that mutex_init() and the like make for lockdep, which knows a lock's class by the key's
 * address as long as the lock exists. When the key's memory is freed, lockdep takes the lock for
 * one that nobody holds (register_lock_class() in kernel/locking/lockdep.c, Linux 6.1). Without
 * lockdep it is empty (struct lock_class_key in include/linux/lockdep_types.h).
 */
static bool is_lock_key(const struct piece *piece)
{
	return piece->never_shared && piece->stem && !strcmp(piece->stem, "__key");
}

static enum worth worth_of(const struct piece *piece)
{
	if (is_lock_key(piece))
		return piece->end > piece->start ? WORTH_POINTER : WORTH_NOTHING;
	if (piece_is_shadow(piece) || piece_hook(piece) || is_netlink_message(piece))
		return WORTH_NOTHING;
	if (piece_is_function(piece))
		return WORTH_POINTER;
	if (piece->never_shared || !piece_is_data(piece))
		return WORTH_TEXT;
	if (piece_kind(piece) == SECTION_DATA || holds_pointers(piece))
		return WORTH_POINTER;
	return WORTH_TEXT;
}

/* What a relocation refers to in the update; an undefined symbol may be there, too. */
static enum worth worth_of_reloc(const struct search *search, const struct reloc *reloc)
{
	struct piece *target = reloc->target;

	if (plan_binding(reloc, false) == BIND_BY_NAME)
		return !target && reloc->symbol->undefined ? WORTH_POINTER : WORTH_NOTHING;
	if (plan_binding(reloc, false) != BIND_LOCAL || !target->included ||
	    target->section->rule->life == LIFE_INIT)
		return WORTH_NOTHING;
	/* A label, or a place inside a text. */
	if (piece_is_function(target) && reloc->delta)
		return WORTH_NOTHING;
	(void)search;
	return worth_of(target);
}

/* What can be loaded from a piece of the update. */
static enum worth worth_of_content(const struct search *search, const struct piece *piece)
{
	enum worth worth = WORTH_NOTHING;

	if (flow_wrote(search->flow, piece))
		return WORTH_POINTER;
	for (uint32_t i = 0; i < piece->nr_relocs; i++) {
		const struct reloc *reloc = &piece->relocs[i];

		if (reloc->target && reloc->target != piece &&
		    worth_of_reloc(search, reloc) > worth)
			worth = worth_of_reloc(search, reloc);
	}
	return worth;
}

static struct lp_error *add_leak(struct search *search, struct piece *from,
				 const struct reloc *reloc, const struct flow_end *end)
{
	struct leak leak = {from, reloc, *end};

	if (!arena_push(search->arena, search->leaks, search->nr_leaks, search->room_leaks, leak))
		return lp_error_no_memory();
	return NULL;
}

static struct lp_error *follow(struct search *search, struct piece *from, const struct reloc *reloc)
{
	enum worth worth = worth_of_reloc(search, reloc), content = WORTH_NOTHING;
	enum flow_taken taken;
	struct flow_end end;

	if (worth == WORTH_NOTHING)
		return NULL;
	if (reloc->target)
		content = worth_of_content(search, reloc->target);
	lp_try(flow_takes(search->flow, from, reloc, &taken));
	if (taken == FLOW_CONTENT)
		worth = content;
	if (taken == FLOW_NOTHING || worth == WORTH_NOTHING)
		return NULL;
	lp_try(flow_follow(search->flow, from, reloc,
			   worth == WORTH_POINTER ? FLOW_POINTER : FLOW_TEXT, content == worth,
			   &end));
	/* A caller that gets a text as a result prints it. */
	if (end.kind == FLOW_USED || (worth == WORTH_TEXT && end.kind == FLOW_RETURNED))
		return NULL;
	return add_leak(search, from, reloc, &end);
}

/* A constant that is rewritten in place exposes what its new content points to. */
static struct lp_error *look_at_content(struct search *search, struct piece *from)
{
	static const struct flow_end in_place = {FLOW_USED, NULL, NULL};

	for (uint32_t i = 0; i < from->nr_relocs; i++)
		if (worth_of_reloc(search, &from->relocs[i]) == WORTH_POINTER)
			lp_try(add_leak(search, from, &from->relocs[i], &in_place));
	return NULL;
}

static struct lp_error *look_at(struct search *search, struct piece *from)
{
	if (from->rewritten)
		return look_at_content(search, from);
	for (uint32_t i = 0; i < from->nr_relocs && piece_is_code(from); i++)
		if (!from->relocs[i].branch && !from->relocs[i].lost)
			lp_try(follow(search, from, &from->relocs[i]));
	return NULL;
}

static struct lp_error *look_at_all(struct search *search)
{
	const struct object *patched = search->plan->patched;

	search->nr_leaks = 0;
	for (size_t i = 0; i < patched->nr_pieces; i++)
		if (patched->pieces[i].included)
			lp_try(look_at(search, &patched->pieces[i]));
	return NULL;
}

/* What the author says ------------------------------------------------------------ */

static bool same_function(const struct piece *one, const struct piece *other)
{
	const char *a = piece_name(one), *b = piece_name(other);
	size_t length = strcspn(a, ".");

	return piece_is_function(one) && piece_is_function(other) && length == strcspn(b, ".") &&
	       !strncmp(a, b, length);
}

/* Whether one of the marks names the piece, or another copy of it made by the compiler. */
static bool is_released(const struct plan *plan, const struct piece *piece)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct reloc *mark = piece_release(&plan->patched->pieces[i]);

		if (mark && mark->target &&
		    (mark->target == piece || same_function(mark->target, piece)))
			return true;
	}
	return false;
}

/* What is meant ------------------------------------------------------------------- */

static bool same_thing(const struct leak *one, const struct leak *other)
{
	if (one->reloc->target || other->reloc->target)
		return one->reloc->target == other->reloc->target;
	return one->reloc->symbol == other->reloc->symbol;
}

/* Whether an earlier leak is about the same piece. */
static bool is_repeated(const struct search *search, const struct leak *leak)
{
	for (const struct leak *other = search->leaks; other < leak; other++)
		if (same_thing(other, leak))
			return true;
	return false;
}

/* As the source has it: "setup", not "setup.constprop.0". */
static void describe_name(const struct piece *piece, char *name, size_t size)
{
	snprintf(name, size, "%.*s", (int)strcspn(piece_name(piece), "."), piece_name(piece));
}

/* "work item: ", or "" if not known. */
static void describe_kind(struct explanation *explanation, const struct leak *leak, char *text,
			  size_t size)
{
	const struct piece *piece = leak->reloc->target;
	const char *kind = leak->end.meaning;
	char type[80];

	if (!kind && piece && piece->symbol &&
	    explanation_type(explanation, explanation->objects[1], piece, type, sizeof(type)))
		kind = consumer_kind_of_type(type);
	/* The constant says what the pieces that it names are for. */
	if (!kind && leak->from->rewritten &&
	    explanation_type(explanation, explanation->objects[1], leak->from, type, sizeof(type)))
		kind = consumer_kind_of_type(type);
	snprintf(text, size, "%s%s", kind ? kind : "", kind ? ": " : "");
}

static struct lp_error *describe(struct explanation *explanation, const struct leak *leak,
				 const char *where, struct finding_list *list)
{
	const struct piece *target = leak->reloc->target;
	char name[120], from[120], kind[60];

	if (target && target->symbol && worth_of(target) == WORTH_POINTER)
		describe_name(target, name, sizeof(name));
	else
		reloc_describe(leak->reloc, name, sizeof(name));
	describe_name(piece_whole(leak->from), from, sizeof(from));
	describe_kind(explanation, leak, kind, sizeof(kind));
	switch (leak->end.kind) {
	case FLOW_STORED:
		return finding_add(list, FINDING_OUTLIVES, name, where, "%s%s() stores its address",
				   kind, from);
	case FLOW_PASSED:
		if (leak->end.callee)
			return finding_add(list, FINDING_OUTLIVES, name, where,
					   "%s%s() gives its address to %s()", kind, from,
					   leak->end.callee);
		return finding_add(list, FINDING_OUTLIVES, name, where,
				   "%s%s() gives its address to a function that it calls by a "
				   "pointer",
				   kind, from);
	case FLOW_RETURNED:
		return finding_add(list, FINDING_OUTLIVES, name, where,
				   "%s%s() returns its address", kind, from);
	case FLOW_UNKNOWN:
		return finding_add(list, FINDING_OUTLIVES, name, where,
				   "%swhat %s() does with its address is not known", kind, from);
	default:
		return finding_add(list, FINDING_OUTLIVES, name, where,
				   "%sits address is written into %s", kind, from);
	}
}

/* A symbol that the original refers to as well is not new. */
static bool is_known(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->original->nr_symbols; i++)
		if (plan->original->symbols[i].undefined &&
		    !strcmp(plan->original->symbols[i].name, name))
			return true;
	return false;
}

static struct lp_error *report(struct search *search, struct explanation *explanation,
			       struct diffobj_result *result)
{
	for (size_t i = 0; i < search->nr_leaks; i++) {
		const struct leak *leak = &search->leaks[i];
		struct piece *target = leak->reloc->target;
		uint32_t at = leak->reloc->offset - leak->from->start;

		if (is_released(search->plan, piece_whole(leak->from)) ||
		    (target && is_released(search->plan, target)) || is_repeated(search, leak) ||
		    (!target && is_known(search->plan, leak->reloc->symbol->name)))
			continue;

		_cleanup_free_ char *where = explanation_where_outside(
			explanation, search->plan->patched, leak->from, at);

		lp_try(describe(explanation, leak, where,
				target ? &result->findings : &result->elsewhere));
	}
	return NULL;
}

static struct lp_error *find_and_report(struct search *search, struct diffobj_result *result)
{
	search->flow = flow_new(search->plan->patched, count_arguments, search);
	if (!search->flow)
		return lp_error_no_memory();
	/* The first pass finds what is written into variables of the update, the second judges. */
	lp_try(look_at_all(search));
	lp_try(look_at_all(search));
	return search->nr_leaks ? report(search, explain(search), result) : NULL;
}

struct lp_error *result_add_outlives(struct diffobj_result *result, const struct plan *plan)
{
	struct search search = {.plan = plan, .arena = &plan->patched->arena};
	struct lp_error *error = find_and_report(&search, result);

	if (search.explaining)
		explanation_end(&search.explanation);
	return error;
}
