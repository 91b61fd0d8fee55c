// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/module_signature.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/module_trailer.h"

bool module_signature_is_there(const struct blob *module)
{
	return module->size >= MODULE_MARKER_SIZE &&
	       !memcmp(module->data + module->size - MODULE_MARKER_SIZE, MODULE_MARKER,
		       MODULE_MARKER_SIZE);
}

void module_signature_remove(struct blob *module)
{
	struct module_trailer trailer;
	size_t end = module->size - MODULE_MARKER_SIZE;

	if (!module_signature_is_there(module) || end < sizeof(trailer))
		return;
	end -= sizeof(trailer);
	memcpy(&trailer, module->data + end, sizeof(trailer));
	if (ntohl(trailer.signature_size) <= end)
		module->size = end - ntohl(trailer.signature_size);
}
