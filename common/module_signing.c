// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/module_signing.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/module_trailer.h"

struct lp_error *module_signature_add(const struct signer *signer, const char *hash,
				      struct blob *module)
{
	_cleanup_blob_ struct blob signature = {};

	lp_try(signer_sign(signer, module, hash, false, &signature));
	const struct module_trailer trailer = {
		.id_type = PKEY_ID_PKCS7,
		.signature_size = htonl(signature.size),
	};
	size_t size = module->size + signature.size + sizeof(trailer) + MODULE_MARKER_SIZE;
	unsigned char *data = realloc(module->data, size + 1);

	if (!data)
		return lp_error_no_memory();
	unsigned char *next = data + module->size;

	next = mempcpy(next, signature.data, signature.size);
	next = mempcpy(next, &trailer, sizeof(trailer));
	memcpy(next, MODULE_MARKER, sizeof(MODULE_MARKER));
	*module = (struct blob){data, size};
	return NULL;
}
