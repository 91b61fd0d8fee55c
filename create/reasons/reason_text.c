// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reasons/reason_text.h"

#include <string.h>

/* ", through f and g", or nothing. */
static struct lp_error *describe_way(const struct text_list *through, char **text)
{
	_cleanup_free_ char *names = NULL;

	if (!through->count)
		return text_format(text, "%s", "");
	lp_try(text_list_join(through, ", ", &names));
	return text_format(text, ", through %s", names);
}

struct lp_error *reason_text_new(struct reason *reason)
{
	return text_format(&reason->why, "added by the diff");
}

/* What a function that is new in the object, but not in the source, was before. */
static struct lp_error *describe_past(const char *name, bool existed, char **text)
{
	size_t stem = strcspn(name, ".");

	if (!existed)
		return text_format(text, "%s", "");
	if (name[stem])
		return text_format(text,
				   "a part or variant of %.*s that the compiler makes: ", (int)stem,
				   name);
	return text_format(text, "so far inlined wherever it is used: ");
}

struct lp_error *reason_text_changed(struct reason *reason, const char *name, bool existed)
{
	_cleanup_free_ char *past = NULL;

	lp_try(describe_past(name, existed, &past));
	return text_format(&reason->why, "%schanged by the diff", past);
}

struct lp_error *reason_text_inlines(struct reason *reason, bool before)
{
	_cleanup_free_ char *way = NULL;

	lp_try(describe_way(&reason->through, &way));
	return text_format(&reason->why, "%s %s, which changed%s",
			   before ? "has so far inlined" : "inlines", reason->cause, way);
}

struct lp_error *reason_text_uses(struct reason *reason, const struct changed_name *name)
{
	static const char *const words[] = {
		[CHANGED_MACRO] = "uses the macro",       [CHANGED_CONSTANT] = "uses the constant",
		[CHANGED_FUNCTION] = "uses the function", [CHANGED_TYPE] = "uses the type",
		[CHANGED_VARIABLE] = "refers to",         [CHANGED_PROTOTYPE] = "uses",
	};
	bool declared = name->kind == CHANGED_PROTOTYPE;
	_cleanup_free_ char *way = NULL;

	lp_try(describe_way(&reason->through, &way));
	return text_format(&reason->why, "%s %s, %s%s", words[name->kind], reason->cause,
			   declared ? "whose declaration changed" : "which changed", way);
}

struct lp_error *reason_text_follows(struct reason *reason)
{
	return text_format(&reason->why, "refers to %s, which moves into the update",
			   reason->cause);
}

struct lp_error *reason_text_connected(struct reason *reason, const char *name, bool existed,
				       bool is_caller, bool has_come,
				       enum manifest_reason other_reason)
{
	_cleanup_free_ char *past = NULL;
	const char *is = has_come                              ? "has code of its own now"
			 : other_reason == MANIFEST_IS_NEW     ? "is new"
			 : other_reason == MANIFEST_IS_CHANGED ? "changed"
							       : "differs, too";

	lp_try(describe_past(name, existed, &past));
	if (is_caller)
		return text_format(&reason->why,
				   "%sno line of the diff is in it, but %s, which calls it, %s",
				   past, reason->cause, is);
	return text_format(&reason->why,
			   "%sno line of the diff is in it, but it calls %s, which %s", past,
			   reason->cause, is);
}

struct lp_error *reason_text_differs(struct reason *reason, const struct diffobj_function *function,
				     bool existed, bool outside, bool command)
{
	_cleanup_free_ char *past = NULL;
	/* diffobj has no details about functions of the patched object only. */
	const char *more =
		existed ? "the compiler made a function of its own for it" : function->why;

	lp_try(describe_past(function->name, existed, &past));
	if (command)
		return text_format(&reason->why, "%sthe diff changes how its file is compiled; %s",
				   past, more);
	if (outside && existed)
		return text_format(&reason->why, "%sno line of the diff is in it; %s", past, more);
	if (outside)
		return text_format(
			&reason->why,
			"no line of the diff is in it, the compiler compiled it differently; %s",
			more);
	return text_format(&reason->why, "%s%s", past, more);
}
