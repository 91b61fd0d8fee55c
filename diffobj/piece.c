// SPDX-License-Identifier: GPL-2.0-or-later
#include "diffobj/piece.h"

#include <string.h>

#include "core-module/lpatch_abi.h"

bool piece_is_content(const struct piece *piece)
{
	switch (piece_kind(piece)) {
	case SECTION_STRINGS:
	case SECTION_LITERALS:
	case SECTION_REPLACEMENT:
	case SECTION_STRETCHES:
		return true;
	case SECTION_CONST:
		return !piece->symbol || piece->never_shared;
	default:
		return piece->never_shared;
	}
}

bool piece_is_debug_message(const struct piece *piece)
{
	/* Linux 5.12 renamed the section (e5ebffe18e5a). */
	return piece_is_data(piece) && (!strcmp(piece->section->name, "__dyndbg") ||
					!strcmp(piece->section->name, "__verbose"));
}

const char *piece_hook(const struct piece *piece)
{
	size_t length = strlen(LPATCH_SECTION_HOOK);

	if (!piece_is_data(piece) || strncmp(piece->section->name, LPATCH_SECTION_HOOK, length))
		return NULL;
	return piece->section->name + length;
}

bool piece_is_shadow(const struct piece *piece)
{
	return piece_is_data(piece) && !strcmp(piece->section->name, LPATCH_SECTION_SHADOW);
}

const struct reloc *piece_release(const struct piece *piece)
{
	if (!piece_is_data(piece) || strcmp(piece->section->name, LPATCH_SECTION_RELEASES) ||
	    piece->nr_relocs != 1)
		return NULL;
	return piece->relocs;
}

void pieces_pair(struct piece *original, struct piece *patched)
{
	original->twin = patched;
	patched->twin = original;
}
