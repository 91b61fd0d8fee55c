/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about sections of kernel objects by their names: what they
 * hold, how long it lives, and whether code in them can be redirected. The
 * names are those of Linux 4.18 to 6.12, include/asm-generic/vmlinux.lds.h,
 * include/linux/init.h and arch/x86/kernel/vmlinux.lds.S.
 */
#ifndef LPATCH_DIFFOBJ_SECTIONS_H
#define LPATCH_DIFFOBJ_SECTIONS_H

#include "object/object.h"

enum section_kind {
	SECTION_NOTHING,     /* debugging, notes, what the linker discards */
	SECTION_TEXT,        /* functions */
	SECTION_DATA,        /* variables */
	SECTION_CONST,       /* constants */
	SECTION_STRINGS,     /* string literals, mergeable */
	SECTION_LITERALS,    /* literals of sh_entsize bytes, mergeable */
	SECTION_REPLACEMENT, /* instructions that alternatives put in place of others */
	SECTION_STRETCHES,   /* unnamed code that functions jump to */
	SECTION_SPECIAL,     /* entries that belong to functions; see special.h */
	SECTION_TABLE,       /* a list that only the boot or the load of a module reads */
};

enum section_life {
	LIFE_KEPT,
	LIFE_INIT,  /* gone after boot, or after the module's init */
	LIFE_EXIT,  /* in a module: code as any other; in vmlinux it never runs */
	LIFE_FIXED, /* runs in a context where nothing may be redirected */
	LIFE_BOOT,  /* runs before the kernel proper */
};

/* What to do if an entry of a SECTION_TABLE is new, changed or gone. */
enum section_change {
	CHANGE_IS_NOTHING, /* nothing: it is not needed */
	CHANGE_IS_FOUND,   /* left out, and reported */
	NEW_IS_FOUND,      /* only a new entry matters */
	CHANGE_IS_REFUSED, /* unless init code is skipped, if the table is gone after boot */
};

/* Where the name of an entry of a SECTION_TABLE comes from. */
enum section_naming {
	NAMED_BY_SYMBOL,  /* its own symbol */
	NAMED_BY_TARGET,  /* what its first reference refers to */
	NAMED_BY_TEXT,    /* the text that its first reference refers to */
	NAMED_BY_SECTION, /* the name of the section, after a '+' */
	NAMED_ITSELF,     /* it is a text */
};

struct section_rule {
	const char *name; /* one '*' stands for any characters */
	enum section_kind kind;
	enum section_life life;
	enum section_change change;
	enum section_naming naming;
	const char *strip; /* the prefix that macros give the name of an entry, or NULL */
	const char *what;  /* for messages: what the section, or an entry of a table, is */
	const char *why;   /* for messages: why an entry of a table has no effect */
};

/* Whether variables in it exist once for every CPU. */
bool section_is_per_cpu(const struct section *section);

/* Whether it is read-only once the kernel, or the module, is running. */
bool section_is_sealed(const struct section *section);

/*
 * Whether a variable may be in either of the two sections: initial values,
 * alignment and how often a variable is read decide about .data, .bss,
 * .data..read_mostly and the like, and make no difference to its users.
 */
bool section_same_storage(const struct section *a, const struct section *b);

/* Whether it holds ordinary variables and constants, or has a rule of its own. */
bool section_is_known(const struct section *section);

/* Sets section->rule of every section. */
void sections_classify(struct object *object);

/* The part of ".text.tcp_v4_rcv", ".rodata.foo.str1.8" or ".bss.x" after the first name. */
const char *section_suffix(const struct section *section);

#endif
