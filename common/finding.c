// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a text, not an expression */
#define FINDING_NAME(name, text, title) [FINDING_##name] = text,
	FINDING_KINDS(FINDING_NAME)
#undef FINDING_NAME
};

static const char *const titles[] = {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a text, not an expression */
#define FINDING_TITLE(name, text, title) [FINDING_##name] = title,
	FINDING_KINDS(FINDING_TITLE)
#undef FINDING_TITLE
};

const char *finding_kind_name(enum finding_kind kind)
{
	return names[kind];
}

const char *finding_kind_title(enum finding_kind kind)
{
	return titles[kind];
}

bool finding_kind_find(const char *name, enum finding_kind *kind)
{
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (strcmp(name, names[i]))
			continue;
		*kind = i;
		return true;
	}
	return false;
}

static void clear(struct finding *finding)
{
	free(finding->name);
	free(finding->where);
	free(finding->text);
}

/* Takes ownership of the text, also on failure. */
static struct lp_error *append(struct finding_list *list, enum finding_kind kind, const char *name,
			       const char *where, char *text)
{
	struct finding finding = {
		.kind = kind,
		.name = strdup(name),
		.where = strdup(where ? where : ""),
		.text = text,
	};
	struct finding *grown = reallocarray(list->items, list->count + 1, sizeof(*grown));

	if (grown)
		list->items = grown;
	if (!grown || !finding.name || !finding.where || !finding.text) {
		clear(&finding);
		return lp_error_no_memory();
	}
	grown[list->count++] = finding;
	return NULL;
}

struct lp_error *finding_add(struct finding_list *list, enum finding_kind kind, const char *name,
			     const char *where, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return append(list, kind, name, where, text);
}

struct lp_error *finding_add_all(struct finding_list *list, const struct finding_list *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct finding *finding = &from->items[i];

		lp_try(append(list, finding->kind, finding->name, finding->where,
			      strdup(finding->text)));
	}
	return NULL;
}

void finding_list_clear(struct finding_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		clear(&list->items[i]);
	free(list->items);
	*list = (struct finding_list){0};
}
