/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Headers of which a program of the build makes another file that is compiled. Such a file isn't
 * made again for an update, so it would keep what the header said before.
 */
#ifndef LPATCH_CREATE_REACH_GENERATED_H
#define LPATCH_CREATE_REACH_GENERATED_H

#include "create/diff.h"

/*
 * What is made of a changed part of the file, by name: "lib/oid_registry_data.c". NULL if nothing
 * is, as far as the Makefiles of Linux 6.1 for x86 say.
 */
const char *generated_of(const struct diff_file *file);

#endif
