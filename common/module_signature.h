/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature at the end of a kernel module, as the module loader checks it
 * (include/linux/module_signature.h and kernel/module/signing.c, Linux 6.1):
 *
 *	the module as it was | PKCS #7 signed data | struct module_signature | a marker
 *
 * It covers every byte of the module: any later change of the file, even
 * strip(1), breaks the signature.
 */
#ifndef LPATCH_COMMON_MODULE_SIGNATURE_H
#define LPATCH_COMMON_MODULE_SIGNATURE_H

#include <stdbool.h>

#include "common/file.h"

/* True if there is a signature at its end, by anybody, valid or not. */
bool module_signature_is_there(const struct blob *module);

/* Removes a signature from its end, if there is one. */
void module_signature_remove(struct blob *module);

#endif
