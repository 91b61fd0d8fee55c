/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)256 * 1024)

struct arena_chunk {
	struct arena_chunk *older;
	size_t padding; /* keeps the memory after it aligned to 16 */
};

void *arena_array(struct arena *arena, size_t number, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(number, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	bytes = (bytes + 15) & ~(size_t)15;
	if (!bytes)
		bytes = 16;
	if (bytes > arena->left) {
		size_t room = bytes > CHUNK_SIZE / 4 ? bytes : CHUNK_SIZE;
		struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + room);

		if (!chunk)
			return NULL;
		if (room == bytes && arena->chunks) {
			/* A chunk of its own; the newest stays in use for small things. */
			chunk->older = arena->chunks->older;
			arena->chunks->older = chunk;
			return chunk + 1;
		}
		chunk->older = arena->chunks;
		arena->chunks = chunk;
		arena->next = (char *)(chunk + 1);
		arena->left = room;
	}

	void *memory = arena->next;

	arena->next += bytes;
	arena->left -= bytes;
	return memory;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return NULL;

	char *text = arena_array(arena, (size_t)length + 1, 1);

	if (!text)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void arena_release(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *chunk = arena->chunks;

		arena->chunks = chunk->older;
		free(chunk);
	}
	*arena = (struct arena){};
}

bool arena_grow(struct arena *arena, void **array, size_t used, size_t *room, size_t size)
{
	if (used < *room)
		return true;

	size_t more = *room ? *room * 2 : 16;
	void *larger = arena_array(arena, more, size);

	if (!larger)
		return false;
	if (used)
		memcpy(larger, *array, used * size);
	*array = larger;
	*room = more;
	return true;
}
