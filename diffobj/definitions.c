/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only one of the objects defines, or both with different binding; for the linking stage. */
#include <string.h>

#include "diffobj/author.h"
#include "diffobj/result.h"

/* A named function or variable that is not private to the code that uses it. */
static bool is_definition(const struct piece *piece)
{
	return piece->symbol && !piece->parent && !piece->never_shared &&
	       (piece_is_function(piece) || piece_is_data(piece)) && !piece_hook(piece) &&
	       !piece_is_shadow(piece);
}

/* The global name if there is one, else the first. */
static const struct symbol *outer_name(const struct piece *piece)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece)
		if (name->bind != STB_LOCAL && name->value == piece->start)
			return name;
	return piece->symbol;
}

/* FNV-1a, 64 bits. */
static uint64_t digest_byte(uint64_t digest, uint8_t byte)
{
	return (digest ^ byte) * 0x100000001b3;
}

static uint64_t digest_text(uint64_t digest, const char *text)
{
	for (; *text; text++)
		digest = digest_byte(digest, (uint8_t)*text);
	return digest_byte(digest, 0);
}

/* What a field refers to: by name, if it has a global one. */
static uint64_t digest_reference(uint64_t digest, const struct piece *piece,
				 const struct reloc *reloc)
{
	const struct piece *target = reloc->target;
	const char *name = !target                                   ? reloc->symbol->name
			   : target->symbol && !target->never_shared ? target->stem
								     : "";

	digest = digest_byte(digest, (reloc->offset - piece->start) & 0xff);
	return digest_text(digest_byte(digest, reloc->delta & 0xff), name);
}

/* Zeros give the same digest in .bss and elsewhere. */
static uint64_t digest_content(const struct piece *piece)
{
	uint64_t digest = 0xcbf29ce484222325;
	const uint8_t *data = piece->section->data;
	uint32_t next = 0;

	for (uint32_t at = piece->start; data && at < piece->end; at++) {
		const struct reloc *reloc = next < piece->nr_relocs ? &piece->relocs[next] : NULL;

		if (reloc && at == reloc->offset) {
			digest = digest_reference(digest, piece, reloc);
			at += piece->section->arch->field(reloc->type).size - 1;
			next++;
		} else if (data[at]) {
			digest = digest_byte(digest_byte(digest, (at - piece->start) & 0xff),
					     data[at]);
		}
	}
	return digest;
}

static void describe_properties(const struct piece *piece, struct diffobj_definition *definition)
{
	definition->is_function = piece_is_function(piece);
	definition->is_writable = piece_kind(piece) == SECTION_DATA;
	definition->is_init = piece->section->rule->life == LIFE_INIT;
	definition->size = piece->end - piece->start;
	definition->content = piece_is_function(piece) ? 0 : digest_content(piece);
}

static struct lp_error *copy_name(const struct symbol *symbol, char **name, bool *local)
{
	*name = strdup(symbol->name);
	*local = symbol->bind == STB_LOCAL;
	return *name ? NULL : lp_error_no_memory();
}

/* State of a pass over the definitions, which counts or adds them. */
struct collecting {
	struct diffobj_result *result; /* NULL: only count */
	size_t count;
};

/*
 * `original` or `patched` may be NULL; `piece` belongs to `patched`, or to `original` if that is
 * NULL.
 */
static struct lp_error *add(struct collecting *to, const struct piece *piece,
			    const struct symbol *original, const struct symbol *patched)
{
	to->count++;
	if (!to->result)
		return NULL;
	struct diffobj_definition *definition =
		&to->result->definitions[to->result->nr_definitions++];

	describe_properties(piece, definition);
	/* cppcheck-suppress nullPointerRedundantCheck ; one of the two is there */
	definition->weak = (patched ? patched : original)->bind == STB_WEAK;
	if (original)
		lp_try(copy_name(original, &definition->original_name,
				 &definition->original_local));
	return patched ? copy_name(patched, &definition->name, &definition->local) : NULL;
}

/* The outer name, and every other global name. */
static bool is_name_of_its_own(const struct piece *piece, const struct symbol *name)
{
	return name == outer_name(piece) ||
	       (name->bind != STB_LOCAL && name->value == piece->start);
}

static bool has_global_name(const struct piece *piece, const char *wanted)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece)
		if (name->bind != STB_LOCAL && !strcmp(name->name, wanted))
			return true;
	return false;
}

/* What only one object has; `is_patched` says which. */
static struct lp_error *add_alone(struct collecting *to, const struct piece *piece, bool is_patched)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece) {
		if (is_name_of_its_own(piece, name))
			lp_try(add(to, piece, is_patched ? NULL : name, is_patched ? name : NULL));
	}
	return NULL;
}

/* For what both have: names that became global or local, that are new or gone. */
static struct lp_error *add_rebound(struct collecting *to, const struct piece *original,
				    const struct piece *patched)
{
	const struct symbol *before = outer_name(original), *now = outer_name(patched);

	for (const struct symbol *name = patched->symbol; name; name = name->next_in_piece) {
		if (name->bind != STB_LOCAL && name->value == patched->start &&
		    !has_global_name(original, name->name))
			lp_try(add(to, patched, before, name));
	}
	if (before && now->bind == STB_LOCAL && before->bind != STB_LOCAL)
		lp_try(add(to, patched, before, now));
	return NULL;
}

static struct lp_error *collect(struct collecting *to, const struct plan *plan)
{
	const struct object *original = plan->original, *patched = plan->patched;

	for (size_t i = 0; i < patched->nr_pieces; i++) {
		const struct piece *piece = &patched->pieces[i];

		if (!is_definition(piece))
			continue;
		if (piece->twin)
			lp_try(add_rebound(to, piece->twin, piece));
		else
			lp_try(add_alone(to, piece, true));
	}
	for (size_t i = 0; i < original->nr_pieces; i++) {
		const struct piece *piece = &original->pieces[i];

		if (!piece->twin && is_definition(piece))
			lp_try(add_alone(to, piece, false));
	}
	return NULL;
}

struct lp_error *result_add_definitions(struct diffobj_result *result, const struct plan *plan)
{
	struct collecting counting = {0}, adding = {.result = result};

	lp_try(collect(&counting, plan));
	if (!counting.count)
		return NULL;
	result->definitions = calloc(counting.count, sizeof(*result->definitions));
	if (!result->definitions)
		return lp_error_no_memory();
	return collect(&adding, plan);
}
