/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object cut into the pieces that are compared, carried over or left out
 * as a whole: a function, a variable, a string, a replacement of an
 * alternative. Most sections of a split object are one piece; others are cut
 * at their symbols, at the ends of strings, or where references enter.
 */
#ifndef LPATCH_DIFFOBJ_PIECE_H
#define LPATCH_DIFFOBJ_PIECE_H

#include "diffobj/names.h"
#include "diffobj/sections.h"
#include "object/object.h"

struct difference;
struct leftover;

enum verdict {
	NOT_COMPARED,
	BEING_COMPARED,
	SAME,
	CHANGED,
};

/* One entry of a section of entries (special.h), tied to a piece of code. */
struct entry {
	struct section *section;
	uint32_t offset;      /* in its section */
	uint32_t size;        /* bytes */
	struct reloc *relocs; /* the first ties it to the code */
	uint32_t nr_relocs;
	struct entry *next; /* of the same piece */
};

struct piece {
	struct section *section;
	uint32_t start;        /* offset in the section */
	uint32_t end;          /* offset of the first byte after it */
	uint32_t lead;         /* bytes before it that belong to it: call padding, a type's hash */
	struct symbol *symbol; /* its name, the first of its names; NULL if it has none */
	const char *stem;      /* of its name; NULL if it has none */
	enum never_shared never_shared;
	struct reloc *relocs;
	uint32_t nr_relocs;
	bool torn; /* a short jump leads out of it: it can't be moved */

	/* A function and the cold parts that the compiler moved out of it. */
	struct piece *parent;    /* of a cold part */
	struct piece *cold;      /* the first cold part */
	struct piece *next_cold; /* of the same parent */

	/* special */
	struct entry *entries;
	struct entry **last_entry;

	/* correlate */
	struct piece *twin; /* the same piece in the other object */
	bool ambiguous;     /* has no twin because several are possible */
	bool moved;         /* the running kernel has it, from another object */
	bool inferred; /* its twin has another name, or another function, and was found by use */
	struct leftover *leftover; /* of a variable, while it has no twin (leftover.h) */

	/* compare */
	enum verdict verdict;
	struct difference *difference; /* the first that was found */
	struct piece *compared_with;   /* its content was last compared with this one, */
	bool compared_same;            /* with this result */

	/* include */
	bool included;
	bool pulled_in; /* unchanged, but must be replaced along with what it refers to */
	struct piece *pulled_by;
	bool listed;    /* a changed entry of a SECTION_TABLE refers to it */
	bool rewritten; /* a constant whose content is replaced in place */

	/* result */
	bool shared;   /* the output refers to it, or to its twin */
	bool replaced; /* a variable that a new one is likely to replace */

	/* emit */
	struct output_section *output;
	uint32_t output_offset;
	uint32_t output_symbol; /* index + 1 */
	uint32_t reference;     /* index + 1 of the undefined symbol for it */
};

static inline enum section_kind piece_kind(const struct piece *piece)
{
	return piece->section->rule->kind;
}

static inline bool piece_is_function(const struct piece *piece)
{
	return piece_kind(piece) == SECTION_TEXT;
}

/* Code of any kind, with entries of its own. */
static inline bool piece_is_code(const struct piece *piece)
{
	enum section_kind kind = piece_kind(piece);

	return kind == SECTION_TEXT || kind == SECTION_STRETCHES || kind == SECTION_REPLACEMENT;
}

static inline bool piece_is_data(const struct piece *piece)
{
	return piece_kind(piece) == SECTION_DATA || piece_kind(piece) == SECTION_CONST;
}

/* A variable that keeps its state as long as the kernel, or the module, is running. */
static inline bool piece_is_state(const struct piece *piece)
{
	return piece_kind(piece) == SECTION_DATA && piece->symbol && !piece->never_shared &&
	       piece->section->rule->life == LIFE_KEPT;
}

/* The function that a cold part belongs to, or the piece itself. */
static inline struct piece *piece_whole(struct piece *piece)
{
	return piece->parent ? piece->parent : piece;
}

/* Its name, or its section's if it has none. */
static inline const char *piece_name(const struct piece *piece)
{
	return piece->symbol ? piece->symbol->name : piece->section->name;
}

/* Makes the two pieces each other's twin. */
void pieces_pair(struct piece *original, struct piece *patched);

/* Whether a piece has no identity and is compared by its content: a string, a constant. */
bool piece_is_content(const struct piece *piece);

/* Whether the piece is the descriptor of a debug message. */
bool piece_is_debug_message(const struct piece *piece);

/* The kind of the hook that the piece declares, "pre_apply"; NULL if it declares none. */
const char *piece_hook(const struct piece *piece);

/* Whether the piece declares a shadow variable. */
bool piece_is_shadow(const struct piece *piece);

/* The relocation to what the mark LPATCH_RELEASES names; NULL if the piece is no such mark. */
const struct reloc *piece_release(const struct piece *piece);

/* Cuts every section whose kind has pieces. Fails with LP_INTERNAL. */
struct lp_error *pieces_cut(struct object *object);

/*
 * Finds the piece and the place in it that every relocation refers to. What
 * can't be found is marked as lost. Fails only without memory.
 */
struct lp_error *pieces_resolve(struct object *object);

/* The zero-terminated text that a reference leads to; NULL if it leads to none. */
const char *reloc_text(const struct reloc *reloc);

/* The piece that holds byte `offset` of a section, or begins there; NULL if none does. */
struct piece *piece_at(const struct section *section, int64_t offset);

#endif
