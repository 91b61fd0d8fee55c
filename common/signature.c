// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/signature.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "common/program.h"
#include "common/signature_check.h"

static struct lp_error *load(const struct signature_operations **operations)
{
	return lp_error_context(
		program_load(SIGNATURE_FILE, SIGNATURE_SYMBOL, (const void **)operations),
		"no signature can be checked");
}

/* True only if the folder does not exist or is empty. */
static bool has_nothing(const char *folder)
{
	_cleanup_closedir_ DIR *directory = opendir(folder);
	struct dirent *entry;

	if (!directory)
		return errno == ENOENT;
	do {
		errno = 0;
		entry = readdir(directory);
	} while (entry && (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")));
	return !entry && !errno;
}

struct lp_error *signature_trusts_anybody(const char *folder, bool *anybody)
{
	const struct signature_operations *operations;

	*anybody = false;
	if (has_nothing(folder))
		return NULL;
	lp_try(load(&operations));
	return operations->trusts_anybody(folder, anybody);
}

struct lp_error *signature_verify(const struct blob *text, const struct blob *signature,
				  const char *folder, char **signer)
{
	const struct signature_operations *operations;

	*signer = NULL;
	lp_try(load(&operations));
	return operations->verify(text, signature, folder, signer);
}

struct lp_error *signature_claim(const struct blob *signature, char **signer)
{
	const struct signature_operations *operations;

	*signer = NULL;
	lp_try(load(&operations));
	return operations->claim(signature, signer);
}
