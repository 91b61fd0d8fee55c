// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/module_files.h"

#include <string.h>
#include <sys/utsname.h>

#include "apply/module_files_internal.h"
#include "apply/modules.h"
#include "core-module/lpatch_abi.h"

/* Modules of a bundle that are no parts. */
#define FIRST_PART 2

static struct lp_error *list_names(const struct bundle *bundle, struct text_list *names)
{
	_cleanup_free_ char *update = module_name_of_update(bundle->manifest->id);

	if (!update)
		return lp_error_no_memory();
	lp_try(text_list_add(names, LPATCH_CORE_MODULE));
	lp_try(text_list_add(names, "%s", update));
	for (size_t i = 0; i < bundle->modules.count; i++) {
		_cleanup_free_ char *part = module_name_of_part(bundle->manifest->id, i + 1);

		if (!part)
			return lp_error_no_memory();
		lp_try(text_list_add(names, "%s", part));
	}
	return NULL;
}

struct lp_error *module_files_read(const struct bundle *bundle, struct module_files *files)
{
	*files = (struct module_files){0};
	lp_try(list_names(bundle, &files->names));
	files->modules = calloc(files->names.count, sizeof(*files->modules));
	if (!files->modules)
		return lp_error_no_memory();
	for (size_t i = 0; i < files->names.count; i++) {
		const struct blob *file = i == 0           ? &bundle->core
					  : i < FIRST_PART ? &bundle->update
							   : &bundle->parts[i - FIRST_PART];

		files->count++;
		lp_try(module_elf_read(files->names.items[i], file, &files->modules[i]));
	}
	return NULL;
}

void module_files_clear(struct module_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		module_elf_clear(&files->modules[i]);
	free(files->modules);
	text_list_clear(&files->names);
	*files = (struct module_files){0};
}

/* vermagic --------------------------------------------------------------------- */

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length) {
		if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	}
	return false;
}

/*
 * Whether what the running kernel says about itself is what the text would say: VERMAGIC_STRING in
 * include/linux/vermagic.h and UTS_VERSION in init/Makefile, Linux 6.1.
 */
static bool is_magic_of(const char *magic, const struct utsname *running)
{
	const char *version = running->version;
	bool real_time = has_word(version, "PREEMPT_RT");
	bool preempt = !real_time &&
		       (has_word(version, "PREEMPT") || has_word(version, "PREEMPT_DYNAMIC"));

	return text_starts_with(magic, running->release) &&
	       magic[strlen(running->release)] == ' ' &&
	       has_word(magic, "SMP") == has_word(version, "SMP") &&
	       has_word(magic, "preempt") == preempt &&
	       has_word(magic, "preempt_rt") == real_time && has_word(magic, "mod_unload");
}

static struct lp_error *check_magic(const struct module_files *files)
{
	const char *first = NULL;
	struct utsname running;

	uname(&running);
	for (size_t i = 0; i < files->count; i++) {
		const struct module_elf *elf = &files->modules[i];
		const char *magic = module_elf_info(elf, "vermagic");

		if (!magic)
			return module_elf_fault(elf, "it does not say which kernel it is for");
		if (!is_magic_of(magic, &running))
			return module_elf_fault(
				elf, "it is for a kernel \"%s\", and this one is \"%s %s\"", magic,
				running.release, running.version);
		if (first && strcmp(magic, first) != 0)
			return module_elf_fault(
				elf, "it is for a kernel \"%s\", and the core for one \"%s\"",
				magic, first);
		first = magic;
	}
	return NULL;
}

struct lp_error *module_files_check(const struct bundle *bundle)
{
	_cleanup_(module_files_clear) struct module_files files = {0};

	lp_try(module_files_read(bundle, &files));
	return check_magic(&files);
}
