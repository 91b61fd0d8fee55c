/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is released all at once: what is read from an object, and what is
 * found out about it, is kept as long as the comparison runs.
 */
#ifndef LPATCH_OBJECT_ARENA_H
#define LPATCH_OBJECT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	size_t left;                /* bytes free in the newest */
	char *next;                 /* the first free byte */
};

/* Zeroed memory for `number` items of `size` bytes, aligned to 16; NULL without memory. */
void *arena_array(struct arena *arena, size_t number, size_t size);

/* One item of a type, zeroed, or NULL. */
#define arena_new(arena, type) ((type *)arena_array(arena, 1, sizeof(type)))

/* A string made in the arena, or NULL. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void arena_release(struct arena *arena);

/*
 * Makes room for one more element in a growing array of the arena; the array
 * doubles and leaves its old place to the arena. False without memory.
 */
bool arena_grow(struct arena *arena, void **array, size_t used, size_t *room, size_t size);

/* Appends `value` to the members array/nr/room; false without memory. */
#define arena_push(arena, array, nr, room, value)                                            \
	({                                                                                   \
		bool pushed_ =                                                               \
			arena_grow(arena, (void **)&(array), nr, &(room), sizeof(*(array))); \
		if (pushed_)                                                                 \
			(array)[(nr)++] = (value);                                           \
		pushed_;                                                                     \
	})

#endif
