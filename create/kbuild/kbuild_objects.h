/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which objects the target's config makes of the source, and what they are
 * linked into. kbuild itself lists them: our own makefile replaces
 * scripts/Makefile.build while kbuild goes through the directories, includes
 * the real one and writes the resulting lists.
 */
#ifndef LPATCH_CREATE_KBUILD_KBUILD_OBJECTS_H
#define LPATCH_CREATE_KBUILD_KBUILD_OBJECTS_H

#include <stdbool.h>

#include "create/target.h"

struct kbuild_object {
	char *source;  /* "virt/kvm/kvm_main.c"; kbuild may have made the object of a .S */
	char *name;    /* as kbuild calls it: "arch/x86/kvm/../../../virt/kvm/kvm_main.o" */
	char *module;  /* path without .ko, "arch/x86/kvm/kvm"; NULL for vmlinux */
	bool host;     /* part of a program that kbuild runs, or of one for user space */
	bool guessed;  /* it is in no list of kbuild, which may not know it */
	char *command; /* how kbuild compiles it, once asked for; else NULL */
	/* The patched state, if that is different; else NULL: */
	char *patched_source;  /* the name of its source */
	char *patched_command; /* how kbuild compiles it; in place of `command` for a new object */
	bool is_new;           /* the target does not have it */
	bool is_gone; /* the patched source does not have it, not even under another name */
};

/* Sorted by source; a source may be in several objects, an object in several modules. */
struct kbuild_objects {
	struct kbuild_object *items;
	size_t count;
	bool complete;          /* from everywhere */
	struct text_list reads; /* "MAKEFILE DIRECTORY": make reads it there */
};

/*
 * The objects that kbuild lists in the directories from the top down to
 * `directory` ("net/ipv4"), or, if that is NULL, everywhere. An object may be
 * listed in a directory elsewhere than its source; only NULL finds those. The
 * lists are kept for later runs. *objects is to be released by
 * kbuild_objects_clear(). LP_BUILD_FAILED with what kbuild said.
 */
struct lp_error *kbuild_objects_read(struct tree *tree, const char *directory,
				     struct kbuild_objects *objects);

/*
 * Asks for the lists of all these directories in one run of kbuild, unless they
 * are kept; kbuild_objects_read() for each then finds its own.
 */
struct lp_error *kbuild_objects_ask(struct tree *tree, const struct text_list *directories);

/*
 * As kbuild_objects_read() for several directories with all that is below them, by the Makefiles
 * of the patched view, or of the source if `view` is NULL. Nothing is kept.
 */
struct lp_error *kbuild_objects_read_below(struct tree *tree, const char *view,
					   const struct text_list *directories,
					   struct kbuild_objects *objects);

/* Adds the directories in which make reads the Makefile at that path of the source. */
struct lp_error *kbuild_objects_readers(const struct kbuild_objects *objects, const char *makefile,
					struct text_list *directories);

/* The first object made of the source, *count in a row; NULL if the config leaves it out. */
const struct kbuild_object *kbuild_objects_find(const struct kbuild_objects *objects,
						const char *source, size_t *count);

/* Adds a copy; the list is then no longer sorted, until kbuild_objects_sort() is called. */
struct lp_error *kbuild_objects_add(struct kbuild_objects *objects,
				    const struct kbuild_object *object);

/* The order of the list: by source, name and owner. */
int kbuild_objects_compare(const struct kbuild_object *one, const struct kbuild_object *other);

/* Sorts the list and removes duplicates. */
void kbuild_objects_sort(struct kbuild_objects *objects);

void kbuild_objects_clear(struct kbuild_objects *objects);

/*
 * For callers that run kbuild themselves: writes the makefile and adds the
 * arguments that make kbuild use it, with the Makefiles of the view if that is
 * not NULL and the lists written below `out`.
 */
struct lp_error *kbuild_objects_arguments(struct tree *tree, const char *view, const char *out,
					  struct text_list *arguments);

#endif
