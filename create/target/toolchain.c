// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/toolchain.h"

#include <stdlib.h>
#include <string.h>

#include "create/target/requirements.h"

/*
 * The compiler that the config names: CONFIG_CC_VERSION_TEXT="gcc-12 (Debian
 * ...". Only its first word; the proof finds out whether it is the same version.
 */
static struct lp_error *find_named_compiler(const char *config, const char *path, char **compiler)
{
	_cleanup_free_ char *version = NULL;

	lp_try(config_text(config, "CONFIG_CC_VERSION_TEXT", &version));
	if (!version)
		return lp_error_new(LP_USAGE,
				    "%s is no kernel config: CONFIG_CC_VERSION_TEXT is missing",
				    path);
	return text_format(compiler, "%.*s", (int)strcspn(version, " "), version);
}

struct lp_error *toolchain_find(const char *config, const char *path, const struct text_list *flags,
				char **compiler)
{
	const char *wanted = getenv("CC");

	for (size_t i = 0; i < flags->count; i++) {
		if (text_starts_with(flags->items[i], "CC="))
			wanted = flags->items[i] + strlen("CC=");
	}
	if (wanted && *wanted)
		return text_format(compiler, "%s", wanted);
	return find_named_compiler(config, path, compiler);
}
