/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diffobj/author.h"
#include "diffobj/correlate_debug.h"
#include "diffobj/plan.h"

static const char hint_internal[] =
	"this is not known to diffobj; leave this function out of the patch";
static const char hint_init[] = "leave it out with --skip-init if the running system doesn't need "
				"it, or do its work in a hook (lpatch-author(7))";
static const char hint_fixed[] =
	"move the change to an ordinary function that this one calls, or is "
	"called from";

/* Whether a new variable would have to be set up at boot, which is past. */
static bool is_set_up_at_boot(const struct piece *piece)
{
	static const char *const sections[] = {
		"__tracepoints",    /* registered */
		".BTF_ids",         /* filled in when the kernel is linked */
		".data..decrypted", /* shared with the hypervisor */
		".bss..decrypted",  ".data..percpu..decrypted", ".bss..brk", /* allocated at boot */
		".vvar_", /* mapped into every process */
	};

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (!strncmp(piece->section->name, sections[i], strlen(sections[i])))
			return true;
	return false;
}

/* Follows a reference of a piece that is carried over; refuses what can't be carried over. */
static struct lp_error *include_target(struct plan *plan, const struct piece *from,
				       const struct reloc *reloc)
{
	struct piece *target = reloc->target;
	uint32_t at = reloc->offset - from->start;
	enum section_life life = target->section->rule->life;

	if (target->ambiguous)
		return plan_refuse(
			plan, from, at, NULL,
			"give the static variable another name, or use a shadow variable "
			"(lpatch-author(7))",
			"it uses the static variable %s, and it is not certain which of the "
			"original's variables of that name this is",
			target->stem);
	if (piece_kind(target) == SECTION_DATA && !target->symbol)
		return plan_refuse(plan, from, at, NULL, hint_internal,
				   "it uses a nameless variable in section %s",
				   target->section->name);
	if (!piece_is_function(target) && life != LIFE_KEPT)
		return plan_refuse(
			plan, from, at, NULL, "keep the variable in an ordinary section",
			"it uses the new variable %s, whose section %s is no longer in memory",
			piece_name(target), target->section->name);
	if (is_set_up_at_boot(target))
		return plan_refuse(plan, from, at, NULL,
				   "use an existing one, or an ordinary variable",
				   "it uses %s, which is new in section %s: the kernel set that "
				   "section up at boot",
				   piece_name(target), target->section->name);
	if (target->torn)
		return plan_refuse(plan, target, 0, NULL, hint_internal,
				   "a short jump leads out of it into another function");
	return plan_include(plan, target);
}

/* Anything larger may be an array. */
#define SCALAR_SIZE_MAX 8

/* Whether the instruction uses what is at the place, and not the place as a value. */
static bool reads_or_writes(const struct piece *from, const struct reloc *reloc)
{
	const uint8_t *field = from->section->data + reloc->offset;

	return piece_is_code(from) && !from->section->arch->is_address_operand(
					      reloc->type, field, reloc->offset - from->start);
}

/*
 * A section and an addend at the border between two variables mean the start of
 * one or the end of the other ("p < array + N"). This makes no difference if
 * both are adjacent in the original, too.
 */
static bool is_border(const struct piece *from, const struct reloc *reloc)
{
	const struct piece *target = reloc->target, *before = target - 1;
	bool used = false;

	if (!piece_is_data(target) || reloc->delta || reloc->symbol->type != STT_SECTION ||
	    target == target->section->pieces || before->end != target->start ||
	    before->end - before->start <= SCALAR_SIZE_MAX || before->never_shared ||
	    piece_is_debug_message(before) || reads_or_writes(from, reloc))
		return false;
	if (before->twin && target->twin && before->twin + 1 == target->twin &&
	    before->twin->section == target->twin->section &&
	    before->twin->end == target->twin->start)
		return false;
	for (uint32_t i = 0; i < from->nr_relocs; i++)
		used |= from->relocs[i].target == before;
	return used;
}

