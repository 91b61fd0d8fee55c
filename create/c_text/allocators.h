/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that the kernel calls with the size of a type: whether they
 * allocate memory, and whether that memory is cleared.
 */
#ifndef LPATCH_CREATE_C_TEXT_ALLOCATORS_H
#define LPATCH_CREATE_C_TEXT_ALLOCATORS_H

#include <stddef.h>

enum allocator_kind {
	ALLOCATOR_NONE,      /* unknown: the name is not in the tables, and may allocate */
	ALLOCATOR_ZERO,      /* returns cleared memory */
	ALLOCATOR_RAW,       /* returns old contents or a copy; cleared with __GFP_ZERO */
	ALLOCATOR_CACHE,     /* creates a slab cache; other calls allocate objects from it */
	ALLOCATOR_STATIC,    /* a macro that defines a variable with static storage */
	ALLOCATOR_SIZE_ONLY, /* only computes with the size: the call around it decides */
	ALLOCATOR_WRITE,     /* copies that many bytes, perhaps into an object of the type */
	ALLOCATOR_NEUTRAL,   /* uses the size or the type, and allocates nothing */
};

/* The kind of the function or macro of Linux 6.1 with the name of `length` bytes at `name`. */
enum allocator_kind allocator_find(const char *name, size_t length);

#endif
