/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changed and new variables and constants; see plan.h. */
#include <stdio.h>
#include <string.h>

#include "diffobj/compare.h"
#include "diffobj/plan.h"
#include "diffobj/result.h"

static uint32_t size_of(const struct piece *piece)
{
	return piece->end - piece->start;
}

/* The content of a small piece as a number; false if it isn't one. */
static bool as_number(const struct piece *piece, long long *number)
{
	uint32_t size = size_of(piece);
	union {
		int8_t one;
		int16_t two;
		int32_t four;
		int64_t eight;
	} value = {};

	if (piece->nr_relocs || (size != 1 && size != 2 && size != 4 && size != 8))
		return false;
	if (piece->section->data)
		memcpy(&value, piece->section->data + piece->start, size);
	*number = size == 1   ? value.one
		  : size == 2 ? value.two
		  : size == 4 ? value.four
			      : value.eight;
	return true;
}

/* Both initial values, or where they differ first, as the end of a sentence. */
static void describe_values(const struct piece *piece, char *text, size_t size)
{
	const struct difference *difference = piece->difference;
	long long before, now;
	char old_target[80], new_target[80];

	if (as_number(piece->twin, &before) && as_number(piece, &now)) {
		snprintf(text, size, " from %lld to %lld", before, now);
	} else if (difference && difference->kind == DIFFERENT_REFERENCE) {
		reloc_describe(difference->original_reloc, old_target, sizeof(old_target));
		reloc_describe(difference->patched_reloc, new_target, sizeof(new_target));
		snprintf(text, size, ", at byte %u from %s to %s", difference->patched_offset,
			 old_target, new_target);
	} else if (difference && difference->kind == DIFFERENT_BYTES) {
		const uint8_t *old_bytes = piece->twin->section->data + piece->twin->start;
		const uint8_t *new_bytes = piece->section->data + piece->start;

		snprintf(text, size, ", at byte %u from 0x%02x to 0x%02x",
			 difference->patched_offset, old_bytes[difference->original_offset],
			 new_bytes[difference->patched_offset]);
	} else {
		text[0] = 0;
	}
}

static struct lp_error *refuse_initialised(struct plan *plan, const struct piece *piece)
{
	char values[250];

	describe_values(piece, values, sizeof(values));
	return plan_refuse(
		plan, piece, 0, NULL, "set the running variable in a hook (lpatch-author(7))",
		"its initial value changed%s, but the running kernel has used the variable "
		"since it was loaded",
		values);
}

static struct lp_error *refuse_resized(struct plan *plan, const struct piece *piece)
{
	return plan_refuse(plan, piece, 0, NULL,
			   "attach the new part with a shadow variable, or set it up in a hook "
			   "(lpatch-author(7))",
			   "its size changed from %u to %u bytes, and the running kernel uses "
			   "it as it was",
			   size_of(piece->twin), size_of(piece));
}

/* MODULE_DEVICE_TABLE(), include/linux/module.h, gives such a table a second name. */
static bool is_device_table(const struct piece *piece)
{
	static const char begin[] = "__mod_", end[] = "_device_table";

	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece) {
		size_t length = strlen(name->name);

		if (!strncmp(name->name, begin, strlen(begin)) && length > strlen(end) &&
		    !strcmp(name->name + length - strlen(end), end))
			return true;
	}
	return false;
}

/* A constant of the same size: its bytes are replaced while the machine is stopped. */
static struct lp_error *rewrite(struct plan *plan, struct piece *piece)
{
	if (!plan->options->rewrite)
		return plan_refuse(
			plan, piece, 0, NULL,
			"set it in a hook (lpatch-author(7)), or leave it as it was",
			"this constant changed, and constants are not rewritten in place "
			"here");
	const struct found about = {.kind = FINDING_NEVER_RUNS, .piece = piece};

	if (is_device_table(piece))
		lp_try(plan_find(plan, &about,
				 "existing devices are not bound again, and modprobe(8) doesn't "
				 "load the module for devices of the new entries"));
	piece->rewritten = true;
	return plan_include(plan, piece);
}

/*
 * gcc puts a static variable that nothing writes to among the constants. If the
 * patched code writes to it, the running kernel has it in read-only memory.
 */
static bool became_writable(const struct piece *piece)
{
	return piece->twin && piece_kind(piece->twin) == SECTION_CONST &&
	       piece_kind(piece) == SECTION_DATA;
}

/* Replaces a function that didn't change because it uses a constant that moves. */
static struct lp_error *pull_in(struct plan *plan, struct piece *function, struct piece *constant)
{
	function = piece_whole(function);
	if (function->verdict == CHANGED || !function->twin)
		return NULL;
	function->verdict = CHANGED;
	function->pulled_in = true;
	function->pulled_by = constant;
	for (struct piece *cold = function->cold; cold; cold = cold->next_cold)
		cold->verdict = CHANGED;
	return plan_include(plan, function);
}

/* Whether a user of a constant that moves can use the new one. */
static bool can_follow(const struct plan *plan, const struct piece *user)
{
	enum section_life life = user->section->rule->life;

	if (piece_is_function(user))
		return life != LIFE_FIXED;
	if (piece_kind(user) != SECTION_CONST || piece_is_content(user) || life != LIFE_KEPT)
		return false;
	/* A new constant, one that moves, or one whose content can be replaced. */
	return !user->twin || user->verdict == CHANGED || plan->options->rewrite;
}

