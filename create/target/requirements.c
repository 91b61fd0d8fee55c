// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/requirements.h"

#include <string.h>

#include "common/text.h"

/* Options of Linux 6.1; each must be y, or must not be. */
static const struct {
	const char *option;
	bool wanted;
	const char *why;
} requirements[] = {
	{"CONFIG_X86_64", true, "only 64-bit x86 is supported"},
	{"CONFIG_SMP", true, "stop_machine() is made of the CPUs' stopper threads"},
	{"CONFIG_MODULES", true, "updates are kernel modules"},
	{"CONFIG_MODULE_UNLOAD", true, "an update could not be removed again"},
	{"CONFIG_SYSFS", true, "updates are controlled through /sys/kernel/lpatch"},
	{"CONFIG_PROC_FS", true, "updates are shown in /proc/lpatch"},
	{"CONFIG_KALLSYMS", true, "the kernel's symbols could not be found"},
	{"CONFIG_KALLSYMS_ALL", true, "the kernel's variables could not be found"},
	{"CONFIG_TRACEPOINTS", true, "tasks that leave a CPU could not be noted"},
	{"CONFIG_CC_IS_CLANG", false, "lpatch is not tested on kernels that clang compiled"},
	{"CONFIG_LTO_CLANG", false, "objects are not compiled one by one"},
	{"CONFIG_CFI_CLANG", false,
	 "kCFI, which checks the types of what is called, is not supported"},
	/* The same since Linux 6.17. */
	{"CONFIG_CFI", false, "kCFI, which checks the types of what is called, is not supported"},
};

bool config_is_set(const char *config, const char *option)
{
	size_t length = strlen(option);

	for (const char *hit = config; (hit = strstr(hit, option)); hit += length) {
		if ((hit == config || hit[-1] == '\n') && text_starts_with(hit + length, "=y\n"))
			return true;
	}
	return false;
}

struct lp_error *config_text(const char *config, const char *option, char **value)
{
	_cleanup_free_ char *key = NULL;

	*value = NULL;
	lp_try(text_format(&key, "\n%s=\"", option));
	const char *hit = strstr(config, key);

	if (!hit)
		return NULL;
	hit += strlen(key);
	return text_format(value, "%.*s", (int)strcspn(hit, "\"\n"), hit);
}

struct lp_error *requirements_check(const char *config, const char *path, bool *livepatch)
{
	_cleanup_text_list_ struct text_list missing = {0};
	_cleanup_free_ char *list = NULL;

	*livepatch = config_is_set(config, "CONFIG_LIVEPATCH");
	for (size_t i = 0; i < ARRAY_SIZE(requirements); i++) {
		bool wanted = requirements[i].wanted;

		if (config_is_set(config, requirements[i].option) != wanted)
			lp_try(text_list_add(&missing, "%s%s (%s)", wanted ? "" : "not ",
					     requirements[i].option, requirements[i].why));
	}
	if (!missing.count)
		return NULL;
	lp_try(text_list_join(&missing, ", ", &list));
	return lp_error_hint(lp_error_new(LP_UNSAFE,
					  "%s: a kernel with this config can't take updates, it "
					  "would need %s",
					  path, list),
			     "A host that runs it needs another kernel first; docs/kernels.md has "
			     "all that is needed.");
}
