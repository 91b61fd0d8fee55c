// SPDX-License-Identifier: GPL-2.0-or-later
#include "diffobj/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char *format_text(struct arena *arena, const char *format, va_list arguments)
{
	char *text = NULL, *copy = NULL;

	if (vasprintf(&text, format, arguments) >= 0) {
		copy = arena_printf(arena, "%s", text);
		free(text);
	}
	return copy;
}

struct lp_error *plan_refuse(struct plan *plan, const struct piece *piece, uint32_t offset,
			     const char *what, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *reason = format_text(&plan->patched->arena, format, arguments);
	va_end(arguments);

	struct refusal refusal = {
		.object = plan->patched,
		.piece = piece,
		.offset = offset,
		.what = what ? what : piece_name(piece),
		.reason = reason,
		.hint = hint,
	};

	for (size_t i = 0; reason && i < plan->nr_refusals; i++)
		if (plan->refusals[i].piece == piece &&
		    !strcmp(plan->refusals[i].what, refusal.what) &&
		    !strcmp(plan->refusals[i].reason, reason))
			return NULL;
	if (!reason || !arena_push(&plan->patched->arena, plan->refusals, plan->nr_refusals,
				   plan->room_refusals, refusal))
		return lp_error_no_memory();
	return NULL;
}

struct lp_error *plan_note(struct plan *plan, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *note = format_text(&plan->patched->arena, format, arguments);
	va_end(arguments);
	if (!note ||
	    !arena_push(&plan->patched->arena, plan->notes, plan->nr_notes, plan->room_notes, note))
		return lp_error_no_memory();
	return NULL;
}

struct lp_error *plan_find(struct plan *plan, const struct found *about, const char *format, ...)
{
	struct found found = *about;
	va_list arguments;

	va_start(arguments, format);
	found.text = format_text(&plan->patched->arena, format, arguments);
	va_end(arguments);
	if (!found.name)
		found.name = piece_name(found.piece);
	if (!found.text || !arena_push(&plan->patched->arena, plan->findings, plan->nr_findings,
				       plan->room_findings, found))
		return lp_error_no_memory();
	return NULL;
}

struct lp_error *plan_include(struct plan *plan, struct piece *piece)
{
	if (piece->included)
		return NULL;
	piece->included = true;
	if (!arena_push(&plan->patched->arena, plan->included, plan->nr_included,
			plan->room_included, piece))
		return lp_error_no_memory();
	return NULL;
}

enum binding plan_binding(const struct reloc *reloc, bool entry)
{
	const struct piece *target = reloc->target;

	if (!target)
		return BIND_BY_NAME;
	if (target->moved)
		return piece_is_function(target) && (reloc->branch || entry || reloc->delta)
			       ? BIND_LOCAL
			       : BIND_BY_NAME;
	if (piece_is_content(target) || !target->twin)
		return BIND_LOCAL;
	if (!piece_is_function(target))
		return target->included && !target->rewritten ? BIND_LOCAL : BIND_ORIGINAL;
	if (target->verdict != CHANGED)
		return BIND_ORIGINAL;
	/*
	 * A replaced function. Its address as a value stays that of the
	 * original, so that comparisons of pointers hold; places inside it
	 * (jump tables, labels) are those of the replacement.
	 */
	return reloc->branch || entry || reloc->delta ? BIND_LOCAL : BIND_ORIGINAL;
}