static struct lp_error *visit(struct plan *plan, struct piece *from, const struct reloc *reloc,
			      bool entry)
{
	uint32_t at = entry ? 0 : reloc->offset - from->start;

	if (!from->section->arch->field(reloc->type).size)
		return plan_refuse(plan, from, at, NULL, hint_internal,
				   "it has a relocation of unknown type %u", reloc->type);
	if (reloc->lost)
		return plan_refuse(plan, from, at, NULL, hint_internal,
				   "the target of its reference to section %s is not certain",
				   reloc->symbol->name);
	if (!reloc->target && !reloc->symbol->undefined)
		return plan_refuse(plan, from, at, NULL, hint_internal, "it refers to %s%s%s",
				   reloc->symbol->name,
				   reloc->symbol->section ? " in section " : "",
				   reloc->symbol->section ? reloc->symbol->section->name : "");
	if (reloc->target && is_border(from, reloc))
		return plan_refuse(plan, from, at, NULL,
				   "move one of the variables away from the other",
				   "it is not certain whether it means the start of %s or the end "
				   "of the object before it in section %s",
				   piece_name(reloc->target), reloc->target->section->name);
	if (plan_binding(reloc, entry) == BIND_LOCAL)
		return include_target(plan, from, reloc);
	return NULL;
}

static struct lp_error *visit_piece(struct plan *plan, struct piece *piece)
{
	for (uint32_t i = 0; i < piece->nr_relocs; i++)
		lp_try(visit(plan, piece, &piece->relocs[i], false));
	for (const struct entry *entry = piece->entries; entry; entry = entry->next)
		for (uint32_t i = 1; i < entry->nr_relocs; i++)
			lp_try(visit(plan, piece, &entry->relocs[i], true));
	for (struct piece *cold = piece->cold; cold; cold = cold->next_cold)
		lp_try(plan_include(plan, cold));
	if (piece->parent)
		lp_try(plan_include(plan, piece->parent));
	return NULL;
}

/* Whether anything outside of this file could call a new function. */
static bool is_global(const struct piece *piece)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece)
		if (name->bind != STB_LOCAL)
			return true;
	return false;
}

/* module_init() and module_exit() of a module, include/linux/module.h */
static bool is_module_entry(const struct piece *piece)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece)
		if (!strcmp(name->name, "init_module") || !strcmp(name->name, "cleanup_module"))
			return true;
	return false;
}

static struct lp_error *include_function(struct plan *plan, struct piece *piece)
{
	const struct section_rule *rule = piece->section->rule;
	const struct found about = {.kind = FINDING_NEVER_RUNS, .piece = piece};

	if (!piece->twin && is_module_entry(piece))
		return plan_find(plan, &about,
				 "this function is never called: the module was loaded without it");
	if (piece->verdict != CHANGED && (piece->twin || !is_global(piece)) && !piece->moved)
		return NULL;
	switch (rule->life) {
	case LIFE_INIT:
		if (!piece->twin)
			return NULL;
		if (plan->options->skip_init)
			return plan_find(
				plan, &about,
				"the change of this function has no effect: it has already "
				"run");
		return plan_refuse(plan, piece, 0, NULL, hint_init,
				   "it has already run; it can't be part of an update");
	case LIFE_EXIT:
		if (plan->options->built_in)
			return plan_find(
				plan, &about,
				"the change of this function has no effect: it never runs in "
				"vmlinux");
		break;
	case LIFE_FIXED:
	case LIFE_BOOT:
		if (!piece->twin)
			return NULL;
		return plan_refuse(plan, piece, 0, NULL, hint_fixed,
				   "it is in section %s: %s, where nothing may be redirected",
				   piece->section->name, rule->what);
	default:
		break;
	}
	if (piece->torn)
		return plan_refuse(plan, piece, 0, NULL, hint_internal,
				   "a short jump leads out of it into another function");
	return plan_include(plan, piece);
}

