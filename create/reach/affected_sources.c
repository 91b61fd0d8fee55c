// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <string.h>

#include "create/base/source_path.h"
#include "create/reach/affected.h"
#include "create/reach/generated.h"

/* Files that become code and can't be part of an update, and why. The first match counts. */
static const struct {
	const char *pattern;
	const char *reason;
} refused[] = {
	{"arch/*/boot/*", "boot code runs before the kernel itself, and has already run"},
	{"arch/*/realmode/*", "real mode code is copied to low memory at boot"},
	{"arch/*/purgatory/*", "purgatory is code of the next kernel, loaded by kexec"},
	{"arch/*/kernel/asm-offsets*.c", "it defines constants with which assembly is compiled"},
	{"kernel/bounds.c", "it defines constants with which all code is compiled"},
	{"*.asn1", "kbuild generates a table from it that can't be compared"},
	{"*.uc", "kbuild generates several C files from it; change the callers of their functions"},
	{"*.pl", "it runs when the kernel is built, and generates assembly"},
	{"*.tbl", "tables of system calls are generated from it, and their size is fixed"},
	{"*_shipped", "kbuild copies it to a file of another name; assembly in most cases"},
	{"*.S", "assembly carries no information that would let its functions be replaced"},
	{"*.lds", "a linker script has no effect on a running kernel"},
	{"*.lds.S", "a linker script has no effect on a running kernel"},
	{"*.lds.h", "a linker script has no effect on a running kernel"},
	{"scripts/*", "build scripts are not part of the kernel"},
	{"arch/*/tools/*", "it is for programs that run when the kernel is built"},
	{"tools/testing/selftests/kselftest_module.h", NULL}, /* lib/test_*.c include it */
	{"tools/objtool/*", "objtool processes each object when the kernel is built, and its "
			    "results can't be updated in a running kernel"},
	{"tools/lib/bpf/*", "kbuild builds parts of libbpf into the kernel and into programs that "
			    "run when the kernel is built, whose output can't be updated"},
	{"tools/*", "it may be for programs that run when the kernel is built, and their output "
		    "can't be updated in a running kernel"},
	{"*.dts*", "device trees are read at boot"},
	{"*.rs", "Rust code is not supported"},
};

static const char *refusal_of_name(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (!fnmatch(refused[i].pattern, path, 0))
			return refused[i].reason;
	}
	return NULL;
}

/* Why the change can't be made in a running kernel, or NULL if it can. */
static const char *refusal(const struct file_change *change)
{
	const char *reason = change->special ?: refusal_of_name(change->path);

	/* A rename removes the old file. */
	if (!reason && change->old_path)
		reason = refusal_of_name(change->old_path);
	if (reason)
		return reason;
	if (text_ends_with(change->path, ".h") || text_ends_with(change->path, ".c") ||
	    source_path_is_makefile(change->path) || source_path_is_kconfig(change->path))
		return NULL;
	return "it is no C source file";
}

/* Kinds of files that are ignored, and the number of files of each kind. */
struct kinds {
	struct {
		const char *kind; /* from source_path_aside() */
		size_t count;
	} items[8];
	size_t count, sum;
};

static void count_kind(struct kinds *kinds, const char *kind)
{
	size_t i = 0;

	kinds->sum++;
	while (i < kinds->count && strcmp(kinds->items[i].kind, kind))
		i++;
	if (i == ARRAY_SIZE(kinds->items))
		return;
	kinds->count += i == kinds->count;
	kinds->items[i].kind = kind;
	kinds->items[i].count++;
}

/* Prints one line for all files that are not part of the kernel; with -v one for each. */
static struct lp_error *tell_aside(const struct patch_set *set, struct message_sink *sink)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *list = NULL;
	struct kinds kinds = {0};

	for (size_t i = 0; i < set->nr_changes; i++) {
		const char *path = set->changes[i].path;

		if (!set->changes[i].is_passed_over)
			continue;
		message_verbose(sink, "%s is not part of the kernel: skipped", path);
		count_kind(&kinds, source_path_aside(path));
	}
	if (!kinds.sum)
		return NULL;
	for (size_t i = 0; i < kinds.count; i++)
		lp_try(text_list_add(&words, "%s: %zu", kinds.items[i].kind, kinds.items[i].count));
	lp_try(text_list_join(&words, ", ", &list));
	message_warning(sink,
			"%zu file%s of the diff can't matter to the kernel and %s skipped (%s)",
			kinds.sum, kinds.sum == 1 ? "" : "s", kinds.sum == 1 ? "is" : "are", list);
	return NULL;
}

/* Finds changed headers from which the build generates files: an update can't replace those. */
static struct lp_error *find_inputs(const struct patch_set *set, struct text_list *reasons)
{
	for (size_t i = 0; i < set->diffs.count; i++) {
		const struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++) {
			const struct diff_file *file = &diff->files[k];
			const char *made = file->is_passed_over ? NULL : generated_of(file);

			if (made)
				lp_try(text_list_add(reasons,
						     "%s: the build generates %s from it, which an "
						     "update leaves as it is",
						     file->path, made));
		}
	}
	return NULL;
}

struct lp_error *affected_sources(struct patch_set *set, struct message_sink *sink,
				  struct text_list *sources)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	lp_try(patch_set_pass_over(set, source_path_aside));
	lp_try(tell_aside(set, sink));
	for (size_t i = 0; i < set->nr_changes; i++) {
		const struct file_change *change = &set->changes[i];
		const char *reason = NULL;

		if (change->is_passed_over)
			continue;
		reason = refusal(change);
		if (reason)
			lp_try(text_list_add(&reasons, "%s: %s", change->path, reason));
		else
			lp_try(text_list_add(sources, "%s", change->path));
		if (!reason && change->old_path)
			lp_try(text_list_add(sources, "%s", change->old_path));
	}
	lp_try(find_inputs(set, &reasons));
	if (reasons.count)
		return patch_set_refused(&reasons);
	if (!sources->count)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: the diff changes no code of the kernel (%s)",
				    set->changes[0].path);
	return NULL;
}
