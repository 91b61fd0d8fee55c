// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/crypto.h"

#include <openssl/err.h>

#include "common/text.h"

/* Names in one line: all but printable ASCII is escaped. */
#define NAME_STYLE XN_FLAG_ONELINE

const char *crypto_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason ? reason : "unknown reason";
}

int crypto_no_passphrase(char *buffer, int size, int writing, void *data)
{
	(void)buffer, (void)size, (void)writing, (void)data;
	return -1;
}

struct lp_error *crypto_name(const X509_NAME *name, char **text)
{
	_cleanup_(cleanup_bio) BIO *out = BIO_new(BIO_s_mem());
	char *data;

	if (!out || X509_NAME_print_ex(out, name, 0, NAME_STYLE) < 0)
		return lp_error_no_memory();
	long size = BIO_get_mem_data(out, &data);

	return text_format(text, "%.*s", (int)size, data);
}
