/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel that is small enough for a test gives its modules: as much of
 * these headers as core-module/lpatch.h and kpatch-templates/update.c need, and
 * the tables that Linux 6.1 has about code.
 */
#ifndef TEST_TYPES_H
#define TEST_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef unsigned int gfp_t;

struct list_head {
	struct list_head *next, *prev;
};

#define __used            __attribute__((used))
#define __maybe_unused    __attribute__((unused))
#define __section(name)   __attribute__((section(name)))
#define __init            __section(".init.text")
#define __exit            __section(".exit.text")
#define noinline          __attribute__((noinline))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* What objtool writes about a function: how to unwind it (struct orc_entry, 6 bytes). */
#define UNWIND(function)                                                                 \
	asm(".pushsection .orc_unwind_ip, \"a\"\n.long " #function " - .\n.popsection\n" \
	    ".pushsection .orc_unwind, \"a\"\n.short 8, 0\n.byte 5, 0\n.popsection\n")

#endif
