/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that the kernel calls with the size of a type: whether they
 * allocate, and return cleared memory.
 */
#ifndef LPATCH_CREATE_C_TEXT_ALLOCATORS_H
#define LPATCH_CREATE_C_TEXT_ALLOCATORS_H

#include <stddef.h>

enum allocator_kind {
	ALLOCATOR_NONE,    /* the name is not in the tables: it may allocate */
	ALLOCATOR_ZERO,    /* returns cleared memory */
	ALLOCATOR_RAW,     /* returns old contents or a copy; cleared with __GFP_ZERO */
	ALLOCATOR_CACHE,   /* makes a cache of objects, which others allocate from */
	ALLOCATOR_STATIC,  /* a macro that defines a variable that lives as long as the kernel */
	ALLOCATOR_MEASURE, /* only computes with the size: what is around it counts */
	ALLOCATOR_WRITE,   /* copies that many bytes, perhaps into an object */
	ALLOCATOR_NEUTRAL, /* uses the size or the type, and allocates nothing */
};

/* The kind of the function or macro of Linux 6.1 with that name, of the given length. */
enum allocator_kind allocator_find(const char *name, size_t length);

#endif
