/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/compare_lines.h"

#include <string.h>

/* Functions whose second argument is __LINE__, wherever the kernel calls them by a macro. */
static const char *const takers[] = {
	"__might_sleep",          "___might_sleep",    "__might_resched",
	"__might_fault",          "__cant_sleep",      "__cant_migrate",
	"lockdep_rcu_suspicious", "warn_slowpath_fmt", "warn_slowpath_null",
};

#define LINE_MAX 1000000 /* no kernel source has more */

static bool is_taker(const struct reloc *reloc)
{
	const char *name = reloc->target && reloc->target->symbol ? reloc->target->symbol->name
								  : reloc->symbol->name;

	for (size_t i = 0; i < ARRAY_SIZE(takers); i++)
		if (!strcmp(takers[i], name))
			return true;
	return false;
}

/*
 * Whether the next call after byte `at` of the section calls a function that takes a line number.
 */
static bool goes_to_taker(const struct piece *piece, uint32_t at)
{
	size_t number = 0;
	const struct reloc *relocs = section_relocs(piece->section, at, piece->end, &number);

	for (size_t i = 0; i < number; i++)
		if (relocs[i].branch)
			return is_taker(&relocs[i]);
	return false;
}

/* Whether the instructions at both places load a line number each. */
static bool loads_line(const struct piece *a, uint32_t at, const uint8_t *left,
		       const uint8_t *right, unsigned int length)
{
	const struct arch *arch = a->section->arch;
	uint32_t lines[2];

	if (!arch->insn_second_argument(left, length, &lines[0]) ||
	    !arch->insn_second_argument(right, length, &lines[1]))
		return false;
	return lines[0] < LINE_MAX && lines[1] < LINE_MAX && goes_to_taker(a, a->start + at);
}

bool differ_in_lines_only(const struct piece *a, const struct piece *b)
{
	uint32_t size = a->end - a->start, next = 0;

	if (size != b->end - b->start || a->nr_relocs != b->nr_relocs || !a->section->data ||
	    !b->section->data || !piece_is_function(a))
		return false;

	const struct arch *arch = a->section->arch;
	const uint8_t *left = a->section->data + a->start, *right = b->section->data + b->start;

	for (uint32_t at = 0; at < size;) {
		unsigned int length = arch->insn_length(left + at, size - at);
		bool relocated = false;

		if (!length || length != arch->insn_length(right + at, size - at))
			return false;
		for (; next < a->nr_relocs && a->relocs[next].offset - a->start < at + length;
		     next++) {
			if (a->relocs[next].offset - a->start != b->relocs[next].offset - b->start)
				return false;
			relocated = true;
		}
		/* The field of a relocation is zero in kernel objects: only the addend counts. */
		if (memcmp(left + at, right + at, length) &&
		    (relocated || !loads_line(a, at, left + at, right + at, length)))
			return false;
		at += length;
	}
	return true;
}
