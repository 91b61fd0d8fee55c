/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result for the caller, from the plan and the output. */
#ifndef LPATCH_DIFFOBJ_RESULT_H
#define LPATCH_DIFFOBJ_RESULT_H

#include "diffobj/diffobj.h"
#include "diffobj/output.h"
#include "diffobj/plan.h"

/*
 * Functions, rewrites, refusals and notes of the plan, with source places if
 * there is debug information. Fails only without memory.
 */
struct lp_error *result_of_plan(const struct plan *plan, struct diffobj_result **result);

/* Adds the references of the output. Fails only without memory. */
struct lp_error *result_add_references(struct diffobj_result *result, const struct output *output);

/*
 * Adds what only one of the objects has, or both bind differently. Fails only
 * without memory.
 */
struct lp_error *result_add_definitions(struct diffobj_result *result, const struct plan *plan);

/* Why a function counts as changed, in one line; NULL without memory. */
char *result_why(const struct piece *piece);

/* What a relocation refers to, for messages: a name, a text, or a section. */
void reloc_describe(const struct reloc *reloc, char *text, size_t size);

#endif
