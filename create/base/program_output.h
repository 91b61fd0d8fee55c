/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an error shows of the output of a program that failed. */
#ifndef LPATCH_CREATE_BASE_PROGRAM_OUTPUT_H
#define LPATCH_CREATE_BASE_PROGRAM_OUTPUT_H

#include "common/error.h"

/*
 * Sets *shown to the part of `said` that says what went wrong, some lines: of
 * make's output what the failing command said, without the lines with which
 * kbuild announces commands and make gives up; of any other program's the end.
 * The directory `source`, unless NULL, is taken off the begin of paths.
 */
struct lp_error *program_output_shown(const char *said, const char *source, char **shown);

#endif
