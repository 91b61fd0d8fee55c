/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel calls with the size of a type: what allocates, and whether it
 * clears what it gives; what only looks.
 */
#ifndef LPATCH_CREATE_C_TEXT_ALLOCATORS_H
#define LPATCH_CREATE_C_TEXT_ALLOCATORS_H

#include <stddef.h>

enum allocator_kind {
	ALLOCATOR_NONE,    /* the name is not in the tables: it may allocate */
	ALLOCATOR_ZERO,    /* gives cleared memory */
	ALLOCATOR_RAW,     /* gives what was there, or a copy; with __GFP_ZERO cleared */
	ALLOCATOR_CACHE,   /* makes a cache of objects, which others allocate from */
	ALLOCATOR_STATIC,  /* a macro that defines a variable that lives as long as the kernel */
	ALLOCATOR_MEASURE, /* only computes with the size: what is around it counts */
	ALLOCATOR_WRITE,   /* copies that many bytes, perhaps into an object */
	ALLOCATOR_NEUTRAL, /* uses the size or the type, and allocates nothing */
};

/* What the name of that length, of a function or macro of Linux 6.1, is. */
enum allocator_kind allocator_find(const char *name, size_t length);

#endif