static bool uses(const struct piece *user, const struct piece *constant)
{
	for (uint32_t i = 0; user != constant && i < user->nr_relocs; i++)
		if (user->relocs[i].target == constant)
			return true;
	return false;
}

/* A piece that would keep using the old constant; NULL if there is none. */
static const struct piece *find_stayer(const struct plan *plan, const struct piece *constant)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct piece *user = &plan->patched->pieces[i];

		if (uses(user, constant) && !can_follow(plan, user))
			return user;
	}
	return NULL;
}

/* Replaces all users of a constant that moves. */
static struct lp_error *bring_users(struct plan *plan, struct piece *constant)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		struct piece *user = &plan->patched->pieces[i];

		if (!uses(user, constant))
			continue;
		if (piece_is_function(user)) {
			if (user->section->rule->life != LIFE_INIT)
				lp_try(pull_in(plan, user, constant));
		} else if (user->twin && user->verdict != CHANGED) {
			user->verdict = CHANGED;
			lp_try(rewrite(plan, user));
		}
	}
	return NULL;
}

/*
 * A constant that changed its size, or is no longer constant, moves into the
 * update with all its users.
 */
static struct lp_error *move(struct plan *plan, struct piece *piece)
{
	static const char hint[] = "leave the constant as it was and add a new one";
	const struct piece *stayer = find_stayer(plan, piece);
	char reason[100];

	if (became_writable(piece))
		snprintf(reason, sizeof(reason),
			 "it is in read-only memory and the patch writes to it");
	else
		snprintf(reason, sizeof(reason), "its size changed from %u to %u bytes",
			 size_of(piece->twin), size_of(piece));
	if (piece->symbol->bind != STB_LOCAL)
		return plan_refuse(plan, piece, 0, NULL, hint, "%s, and other files may use it",
				   reason);
	if (stayer)
		return plan_refuse(plan, piece, 0, NULL, hint, "%s, and %s keeps using the old one",
				   reason, piece_name(stayer));
	lp_try(plan_note(plan,
			 "%s moves into the update with all functions that use it; what was made "
			 "from the old one before still points to it",
			 piece_name(piece)));
	lp_try(plan_include(plan, piece));
	return bring_users(plan, piece);
}

/* Whether the variable is per-CPU in only one of the objects. */
static bool changed_spread(const struct piece *piece)
{
	return piece->twin &&
	       section_is_per_cpu(piece->section) != section_is_per_cpu(piece->twin->section);
}

static struct lp_error *refuse_spread(struct plan *plan, const struct piece *piece)
{
	bool per_cpu = section_is_per_cpu(piece->section);

	return plan_refuse(plan, piece, 0, NULL,
			   "give the variable another name, and set it up in a hook "
			   "(lpatch-author(7))",
			   "it was one variable %s and is one %s, and the running kernel has it as "
			   "it was",
			   per_cpu ? "for all CPUs" : "for each CPU",
			   per_cpu ? "for each CPU" : "for all CPUs");
}

/* Whether the patch may write to a variable that the running kernel made read-only after boot. */
static bool was_sealed(const struct piece *piece)
{
	return piece->twin && piece_kind(piece) == SECTION_DATA &&
	       section_is_sealed(piece->twin->section) && !section_is_sealed(piece->section);
}

static struct lp_error *refuse_sealed(struct plan *plan, const struct piece *piece)
{
	return plan_refuse(plan, piece, 0, NULL,
			   "leave it as it was and add a new variable, which a hook sets up "
			   "(lpatch-author(7))",
			   "it is no longer __ro_after_init, but the running kernel has made it "
			   "read-only");
}

static struct lp_error *include_changed(struct plan *plan, struct piece *piece)
{
	if (piece->section->rule->life != LIFE_KEPT) {
		const struct found about = {.kind = FINDING_NEVER_RUNS, .piece = piece};

		if (piece->listed)
			return NULL;
		if (plan->options->skip_init || piece->section->rule->life == LIFE_EXIT)
			return plan_find(
				plan, &about,
				"the change of its initial value has no effect: it is used "
				"at boot only");
		return plan_refuse(
			plan, piece, 0, NULL,
			"leave it out with --skip-init if the running system doesn't need it",
			"it is used at boot only, which is over");
	}
	if (piece_kind(piece) == SECTION_CONST)
		return size_of(piece) == size_of(piece->twin) ? rewrite(plan, piece)
							      : move(plan, piece);
	if (size_of(piece) != size_of(piece->twin))
		return refuse_resized(plan, piece);
	return refuse_initialised(plan, piece);
}

/* New variables that other files of the same patch may use. */
static bool is_new_global(const struct piece *piece)
{
	return !piece->twin && !piece->moved && piece->symbol && piece->symbol->bind != STB_LOCAL &&
	       piece->section->rule->life == LIFE_KEPT;
}

struct lp_error *include_data(struct plan *plan)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		struct piece *piece = &plan->patched->pieces[i];

		if (!piece_is_data(piece))
			continue;
		if (changed_spread(piece))
			lp_try(refuse_spread(plan, piece));
		else if (was_sealed(piece))
			lp_try(refuse_sealed(plan, piece));
		else if (became_writable(piece) && piece->section->rule->life == LIFE_KEPT)
			lp_try(move(plan, piece));
		else if (piece->twin && piece->verdict == CHANGED)
			lp_try(include_changed(plan, piece));
		else if (is_new_global(piece))
			lp_try(plan_include(plan, piece));
	}
	return NULL;
}
