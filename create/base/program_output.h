/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an error shows of the output of a program that failed. */
#ifndef LPATCH_CREATE_BASE_PROGRAM_OUTPUT_H
#define LPATCH_CREATE_BASE_PROGRAM_OUTPUT_H

#include "common/error.h"

/*
 * Sets *shown to the lines of `said` that show the failure: from make's output
 * those of the failing command, without the lines by which kbuild announces
 * commands and make gives up; from other programs the end. Removes the
 * directory `source`, unless NULL, from the start of paths.
 */
struct lp_error *program_output_shown(const char *said, const char *source, char **shown);

#endif
