/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How kbuild compiles an object: the command that it keeps in a .cmd file. */
#ifndef LPATCH_CREATE_KBUILD_KBUILD_COMMANDS_H
#define LPATCH_CREATE_KBUILD_KBUILD_COMMANDS_H

#include "create/kbuild/kbuild_objects.h"
#include "create/target.h"

/* The command in the .cmd file at `path`: one line for a shell, to be freed. */
struct lp_error *kbuild_command_read(const char *path, char **command);

/* Where kbuild keeps the command of the object: "build/net/ipv4/.tcp.o.cmd", to be freed. */
struct lp_error *kbuild_command_path(const struct tree *tree, const char *name, char **path);

/*
 * Finds the commands for the objects without running them: make -n prints the
 * line that would write the .cmd file. Without `view` sets .command; with it
 * sets .patched_command, by the Makefiles of the patched view and for its
 * source. For objects that kbuild has already made, the .cmd file is read. The
 * command may stay NULL only for objects that are guessed, or have no C source
 * or generated source; for all others LP_BUILD_FAILED with the last output of
 * make.
 */
struct lp_error *kbuild_commands(struct tree *tree, const char *view,
				 struct kbuild_objects *objects);

#endif
