/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/author.h"

#include <assert.h>
#include <string.h>

#include "core-module/lpatch_abi.h"

#define ADDRESS_SIZE 8

bool author_keeps_code(const struct object *patched)
{
	for (size_t i = 1; i < patched->nr_sections; i++)
		if (!strcmp(patched->sections[i].name, LPATCH_SECTION_KEEP_CODE))
			return true;
	return false;
}

/* The relocation that provides the function's address; NULL if the section holds anything else. */
static const struct reloc *function_of(const struct piece *piece)
{
	const struct reloc *reloc = piece->relocs;

	if (!piece->symbol || piece->end - piece->start != ADDRESS_SIZE || piece->nr_relocs != 1 ||
	    reloc->offset != piece->start || reloc->delta ||
	    (!reloc->target && !reloc->symbol->undefined))
		return NULL;
	return reloc;
}

static struct lp_error *include_hook(struct plan *plan, struct piece *piece)
{
	static const char hint[] = "name a function that the patch adds; see lpatch-author(7)";
	const struct reloc *reloc = function_of(piece);

	if (!reloc)
		return plan_refuse(plan, piece, 0, NULL, hint,
				   "the hook %s is not the address of one function",
				   piece_hook(piece));
	if (reloc->target && !piece_is_function(reloc->target))
		return plan_refuse(plan, piece, 0, NULL, hint, "the hook %s is not a function",
				   piece_hook(piece));
	if (reloc->target && reloc->target->twin)
		return plan_refuse(plan, piece, 0, NULL, hint,
				   "the hook %s is the function %s, which the kernel already has",
				   piece_hook(piece), piece_name(reloc->target));
	return plan_include(plan, piece);
}

struct lp_error *include_hooks(struct plan *plan)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++)
		if (piece_hook(&plan->patched->pieces[i]))
			lp_try(include_hook(plan, &plan->patched->pieces[i]));
	return NULL;
}

static struct lp_error *copy_string(const char *text, char **copy)
{
	*copy = strdup(text);
	return *copy ? NULL : lp_error_no_memory();
}

static struct lp_error *describe_hook(const struct piece *piece, struct diffobj_hook *hook)
{
	const struct reloc *reloc = function_of(piece);

	/* include_hook() has refused all others. */
	assert(reloc);
	lp_try(copy_string(piece_hook(piece), &hook->kind));
	lp_try(copy_string(piece_name(piece), &hook->symbol));
	return copy_string(reloc->target ? piece_name(reloc->target) : reloc->symbol->name,
			   &hook->function);
}

/* A mark may come after what it names, or name what another file defines. */
static struct lp_error *describe_release(const struct reloc *reloc, char **name)
{
	const char *whole = reloc->target ? piece_name(reloc->target) : reloc->symbol->name;

	*name = strndup(whole, strcspn(whole, "."));
	return *name ? NULL : lp_error_no_memory();
}

static struct lp_error *add_releases(struct diffobj_result *result, const struct plan *plan)
{
	size_t number = 0;

	for (size_t i = 0; i < plan->patched->nr_pieces; i++)
		number += piece_release(&plan->patched->pieces[i]) != NULL;
	result->releases = calloc(number + 1, sizeof(*result->releases));
	if (!result->releases)
		return lp_error_no_memory();
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct reloc *reloc = piece_release(&plan->patched->pieces[i]);

		if (reloc)
			lp_try(describe_release(reloc, &result->releases[result->nr_releases++]));
	}
	return NULL;
}

struct lp_error *result_add_author(struct diffobj_result *result, const struct plan *plan)
{
	result->keep_code = author_keeps_code(plan->patched);
	lp_try(add_releases(result, plan));
	result->hooks = calloc(plan->nr_included + 1, sizeof(*result->hooks));
	result->shadows = calloc(plan->nr_included + 1, sizeof(*result->shadows));
	if (!result->hooks || !result->shadows)
		return lp_error_no_memory();
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct piece *piece = &plan->patched->pieces[i];

		if (!piece->included)
			continue;
		if (piece_hook(piece))
			lp_try(describe_hook(piece, &result->hooks[result->nr_hooks++]));
		else if (piece_is_shadow(piece))
			lp_try(copy_string(piece_name(piece),
					   &result->shadows[result->nr_shadows++]));
	}
	return NULL;
}

void result_free_author(struct diffobj_result *result)
{
	for (size_t i = 0; i < result->nr_hooks; i++) {
		free(result->hooks[i].kind);
		free(result->hooks[i].function);
		free(result->hooks[i].symbol);
	}
	for (size_t i = 0; i < result->nr_shadows; i++)
		free(result->shadows[i]);
	for (size_t i = 0; i < result->nr_releases; i++)
		free(result->releases[i]);
	free(result->releases);
	free(result->hooks);
	free(result->shadows);
}
