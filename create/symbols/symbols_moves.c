// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What moves from one unit to another. The rules, by name, for a definition that
 * one unit loses and another one gains:
 *
 *  1. Functions of one domain, global before and after: as for the linker.
 *     sysctl_nr_open() in fs/file.c and then in fs/proc/loadavg.c is one function for all
 *     callers.
 *  2. A static function that becomes a global one elsewhere, if the unit that loses it still
 *     refers to it by name; a global one that becomes static where it was used.
 *  3. Static functions: only if the whole file moves, so that the old unit is gone and the
 *     other one new. Two files may have unrelated static functions parse().
 *  4. Variables, static or not: if type and size are the same; a static variable of a function
 *     must also be in a function of the same name. A global variable may move from vmlinux
 *     into a module, whose code can use the running one, but not from a module into vmlinux.
 *
 * A definition that moves and changes its initial value, size or type is refused if
 * the linker would treat both as the same.
 */
#include <string.h>

#include "create/symbols/declared.h"
#include "create/symbols/symbols_internal.h"

/* A definition and the unit that has it. */
struct place {
	size_t unit;
	const struct diffobj_definition *definition;
};

enum judgement { OTHERS, THE_SAME };

static const struct symbols_unit *unit_of(const struct symbols *symbols, const struct place *place)
{
	return &symbols->job->units[place->unit];
}

static bool is_vmlinux(const struct symbols_unit *unit)
{
	return !unit_is_module(unit->unit);
}

static struct lp_error *refuse(const struct symbols *symbols, const struct place *lost,
			       const struct place *added, const char *reason)
{
	const struct unit *from = unit_of(symbols, lost)->unit;
	const struct unit *to = unit_of(symbols, added)->unit;
	_cleanup_free_ char *before = NULL, *now = NULL;
	bool is_function = lost->definition->is_function;

	lp_try(symbols_place(from->original, from, lost->definition->original_name, is_function,
			     &before));
	lp_try(symbols_place(to->patched, to, added->definition->name, is_function, &now));
	return lp_error_hint(
		lp_error_new(LP_UNSAFE, "%s moves from %s (%s) to %s (%s), and %s",
			     added->definition->name, before, from->object, now, to->object,
			     reason),
		"Leave it in the file in which it is, or give the new one another name.");
}

/* Compares names without the numbers that the compiler gives static variables. */
static bool same_name(const struct diffobj_definition *lost, const struct diffobj_definition *added)
{
	const char *one = lost->original_name, *other = added->name;
	bool numbered = lost->original_local && added->local && !lost->is_function;
	size_t length = numbered ? strcspn(one, ".") : strlen(one);

	return length == (numbered ? strcspn(other, ".") : strlen(other)) &&
	       !strncmp(one, other, length);
}

static struct lp_error *judge_function(const struct symbols *symbols, const struct place *lost,
				       const struct place *added, enum judgement *judgement)
{
	const struct unit *from = unit_of(symbols, lost)->unit;
	const struct unit *to = unit_of(symbols, added)->unit;
	bool used = true;

	if (strcmp(from->object, to->object) != 0)
		return NULL;
	if (lost->definition->original_local && added->definition->local)
		used = from->is_gone && to->is_new;
	else if (lost->definition->original_local && !from->is_gone)
		lp_try(symbols_in_object(from->patched, added->definition->name, true, &used));
	else if (added->definition->local && !to->is_new)
		lp_try(symbols_in_object(to->original, added->definition->name, true, &used));
	*judgement = used ? THE_SAME : OTHERS;
	return NULL;
}

