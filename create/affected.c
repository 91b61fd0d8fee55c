// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/affected.h"

#include <fnmatch.h>
#include <string.h>

#include "create/source_path.h"

/* Why a file that becomes code can't become part of an update. First match counts. */
static const struct {
	const char *pattern;
	const char *reason;
} refused[] = {
	{"arch/*/boot/*", "boot code has run before the kernel proper and is gone"},
	{"arch/*/realmode/*", "real mode code is copied to low memory at boot"},
	{"arch/*/purgatory/*", "purgatory is code of the next kernel, loaded by kexec"},
	{"*/vdso/*", "the vdso is mapped into every process"},
	{"*/vdso32/*", "the vdso is mapped into every process"},
	{"*.S", "assembly carries no information that would let its functions be replaced"},
	{"*.lds", "a linker script lays out a kernel that is running already"},
	{"*.lds.S", "a linker script lays out a kernel that is running already"},
	{"*Kconfig*", "configuration can't change in a running kernel"},
	{"*Makefile*", "which files belong to an object can't change yet"},
	{"*Kbuild*", "which files belong to an object can't change yet"},
	{"scripts/*", "build scripts are not part of the kernel"},
	{"*.h", "a header reaches any number of objects, which is not supported yet"},
	{"*.dts*", "device trees are read at boot"},
	{"*.rs", "Rust code is not supported"},
};

/* Why the change can't be carried over, or NULL if it can. */
static const char *refusal(const struct file_change *change)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (!fnmatch(refused[i].pattern, change->path, 0))
			return refused[i].reason;
	}
	if (!text_ends_with(change->path, ".c"))
		return "it is no C source file";
	switch (change->kind) {
	case CHANGE_MODIFIED:
		return NULL;
	case CHANGE_ADDED:
		return "a new source file is not supported yet";
	case CHANGE_REMOVED:
		return "removing a source file is not supported yet";
	case CHANGE_RENAMED:
		return "renaming a source file is not supported yet";
	case CHANGE_BINARY:
		break;
	}
	return "a binary change can't be an update";
}

static struct lp_error *refuse(const struct text_list *reasons)
{
	_cleanup_free_ char *lines = NULL;

	lp_try(text_format(&lines, "%s", ""));
	for (size_t i = 0; i < reasons->count; i++) {
		_cleanup_free_ char *before = take(lines);

		lp_try(text_format(&lines, "%s\n%s", before, reasons->items[i]));
	}
	return lp_error_hint(lp_error_new(LP_UNSAFE, "the patch can't be a live update:%s", lines),
			     "Leave these files out of the diff if the rest makes sense without.");
}

struct lp_error *affected_sources(const struct patch_set *set, struct message_sink *sink,
				  struct text_list *sources)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	for (size_t i = 0; i < set->nr_changes; i++) {
		const struct file_change *change = &set->changes[i];
		const char *reason = NULL;

		if (!source_path_has_code(change->path)) {
			message_verbose(sink, "%s is not part of the kernel: passed over",
					change->path);
			continue;
		}
		reason = refusal(change);
		if (reason)
			lp_try(text_list_add(&reasons, "%s: %s", change->path, reason));
		else
			lp_try(text_list_add(sources, "%s", change->path));
	}
	if (reasons.count)
		return refuse(&reasons);
	if (!sources->count)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: the diff changes no code of the kernel (%s)",
				    set->changes[0].path);
	return NULL;
}
