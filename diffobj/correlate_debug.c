/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/correlate_debug.h"

#include <string.h>

/*
 * struct _ddebug, include/linux/dynamic_debug.h, Linux 4.18 to 6.12: four
 * pointers to text, then a word whose low 18 bits are the line number; class
 * (6.1), flags and the static key follow.
 */
enum text { TEXT_MODULE, TEXT_FUNCTION, TEXT_FILE, TEXT_FORMAT, NR_TEXTS };

#define LINE_OFFSET 32
#define LINE_MASK   0x3ffffu

struct message {
	struct piece *piece;
	const char *texts[NR_TEXTS];
	uint32_t line;
};

struct messages {
	struct message *items; /* as the section has them */
	size_t nr, room;
};

static uint32_t line_word(const struct piece *piece)
{
	uint32_t word;

	memcpy(&word, piece->section->data + piece->start + LINE_OFFSET, sizeof(word));
	return word;
}

/* False if it is not a descriptor of a known form. */
static bool read_message(struct piece *piece, struct message *message)
{
	*message = (struct message){.piece = piece};
	if (!piece->section->data || piece->nr_relocs != NR_TEXTS ||
	    piece->end - piece->start < LINE_OFFSET + sizeof(uint32_t))
		return false;
	for (uint32_t i = 0; i < NR_TEXTS; i++) {
		message->texts[i] = reloc_text(&piece->relocs[i]);
		if (!message->texts[i] || piece->relocs[i].offset - piece->start != i * 8)
			return false;
	}
	message->line = line_word(piece) & LINE_MASK;
	return true;
}

static struct lp_error *read_messages(struct object *object, struct messages *messages)
{
	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *piece = &object->pieces[i];
		struct message message;

		if (!piece_is_debug_message(piece) || piece->twin || !read_message(piece, &message))
			continue;
		if (!arena_push(&object->arena, messages->items, messages->nr, messages->room,
				message))
			return lp_error_no_memory();
	}
	return NULL;
}

/*
 * Whether the running kernel's descriptor can be used for the message. With
 * DEBUG defined on one side only, the jump labels of the two differ as well.
 */
static bool says_the_same(const struct message *a, const struct message *b)
{
	const uint8_t *left = a->piece->section->data + a->piece->start;
	const uint8_t *right = b->piece->section->data + b->piece->start;
	uint32_t size = a->piece->end - a->piece->start;

	if (size != b->piece->end - b->piece->start ||
	    (line_word(a->piece) & ~LINE_MASK) != (line_word(b->piece) & ~LINE_MASK) ||
	    memcmp(left + LINE_OFFSET + 4, right + LINE_OFFSET + 4, size - LINE_OFFSET - 4))
		return false;
	for (size_t i = 0; i < NR_TEXTS; i++)
		if (strcmp(a->texts[i], b->texts[i]))
			return false;
	return true;
}

static void pair(const struct message *original, const struct message *patched)
{
	original->piece->never_shared = SHARED;
	patched->piece->never_shared = SHARED;
	pieces_pair(original->piece, patched->piece);
}

/* A message at the same line: the view of the patched source keeps line numbers. */
static void pair_by_line(const struct messages *originals, const struct messages *patcheds)
{
	for (size_t i = 0; i < patcheds->nr; i++) {
		const struct message *patched = &patcheds->items[i];

		for (size_t j = 0; j < originals->nr; j++) {
			const struct message *original = &originals->items[j];

			if (original->line != patched->line || original->piece->twin ||
			    !says_the_same(original, patched))
				continue;
			pair(original, patched);
			break;
		}
	}
}

/* How many messages without a partner have the same text; the first of them, or NULL, in *first. */
static size_t count_unpaired(const struct messages *messages, const struct message *like,
			     const struct message **first)
{
	size_t number = 0;

	*first = NULL;
	for (size_t i = 0; i < messages->nr; i++) {
		const struct message *message = &messages->items[i];

		if (message->piece->twin || !says_the_same(message, like))
			continue;
		if (!number++)
			*first = message;
	}
	return number;
}

