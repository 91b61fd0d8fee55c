/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files in the kernel source, relative to its top. */
#ifndef LPATCH_CREATE_BASE_SOURCE_PATH_H
#define LPATCH_CREATE_BASE_SOURCE_PATH_H

#include <stdbool.h>

/*
 * Removes "." and ".." parts and doubled slashes from the path, in place:
 * "arch/x86/kvm/../../../virt/kvm/kvm_main.c" becomes "virt/kvm/kvm_main.c". A
 * ".." that leads above the top is dropped.
 */
void source_path_normalise(char *path);

/* The position after the last slash, or 0. */
unsigned int source_path_base(const char *path);

/*
 * What kind of file it is, in the plural, if a change to it can't matter to the code of a kernel of
 * our architecture: "documentation", "other architectures". Else NULL: for what may be built,
 * whatever the config says, for what is read to make a file that is built, and for programs that
 * run in the build.
 */
const char *source_path_aside(const char *path);

/* Whether kbuild reads it as a makefile: Makefile, Kbuild and the like, not Kconfig. */
bool source_path_is_makefile(const char *path);

/* Whether it is a Kconfig file. */
bool source_path_is_kconfig(const char *path);

#endif
