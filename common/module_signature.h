/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature at the end of a kernel module, as the module loader checks it
 * (include/linux/module_signature.h and kernel/module/signing.c, Linux 6.1):
 *
 *	the module as it was | PKCS #7 signed data | struct module_signature | a marker
 *
 * It is over every byte of the module: whoever changes the file afterwards,
 * and be it only to strip it, breaks the signature.
 */
#ifndef LPATCH_COMMON_MODULE_SIGNATURE_H
#define LPATCH_COMMON_MODULE_SIGNATURE_H

#include <stdbool.h>

#include "common/file.h"

/* True if a signature stands at its end, whoever made it and whether it holds or not. */
bool module_signature_is_there(const struct blob *module);

/* Takes a signature off its end, if one is there: the module as it was before. */
void module_signature_remove(struct blob *module);

#endif
