// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/module_signature.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static const char marker[] = "~Module signature appended~\n";

#define MARKER_SIZE (sizeof(marker) - 1)

/* enum pkey_id_type, include/linux/module_signature.h, Linux 6.1. */
#define PKEY_ID_PKCS7 2

/* struct module_signature, the same; with PKCS #7, what is not here is zero. */
struct trailer {
	uint8_t algorithm, hash;
	uint8_t id_type;
	uint8_t signer_size, key_id_size, padding[3];
	uint32_t signature_size; /* bytes, big-endian */
};

bool module_signature_is_there(const struct blob *module)
{
	return module->size >= MARKER_SIZE &&
	       !memcmp(module->data + module->size - MARKER_SIZE, marker, MARKER_SIZE);
}

struct lp_error *module_signature_add(const struct signer *signer, const char *hash,
				      struct blob *module)
{
	_cleanup_blob_ struct blob signature = {};

	lp_try(signer_sign(signer, module, hash, false, &signature));
	const struct trailer trailer = {
		.id_type = PKEY_ID_PKCS7,
		.signature_size = htonl(signature.size),
	};
	size_t size = module->size + signature.size + sizeof(trailer) + MARKER_SIZE;
	unsigned char *data = realloc(module->data, size + 1);

	if (!data)
		return lp_error_no_memory();
	unsigned char *next = data + module->size;

	next = mempcpy(next, signature.data, signature.size);
	next = mempcpy(next, &trailer, sizeof(trailer));
	memcpy(next, marker, sizeof(marker));
	*module = (struct blob){data, size};
	return NULL;
}

void module_signature_remove(struct blob *module)
{
	struct trailer trailer;
	size_t end = module->size - MARKER_SIZE;

	if (!module_signature_is_there(module) || end < sizeof(trailer))
		return;
	end -= sizeof(trailer);
	memcpy(&trailer, module->data + end, sizeof(trailer));
	if (ntohl(trailer.signature_size) <= end)
		module->size = end - ntohl(trailer.signature_size);
}
