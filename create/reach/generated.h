/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Headers from which a program of the build generates another file that is compiled. That file
 * isn't generated again for an update, so it would not match the changed header.
 */
#ifndef LPATCH_CREATE_REACH_GENERATED_H
#define LPATCH_CREATE_REACH_GENERATED_H

#include "create/diff.h"

/*
 * The name of the file that the build generates from the changed part of this one:
 * "lib/oid_registry_data.c". NULL if there is none in the Makefiles of Linux 6.1 for x86.
 */
const char *generated_of(const struct diff_file *file);

#endif
