/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiling one translation unit three times: the untouched source exactly as
 * the kernel's makers did, the untouched source split, the patched source split.
 *
 * All three run kbuild's own command with other paths. The first only leaves
 * out debugging information, the other two add -ffunction-sections
 * -fdata-sections; everything else is the same.
 */
#ifndef LPATCH_CREATE_COMPILE_H
#define LPATCH_CREATE_COMPILE_H

#include "create/kbuild.h"
#include "create/target.h"

struct unit {
	char *source;  /* "net/ipv4/tcp_ipv4.c"; the target's name of a renamed one */
	char *name;    /* as kbuild calls it: "net/ipv4/tcp_ipv4.o" */
	char *object;  /* what it belongs to: "vmlinux", or the module's name: "nvme_core" */
	char *command; /* how kbuild compiles it: one line for a shell */
	char *patched_command; /* by the patched Makefiles, for the patched view; NULL: the same */
	bool is_new;  /* the target does not have it: the original is an empty file's object */
	bool is_gone; /* the patched source does not have it: the patched one is an empty file's */
	char *exact;  /* path of the original, exactly as in the kernel */
	bool has_exact;       /* that object exists */
	bool has_debug;       /* and has debugging information, since kbuild itself has made it */
	bool has_new_command; /* kbuild has compiled it by another command than it had said */
	char *original;       /* path of the original, split */
	char *patched;        /* path of the patched object, split */
	char *scratch;        /* path, without ending, for files that only this run uses */
};

/* A unit for the object, not yet compiled; to be freed by unit_free(). */
struct lp_error *unit_new(const struct tree *tree, const struct kbuild_object *object,
			  struct unit **unit);

/* True if it belongs to a module, false if to vmlinux. */
bool unit_is_module(const struct unit *unit);

void unit_free(struct unit *unit);

/*
 * Compiles the untouched sources of those units that have no exact original yet,
 * by kbuild's commands, and where that fails by kbuild. Objects of untouched
 * source are kept for later runs. LP_BUILD_FAILED with what kbuild said.
 */
struct lp_error *build_exact(struct tree *tree, struct unit *const *units, size_t count);

/*
 * Lets kbuild itself make the unit's exact original, unless it made the existing one. If kbuild
 * compiles it by another command than that of the unit, the unit gets that command, and its split
 * objects are to be compiled again: unit->has_new_command.
 */
struct lp_error *build_exact_by_kbuild(struct tree *tree, struct unit *unit);

/*
 * Compiles the split objects of all units, whose commands must be known (from
 * the object or build_exact()); `view` is the patched view of the source.
 * LP_BUILD_FAILED with the compiler's messages, which have the line numbers of
 * the patched file; the view can't be used after that.
 */
struct lp_error *build_split(struct tree *tree, const char *view, struct unit *const *units,
			     size_t count);

#endif
