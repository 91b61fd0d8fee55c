/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences that say why a function is part of the update: each sets reason->why. */
#ifndef LPATCH_CREATE_REASONS_REASON_TEXT_H
#define LPATCH_CREATE_REASONS_REASON_TEXT_H

#include "create/reasons/reasons.h"

/* The diff adds it. */
struct lp_error *reason_text_new(struct reason *reason);

/*
 * Lines of the diff are in it. `existed`: the function, or the one that the compiler
 * made it from, had no code of its own with that `name` before.
 */
struct lp_error *reason_text_changed(struct reason *reason, const char *name, bool existed);

/* reason->cause was changed, and is inlined in it; or was, in the running kernel. */
struct lp_error *reason_text_inlines(struct reason *reason, bool before);

/* It uses the changed name. */
struct lp_error *reason_text_uses(struct reason *reason, const struct changed_name *name);

/* It uses reason->cause, which moves into the update. */
struct lp_error *reason_text_follows(struct reason *reason);

/*
 * No line of the diff is in it, but it calls, or is called by, reason->cause, which is in the
 * update for the reason `other_reason`, or, if `has_come`, had no code of its own before.
 */
struct lp_error *reason_text_connected(struct reason *reason, const char *name, bool existed,
				       bool is_caller, bool has_come,
				       enum manifest_reason other_reason);

/*
 * It differs. `outside`: no line of the diff is in it; `command`: the diff changes how its
 * file is compiled.
 */
struct lp_error *reason_text_differs(struct reason *reason, const struct diffobj_function *function,
				     bool existed, bool outside, bool command);

#endif