static bool same_text(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

/* Whether type and surrounding function are the same, if both objects have them. */
static struct lp_error *compare_types(const struct symbols *symbols, const struct place *lost,
				      const struct place *added, bool *same)
{
	struct declared before, now = {0};
	struct lp_error *error = declared_find(unit_of(symbols, lost)->unit->original,
					       lost->definition->original_name, false, &before);

	if (!error)
		error = declared_find(unit_of(symbols, added)->unit->patched,
				      added->definition->name, false, &now);
	*same = !error && same_text(before.type, now.type) && same_text(before.owner, now.owner);
	declared_clear(&before);
	declared_clear(&now);
	return error;
}

static struct lp_error *judge_variable(const struct symbols *symbols, const struct place *lost,
				       const struct place *added, enum judgement *judgement)
{
	const struct diffobj_definition *before = lost->definition, *now = added->definition;
	const struct symbols_unit *from = unit_of(symbols, lost), *to = unit_of(symbols, added);
	bool global = !before->original_local && !now->local;
	bool same;

	if (!same_domain(from, to) && !is_vmlinux(from))
		return global && before->is_writable
			       ? refuse(symbols, lost, added,
					"the content of the module's variable can't be used there")
			       : NULL;
	/* Nothing shows that a static one in a module continues one in vmlinux. */
	if (!same_domain(from, to) && !global)
		return NULL;
	lp_try(compare_types(symbols, lost, added, &same));
	if (!same || before->size != now->size || before->is_writable != now->is_writable)
		return global && same_domain(from, to) ? refuse(symbols, lost, added,
								"its type changes: its content in "
								"the running kernel would be lost")
						       : NULL;
	if (before->content != now->content)
		return refuse(
			symbols, lost, added,
			before->is_writable
				? "its initial value changes, but the running kernel has used "
				  "the variable since it was loaded"
				: "its content changes, but others use the one that is there");
	*judgement = THE_SAME;
	return NULL;
}

static bool may_be_same(const struct place *lost, const struct place *added)
{
	const struct diffobj_definition *before = lost->definition, *now = added->definition;

	return lost->unit != added->unit && definition_is_lost(before) && definition_is_new(now) &&
	       before->is_function == now->is_function && !before->weak && !now->weak &&
	       !before->is_init && !now->is_init && same_name(before, now);
}

static struct lp_error *add_move(struct symbols *symbols, const struct place *lost,
				 const struct place *added)
{
	struct symbol_move *grown =
		reallocarray(symbols->moves, symbols->nr_moves + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	symbols->moves = grown;
	struct symbol_move *move = &grown[symbols->nr_moves++];

	*move = (struct symbol_move){
		.from = lost->unit,
		.to = added->unit,
		.is_function = lost->definition->is_function,
		.original_local = lost->definition->original_local,
	};
	lp_try(text_format(&move->name, "%s", added->definition->name));
	return text_format(&move->original_name, "%s", lost->definition->original_name);
}

/* One definition can't continue as two, nor two as one. */
static struct lp_error *check_single(const struct symbols *symbols, const struct place *lost,
				     const struct place *added)
{
	for (size_t i = 0; i < symbols->nr_moves; i++) {
		const struct symbol_move *move = &symbols->moves[i];

		if ((move->from == lost->unit &&
		     !strcmp(move->original_name, lost->definition->original_name)) ||
		    (move->to == added->unit && !strcmp(move->name, added->definition->name)))
			return refuse(symbols, lost, added,
				      "the same patch adds or removes another one with the same "
				      "name and type, so which is which is not certain");
	}
	return NULL;
}

/* A variable that keeps its state is reported; for a function this is expected. */
static struct lp_error *tell(const struct symbols *symbols, const struct place *lost,
			     const struct place *added)
{
	const struct unit *to = unit_of(symbols, added)->unit;
	_cleanup_free_ char *where = NULL;

	if (lost->definition->is_function)
		return NULL;
	lp_try(symbols_place(to->patched, to, added->definition->name, false, &where));
	return finding_add(unit_of(symbols, added)->findings, FINDING_KEPT_STATE,
			   added->definition->name, where,
			   "it moves here from %s and keeps its content",
			   unit_of(symbols, lost)->unit->source);
}

static struct lp_error *judge(struct symbols *symbols, const struct place *lost,
			      const struct place *added)
{
	enum judgement judgement = OTHERS;

	if (lost->definition->is_function)
		lp_try(judge_function(symbols, lost, added, &judgement));
	else
		lp_try(judge_variable(symbols, lost, added, &judgement));
	if (judgement == OTHERS)
		return NULL;
	lp_try(check_single(symbols, lost, added));
	lp_try(add_move(symbols, lost, added));
	return tell(symbols, lost, added);
}

/* Compares all that the patch adds with one definition that it removes. */
static struct lp_error *find_partner(struct symbols *symbols, const struct place *lost)
{
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		symbols_each_definition(&symbols->job->units[i], definition)
		{
			const struct place added = {i, definition};

			if (may_be_same(lost, &added))
				lp_try(judge(symbols, lost, &added));
		}
	}
	return NULL;
}

struct lp_error *symbols_find_moves(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		symbols_each_definition(&symbols->job->units[i], definition)
		{
			const struct place lost = {i, definition};

			if (definition_is_lost(definition))
				lp_try(find_partner(symbols, &lost));
		}
	}
	return NULL;
}
