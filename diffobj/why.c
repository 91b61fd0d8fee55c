/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a function counts as changed, in one line. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diffobj/compare.h"
#include "diffobj/result.h"

static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *sentence(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

void reloc_describe(const struct reloc *reloc, char *text, size_t size)
{
	const struct piece *target = reloc->target;

	if (!target) {
		snprintf(text, size, "%s", reloc->symbol->name);
		return;
	}
	if (piece_kind(target) == SECTION_STRINGS && target->section->data && reloc->delta >= 0 &&
	    reloc->delta < target->end - target->start) {
		const char *string =
			(const char *)target->section->data + target->start + reloc->delta;
		int length =
			(int)strnlen(string, target->end - target->start - (size_t)reloc->delta);
		bool long_one = length > 40;

		snprintf(text, size, "\"%.*s%s\"", long_one ? 37 : length, string,
			 long_one ? "..." : "");
		for (char *c = text; *c; c++)
			if ((unsigned char)*c < ' ')
				*c = ' ';
		return;
	}
	if (reloc->delta)
		snprintf(text, size, "%s%+lld", piece_name(target), (long long)reloc->delta);
	else
		snprintf(text, size, "%s", piece_name(target));
}

static char *why_reference(const struct difference *difference)
{
	char original[80], patched[80];

	reloc_describe(difference->original_reloc, original, sizeof(original));
	reloc_describe(difference->patched_reloc, patched, sizeof(patched));
	if (!strcmp(original, patched))
		return sentence("what it means by %s at +0x%x changed", original,
				difference->patched_offset);
	return sentence("it refers to %s instead of %s at +0x%x", patched, original,
			difference->patched_offset);
}

char *result_why(const struct piece *piece)
{
	const struct difference *difference = piece->difference;

	if (!piece->twin)
		return sentence("only the patched object has it");
	if (piece->pulled_in)
		return sentence("it uses %s, which moves into the update",
				piece_name(piece->pulled_by));
	if (!difference)
		return sentence("it changed");

	uint32_t size = piece->end - piece->start, old = piece->twin->end - piece->twin->start;

	switch (difference->kind) {
	case DIFFERENT_REFERENCE:
		return why_reference(difference);
	case DIFFERENT_ENTRIES:
		return sentence("its entries in %s differ, from +0x%x on", difference->section,
				difference->patched_offset);
	case DIFFERENT_COLD:
		return sentence("its cold part changed");
	case DIFFERENT_CONTENT:
		return sentence("it has content in one object only");
	default:
		break;
	}
	if (size == old)
		return sentence("its code differs from +0x%x on", difference->patched_offset);
	return sentence("its code differs from +0x%x on, %u bytes before and %u now",
			difference->patched_offset, old, size);
}
