/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows the signature of a kernel module (common/module_signature.h). */
#ifndef LPATCH_COMMON_MODULE_TRAILER_H
#define LPATCH_COMMON_MODULE_TRAILER_H

#include <stdint.h>

#define MODULE_MARKER      "~Module signature appended~\n"
#define MODULE_MARKER_SIZE (sizeof(MODULE_MARKER) - 1)

/* enum pkey_id_type, include/linux/module_signature.h, Linux 6.1. */
#define PKEY_ID_PKCS7 2

/* struct module_signature, same header; with PKCS #7, the fields not named here are zero. */
struct module_trailer {
	uint8_t algorithm, hash;
	uint8_t id_type;
	uint8_t signer_size, key_id_size, padding[3];
	uint32_t signature_size; /* bytes, big-endian */
};

#endif
