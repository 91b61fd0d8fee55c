/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files in the kernel source, relative to its top. */
#ifndef LPATCH_CREATE_SOURCE_PATH_H
#define LPATCH_CREATE_SOURCE_PATH_H

/*
 * Takes "." and ".." parts and doubled slashes out of the path, in place:
 * "arch/x86/kvm/../../../virt/kvm/kvm_main.c" becomes "virt/kvm/kvm_main.c".
 * A ".." that leads above the top is dropped.
 */
void source_path_normalise(char *path);

/* The position behind the last slash, or 0. */
unsigned int source_path_base(const char *path);

#endif
