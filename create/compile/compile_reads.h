/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that a compile has read, from the dependency files of preprocessor
 * and assembler. A name may be put together by macros and by assembler
 * directives, so only this says for certain that nothing outside of the source
 * got into an object.
 */
#ifndef LPATCH_CREATE_COMPILE_COMPILE_READS_H
#define LPATCH_CREATE_COMPILE_COMPILE_READS_H

#include "create/target.h"

/*
 * Changes `*command`, kbuild's command with "-MMD,DEPFILE", so that it lists all
 * files read: also those that a pragma marks as system headers and, in DEPFILE.as,
 * those that the assembler reads. A compiler cache would leave that out: ccache is
 * switched off for the command.
 */
struct lp_error *compile_reads_ask(const char *depfile, char **command);

/*
 * LP_UNSAFE if the dependency files name what is neither below the source, the build or
 * work directory, nor in a directory that the `trusted` command, that of the untouched
 * file, has the compiler search. LP_BUILD_FAILED if there are none. `path` is the
 * source file, for messages.
 */
struct lp_error *compile_reads_check(const struct tree *tree, const char *path, const char *depfile,
				     const char *trusted);

#endif
