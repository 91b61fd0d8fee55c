/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an update module hands to the core. The tables are made by
 * lpatch-create and compiled into the update through kpatch-templates/update.c.
 */
#ifndef LPATCH_H
#define LPATCH_H

#include <linux/module.h>
#include <linux/string.h>
#include <linux/types.h>

#include "lpatch_abi.h"
#include "lpatch_shadow.h"

/*
 * A stretch of the kernel's own text that the update replaces, and what it
 * must hold before the core touches anything: for every byte i below size,
 * (text[i] & mask[i]) == (expect[i] & mask[i]). The mask is 0 over the sites
 * that the kernel rewrites at boot or run time.
 */
struct lpatch_text {
	const char *name;   /* as kallsyms has it, for messages */
	unsigned long addr; /* where it runs; 0: not there, size is 0 too */
	u32 size;           /* bytes */
	const u8 *expect;
	const u8 *mask;
};

/* One function to be replaced. */
struct lpatch_func {
	const char *object;          /* "vmlinux", or a module's name */
	struct lpatch_text old;      /* the function */
	struct lpatch_text old_cold; /* its .cold part, or size 0 */
	unsigned long new_addr;      /* the replacement, in the update module */
	u32 new_size;                /* bytes */
};

/*
 * A constant of the kernel or of a module that the update rewrites in place:
 * it must hold old_bytes, as far as old_mask says, and gets new_bytes. The
 * machine stands still meanwhile, but the bytes are not written at once: a
 * reader in an NMI on the CPU that writes may see a part of them.
 */
struct lpatch_rewrite {
	const char *name;    /* as the source has it, for messages */
	unsigned long addr;  /* where it is */
	u32 size;            /* bytes */
	const u8 *old_bytes; /* size bytes each */
	const u8 *old_mask;
	const u8 *new_bytes; /* relocated, in the update module */
};

/*
 * A function that the author of the patch wants to be called. Those of one source
 * file are a set, which has at most one of each kind.
 */
struct lpatch_hook {
	enum lpatch_hook_kind kind;
	u32 set;              /* grows from one set to the next */
	const char *source;   /* path in the kernel's source, for messages */
	const char *function; /* likewise */
	void *const *entry;   /* holds its address, in the update module */
};

/*
 * Something of the update whose address the kernel may still have when the update is out of
 * force, and of which the author doesn't say that the patch takes care. While there are any,
 * the update's modules are not unloaded unless a user insists.
 */
struct lpatch_outlives {
	const char *name;  /* of the function or variable, or the text */
	const char *where; /* file and line, or "" */
	const char *text;  /* what gives it away, a line for people */
};

/*
 * What one update module hands over. An update that replaces code of modules
 * consists of several: lpatch_ID, which brings the id to life and what is in
 * vmlinux, and lpatch_ID__N for each such module, a part. Parts are loaded
 * after lpatch_ID and after the module they are for, so that the module loader
 * finds what they refer to; they share its id, stage and attempts.
 */
struct lpatch_update {
	u32 abi;                 /* LPATCH_ABI_VERSION */
	const char *id;          /* [a-z0-9_], at most LPATCH_ID_MAX */
	const char *object;      /* "vmlinux"; in a part, the name of the module it is for */
	const char *description; /* one line, or ""; "" in a part */
	struct module *module;   /* THIS_MODULE of the update */
	const struct lpatch_func *funcs;
	u32 nr_funcs;
	const struct lpatch_rewrite *rewrites;
	u32 nr_rewrites;
	const char *const *objects; /* modules that have parts; nr_objects is 0 in a part */
	u32 nr_objects;
	const char *patch;               /* text of the patch, not terminated */
	size_t patch_size;               /* bytes */
	const struct lpatch_hook *hooks; /* set after set */
	u32 nr_hooks;
	struct lpatch_shadow *const *shadows; /* declarations of shadow variables */
	u32 nr_shadows;
	const struct lpatch_outlives *outlives;
	u32 nr_outlives;
	bool keep_code; /* the author wants the modules to stay in any case */
};

/* True for a part, false for lpatch_ID itself. */
static inline bool lpatch_is_part(const struct lpatch_update *update)
{
	return strcmp(update->object, "vmlinux");
}

/*
 * Makes the update known: /sys/kernel/lpatch/ID appears, stage "preparing".
 * A part is added to the update of its id, which must not be applied, and
 * holds that update's module and the module it is for. The update and all it
 * points to must stay until lpatch_unregister(). Returns 0, -EINVAL for tables
 * that make no sense (the log says which), -EEXIST for an id or a part that is
 * taken, -ENOENT for a part whose update or module isn't there, -ENODEV if the
 * update is being loaded or unloaded, -ENOMEM; -ETIMEDOUT or -EINTR while an attempt goes on.
 */
int lpatch_register(const struct lpatch_update *update);

/*
 * Takes it away again. The core holds a reference to update->module while the
 * update is applied, so this is only called in stages preparing and reversed;
 * and a part holds the module of the update, so this is called for parts first.
 */
void lpatch_unregister(const struct lpatch_update *update);

#endif
