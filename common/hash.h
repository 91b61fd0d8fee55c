/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hash of names: FNV-1a, 64 bits wide. */
#ifndef LPATCH_COMMON_HASH_H
#define LPATCH_COMMON_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline size_t hash_name(const char *name, size_t length)
{
	uint64_t value = 0xcbf29ce484222325;

	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char)name[i]) * 0x100000001b3;
	return (size_t)(value ^ value >> 32);
}

#endif
