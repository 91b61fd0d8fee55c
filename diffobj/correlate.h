/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which piece of the patched object is which piece of the original.
 *
 * The ladder, with an example for each rung:
 *  1. A name that compilers leave alone: tcp_v4_rcv is tcp_v4_rcv, whatever
 *     section, binding or place it has now. An alias is enough
 *     (__x64_sys_read, __do_sys_read).
 *  2. Clones, numbered anew in every build: tcp_ld_RTO_revert.part.0. A single
 *     clone of a stem is the twin; of several, those with equal code are paired
 *     first. A clone without a partner counts as new, which is always safe: its
 *     callers have changed, too.
 *  3. A cold part goes with its function: tcp_sk_init.cold.
 *  4. Static variables of functions, numbered anew: count.3. The same place in
 *     the same function uses the same variable.
 *  5. Variables that the patch has renamed or moved, if use leaves one choice:
 *     shared_last for shared_last_ino in get_next_ino.
 *  6. Variables that macros make for one use (names.h) have no twin.
 */
#ifndef LPATCH_DIFFOBJ_CORRELATE_H
#define LPATCH_DIFFOBJ_CORRELATE_H

#include "diffobj/piece.h"

/* Sets twin and ambiguous in the pieces of both objects. Fails only without memory. */
struct lp_error *correlate(struct object *original, struct object *patched);

/* Marks the pieces without a twin whose names are listed: see diffobj_options.moved. */
void correlate_moved(struct object *patched, const char *const *names, size_t count);

#endif