/* Messages that moved: both objects must have the same number with one text, in the same order. */
static void pair_moved(const struct messages *originals, const struct messages *patcheds)
{
	for (size_t i = 0; i < patcheds->nr; i++) {
		const struct message *patched = &patcheds->items[i], *original, *first;

		if (patched->piece->twin)
			continue;

		size_t number = count_unpaired(originals, patched, &original);

		if (number && number == count_unpaired(patcheds, patched, &first))
			pair(original, first);
	}
}

struct lp_error *correlate_debug(struct object *original, struct object *patched)
{
	struct messages originals = {}, patcheds = {};

	lp_try(read_messages(patched, &patcheds));
	if (!patcheds.nr)
		return NULL;
	lp_try(read_messages(original, &originals));
	pair_by_line(&originals, &patcheds);
	pair_moved(&originals, &patcheds);
	return NULL;
}

static bool of_one_function(const struct message *a, const struct message *b)
{
	return !strcmp(a->texts[TEXT_FUNCTION], b->texts[TEXT_FUNCTION]);
}

/* A message of the same function and text, or NULL. */
static const struct message *find_text(const struct messages *messages, const struct message *like)
{
	for (size_t i = 0; i < messages->nr; i++)
		if (of_one_function(&messages->items[i], like) &&
		    !strcmp(messages->items[i].texts[TEXT_FORMAT], like->texts[TEXT_FORMAT]))
			return &messages->items[i];
	return NULL;
}

/* The message of the same function with the nearest line, among those that are carried over. */
static const struct message *find_nearest(const struct messages *patcheds,
					  const struct message *original)
{
	const struct message *nearest = NULL;
	uint32_t best = UINT32_MAX;

	for (size_t i = 0; i < patcheds->nr; i++) {
		const struct message *message = &patcheds->items[i];
		uint32_t distance = message->line > original->line ? message->line - original->line
								   : original->line - message->line;

		if (!message->piece->included || !of_one_function(message, original) ||
		    distance >= best)
			continue;
		best = distance;
		nearest = message;
	}
	return nearest;
}

static struct lp_error *find_message(struct plan *plan, const struct message *at,
				     const char *format, const char *text)
{
	const struct found about = {
		.kind = FINDING_NEVER_RUNS,
		.piece = at->piece,
		.variable = piece_name(at->piece),
		.name = at->texts[TEXT_FUNCTION],
	};
	int length = (int)strcspn(text, "\n");
	const char *sentence = arena_printf(&plan->patched->arena, format, length, text);

	return sentence ? plan_find(plan, &about, "%s", sentence) : lp_error_no_memory();
}

struct lp_error *find_debug_messages(struct plan *plan)
{
	struct messages originals = {}, patcheds = {};

	lp_try(read_messages(plan->patched, &patcheds));
	if (!patcheds.nr)
		return NULL;
	lp_try(read_messages(plan->original, &originals));
	for (size_t i = 0; i < patcheds.nr; i++) {
		const struct message *message = &patcheds.items[i];

		if (message->piece->included && find_text(&originals, message))
			lp_try(find_message(
				plan, message,
				"its debug message \"%.*s\" is not printed before it is switched "
				"on, even if the message that it replaces was",
				message->texts[TEXT_FORMAT]));
	}
	for (size_t i = 0; i < originals.nr; i++) {
		const struct message *message = &originals.items[i];
		const struct message *nearest = find_nearest(&patcheds, message);

		if (nearest && !find_text(&patcheds, message))
			lp_try(find_message(plan, nearest,
					    "it no longer has the debug message \"%.*s\"; new ones "
					    "are not printed before they are switched on",
					    message->texts[TEXT_FORMAT]));
	}
	return NULL;
}