static bool same_raw(const struct section *a, const struct section *b)
{
	if (strcmp(a->name, b->name) || a->size != b->size || a->nr_relocs != b->nr_relocs ||
	    !a->data != !b->data || (a->data && memcmp(a->data, b->data, a->size) != 0))
		return false;
	for (size_t i = 0; i < a->nr_relocs; i++) {
		const struct reloc *left = &a->relocs[i], *right = &b->relocs[i];

		if (left->offset != right->offset || left->type != right->type ||
		    left->addend != right->addend ||
		    strcmp(left->symbol->name, right->symbol->name) != 0)
			return false;
	}
	return true;
}

/* Whether what is not understood is the same in both: the entries, and code that they alone reach.
 */
static bool has_same_raw(const struct object *object, const struct object *other)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		const struct section *section = &object->sections[i];
		enum section_kind kind = section->rule->kind;
		bool found = !section->misshapen && kind != SECTION_STRETCHES &&
			     kind != SECTION_REPLACEMENT;

		for (size_t j = 1; j < other->nr_sections && !found; j++)
			found = same_raw(&other->sections[j], section);
		if (!found)
			return false;
	}
	return true;
}

/*
 * Entries that are not understood may belong to what is carried over, and may have changed
 * although nothing else did.
 */
static struct lp_error *refuse_misshapen(struct plan *plan, const struct object *object,
					 const struct object *other)
{
	if (!plan->nr_included && has_same_raw(object, other))
		return NULL;
	for (size_t i = 1; i < object->nr_sections; i++) {
		const struct section *section = &object->sections[i];

		if (section->misshapen && section->size)
			lp_try(plan_refuse(plan, NULL, 0, section->name,
					   "this kernel version needs a newer lpatch", "%s",
					   section->misshapen));
	}
	return NULL;
}

/* An unknown section that points into the middle of what is carried over. */
static struct lp_error *refuse_unknown(struct plan *plan)
{
	for (size_t i = 1; i < plan->patched->nr_sections; i++) {
		const struct section *section = &plan->patched->sections[i];
		enum section_kind kind = section->rule->kind;

		if (section->rule->name[0] || (kind != SECTION_DATA && kind != SECTION_CONST) ||
		    !strncmp(section->name, ".rodata", 7))
			continue;
		for (size_t j = 0; j < section->nr_relocs; j++) {
			const struct reloc *reloc = &section->relocs[j];
			const struct piece *target = reloc->target;
			const struct piece *from = piece_at(section, reloc->offset);

			if (target && target->included && piece_is_function(target) &&
			    reloc->delta && (!from || !from->symbol) && !(from && from->included))
				lp_try(plan_refuse(
					plan, target, 0, NULL, hint_internal,
					"the unknown section %s refers to the middle of it",
					section->name));
		}
	}
	return NULL;
}

struct lp_error *include(struct plan *plan)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++)
		if (piece_is_function(&plan->patched->pieces[i]))
			lp_try(include_function(plan, &plan->patched->pieces[i]));
	lp_try(include_tables(plan));
	lp_try(include_data(plan));
	lp_try(include_hooks(plan));
	while (plan->nr_visited < plan->nr_included)
		lp_try(visit_piece(plan, plan->included[plan->nr_visited++]));
	lp_try(find_debug_messages(plan));
	lp_try(include_rest(plan));
	lp_try(refuse_misshapen(plan, plan->patched, plan->original));
	lp_try(refuse_misshapen(plan, plan->original, plan->patched));
	if (!plan->nr_included)
		return NULL;
	if (!plan->patched->arch->is_complete)
		lp_try(plan_refuse(plan, NULL, 0, plan->patched->arch->name,
				   "lpatch makes updates for x86-64 only",
				   "objects for this architecture can only be compared"));
	return refuse_unknown(plan);
}
