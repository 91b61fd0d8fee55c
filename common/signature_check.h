/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking signatures with libcrypto. Most hosts have no trusted certificates and nothing to
 * check, and libcrypto takes longer to load than all else that lpatch-apply does before the
 * kernel's part. So a shared object of our own depends on it, which common/signature.c loads
 * when a signature is to be checked: ../lib/lpatch/lpatch-signature.so, relative to the
 * program. It uses the program's functions for errors and texts.
 */
#ifndef LPATCH_COMMON_SIGNATURE_CHECK_H
#define LPATCH_COMMON_SIGNATURE_CHECK_H

#include "common/signature.h"

/* Each does what the function signature_NAME() of common/signature.h says. */
struct signature_operations {
	struct lp_error *(*trusts_anybody)(const char *folder, bool *anybody);
	struct lp_error *(*verify)(const struct blob *text, const struct blob *signature,
				   const char *folder, char **signer);
	struct lp_error *(*claim)(const struct blob *signature, char **signer);
};

#define SIGNATURE_FILE   "lpatch-signature.so"
#define SIGNATURE_SYMBOL "lpatch_signature_operations"

/* The functions of the shared object. */
extern const struct signature_operations lpatch_signature_operations
	__attribute__((visibility("default")));

#endif
