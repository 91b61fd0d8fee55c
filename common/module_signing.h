/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signing kernel modules, for the kernel's own check (common/module_signature.h). */
#ifndef LPATCH_COMMON_MODULE_SIGNING_H
#define LPATCH_COMMON_MODULE_SIGNING_H

#include "common/signer.h"

/*
 * Appends a signature to the module, which grows; `hash` is the target's
 * CONFIG_MODULE_SIG_HASH. After an error the module is unchanged.
 */
struct lp_error *module_signature_add(const struct signer *signer, const char *hash,
				      struct blob *module);

#endif
