// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/toolchain.h"

#include <stdlib.h>
#include <string.h>

#include "create/base/program_path.h"
#include "create/target/requirements.h"

/*
 * Parts of a toolchain whose version text names no program, as gcc's does: "Debian clang version
 * 16.0.6". The config has their versions instead, times 10000 (init/Kconfig, Linux 6.1).
 */
static const struct part {
	const char *is_used, *version; /* options */
	const char *program;           /* alone, or with "-" and the major version */
} clang = {"CONFIG_CC_IS_CLANG", "\nCONFIG_CLANG_VERSION=", "clang"},
  lld = {"CONFIG_LD_IS_LLD", "\nCONFIG_LLD_VERSION=", "ld.lld"};

/* The program of the version that the config names, if it is in PATH under that name. */
static struct lp_error *name_part(const struct part *part, const char *config, char **name)
{
	const char *hit = strstr(config, part->version);
	char real[PATH_MAX];

	if (hit) {
		unsigned long major = strtoul(hit + strlen(part->version), NULL, 10) / 10000;

		lp_try(text_format(name, "%s-%lu", part->program, major));
		lp_try(program_path(*name, real));
		if (*real)
			return NULL;
		free(take(*name));
	}
	return text_format(name, "%s", part->program);
}

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
	if (config_is_set(config, clang.is_used))
		return name_part(&clang, config, compiler);
	return text_format(compiler, "%.*s", (int)strcspn(version, " "), version);
}

/* The value of the last flag that sets the variable, or NULL. */
static const char *find_flag(const struct text_list *flags, const char *variable)
{
	const char *value = NULL;
	size_t length = strlen(variable);

	for (size_t i = 0; i < flags->count; i++) {
		if (text_starts_with(flags->items[i], variable) && flags->items[i][length] == '=')
			value = flags->items[i] + length + 1;
	}
	return value;
}

struct lp_error *toolchain_find(const char *config, const char *path, const struct text_list *flags,
				char **compiler)
{
	const char *wanted = find_flag(flags, "CC") ?: getenv("CC");

	if (wanted && *wanted)
		return text_format(compiler, "%s", wanted);
	return find_named_compiler(config, path, compiler);
}

struct lp_error *toolchain_flags(const char *config, struct text_list *flags)
{
	_cleanup_free_ char *linker = NULL;

	if (find_flag(flags, "LLVM"))
		return NULL;
	if (config_is_set(config, lld.is_used) && !find_flag(flags, "LD")) {
		lp_try(name_part(&lld, config, &linker));
		lp_try(text_list_add(flags, "LD=%s", linker));
	}
	/* Without LLVM_IAS=0 clang assembles by itself (Makefile, Linux 6.1). */
	if (config_is_set(config, clang.is_used) && config_is_set(config, "CONFIG_AS_IS_GNU") &&
	    !find_flag(flags, "LLVM_IAS"))
		lp_try(text_list_add(flags, "LLVM_IAS=0"));
	return NULL;
}
