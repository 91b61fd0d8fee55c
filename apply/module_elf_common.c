// SPDX-License-Identifier: GPL-2.0-or-later
/* What each of the files that read a module uses: its faults, and what it has by name. */
#include <stdarg.h>
#include <string.h>

#include "apply/module_elf.h"
#include "common/text.h"

struct lp_error *module_elf_fault(const struct module_elf *elf, const char *format, ...)
{
	_cleanup_free_ char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(&what, format, arguments);

	va_end(arguments);
	if (length < 0) {
		what = NULL;
		return lp_error_no_memory();
	}
	/* Names in the file may hold anything. */
	for (char *at = what; *at; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return lp_error_new(LP_BAD_BUNDLE, "the module %s is damaged: %.300s", elf->name, what);
}

void module_elf_clear(struct module_elf *elf)
{
	free(elf->sections);
	free(elf->symbols);
	*elf = (struct module_elf){0};
}

const struct module_elf_section *module_elf_section(const struct module_elf *elf, const char *name)
{
	for (size_t i = 1; i < elf->nr_sections; i++) {
		if (elf->sections[i].header.sh_flags & SHF_ALLOC &&
		    !strcmp(elf->sections[i].name, name))
			return &elf->sections[i];
	}
	return NULL;
}

const char *module_elf_info(const struct module_elf *elf, const char *key)
{
	const struct module_elf_section *info = module_elf_section(elf, ".modinfo");
	const char *text = info ? (const char *)info->data : NULL;
	const char *end = text ? text + info->header.sh_size : NULL;
	size_t length = strlen(key);

	/* Ends with a zero (module_elf_check_contents()). */
	for (; text && text < end; text += strlen(text) + 1) {
		if (!strncmp(text, key, length) && text[length] == '=')
			return text + length + 1;
	}
	return NULL;
}
