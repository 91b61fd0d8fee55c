/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the core's prototypes of the kernel's functions are right: unexported
 * functions have no checksum, and many are in no header. The target's BTF
 * (Documentation/bpf/btf.rst, Linux 6.1) has the prototypes.
 */
#ifndef LPATCH_CREATE_CORE_PROTOTYPES_H
#define LPATCH_CREATE_CORE_PROTOTYPES_H

#include "common/kernel_image.h"

/*
 * `object` has debugging information with variables lpatch_prototype_NAME, each a pointer to a
 * function (core-module/prototypes.c). Compares them with the kernel's function NAME, or its
 * type NAME if that is one of a pointer to a function. These must be equal: number of arguments;
 * kind, size and sign of each and of the result; names of structs, unions and enums, also of
 * those pointed to. Qualifiers and names of typedefs don't count.
 *
 * LP_UNSAFE, one line with both, for the first that differs. A kernel without BTF, and a
 * name that the BTF doesn't have, can't be compared: *compared counts those that were.
 */
struct lp_error *prototypes_check(const char *object, const struct kernel_image *kernel,
				  size_t *compared);

#endif
