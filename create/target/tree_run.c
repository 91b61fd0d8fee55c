// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that run in the working copy, and their log. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/process.h"
#include "create/base/program_output.h"
#include "create/target/tree_internal.h"

/* How much of a failed program's output is looked at, in bytes. */
#define READ_OUTPUT (1u << 20)

/* With less free space than this, in bytes, a failure is due to the full disk. */
#define LEAST_SPACE (1u << 20)

off_t tree_log_size(const struct tree *tree)
{
	struct stat status;

	return stat(tree->log, &status) ? 0 : status.st_size;
}

struct lp_error *tree_check_space(const struct tree *tree)
{
	return cache_check_space(tree->directory, LEAST_SPACE);
}

struct lp_error *tree_run(struct tree *tree, const char *what, const char *directory,
			  const char *const *argv)
{
	_cleanup_free_ char *said = NULL, *shown = NULL, *end = NULL;
	struct process process = {
		.argv = argv,
		.directory = directory,
		.output = tree->log,
		.sandbox = tree->sandbox,
	};
	off_t before = tree_log_size(tree);
	int status;

	lp_try(process_run(&process, &status));
	if (!status)
		return NULL;
	lp_try(tree_check_space(tree));
	off_t size = tree_log_size(tree) - before;

	/* One byte more for the end of the line before: an incomplete first line is dropped. */
	said = process_output(tree->log, size < READ_OUTPUT ? size + 1 : READ_OUTPUT);
	if (!said)
		return lp_error_no_memory();
	lp_try(program_output_shown(said, tree->source, &shown));
	if (status > 128 && sigabbrev_np(status - 128))
		lp_try(text_format(&end, "was killed by SIG%s", sigabbrev_np(status - 128)));
	else
		lp_try(text_format(&end, "ended with status %d", status));
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED, "can't %s: %s %s\n%s", what, argv[0],
					  end, *shown ? shown : "without a message"),
			     "The whole output is in %s", tree->log);
}

/*
 * With CONFIG_DEBUG_INFO_BTF the Makefile's `prepare`, on which almost all targets depend, builds
 * libbpf and resolve_btfids (Linux 6.1), which is 40% of all that it has to do. Only a vmlinux
 * needs these, and modules beside one, and there is none. A variable for make changes that list
 * alone: what is generated and compiled comes from .config.
 */
#define NO_RESOLVE_BTFIDS "CONFIG_DEBUG_INFO_BTF="

/*
 * With CONFIG_X86_KERNEL_IBT kbuild runs objtool not on each object but on vmlinux.o or a linked
 * module (delay-objtool in scripts/Makefile.lib, Linux 6.1 and 6.12). What it does there to the
 * code of an object, and the tables that it adds for it, are the same; but only an object has all
 * the annotations and names that it needs, since a comparison carries over neither. So it is run on
 * each object, as it is without IBT; `--ibt` is for a whole link only, and `--prefix` would add a
 * symbol for the padding in front of each function.
 */
static const char *const objtool_for_each_object[] = {
	"delay-objtool=",
	"objtool-args=$(filter-out --ibt --prefix=%,$(objtool-args-y)) $(if "
	"$(part-of-module),--module)",
};

static struct lp_error *add_objtool(const struct target *target, struct text_list *argv)
{
	for (size_t i = 0; target->ibt && i < ARRAY_SIZE(objtool_for_each_object); i++)
		lp_try(text_list_add(argv, "%s", objtool_for_each_object[i]));
	return NULL;
}

/*
 * gcc takes most of the time of a `prepare` for the build machine's own programs, and half of
 * that for optimising them (Linux 6.1: 10.6 s of CPU time in all, 6.4 s with -O0). objtool then
 * takes 4 ms longer for net/ipv4/tcp_ipv4.o, and modpost not measurably. Each make must have the
 * same flags, or it makes these programs again. What the user has set comes later, and wins.
 */
struct lp_error *tree_add_host_flags(struct text_list *argv)
{
	return text_list_add(argv, "HOSTCFLAGS=-O0 %s", getenv("HOSTCFLAGS") ?: "");
}

/*
 * kbuild asks what the compiler can by files below TMPOUT, .tmp_PID in the build directory
 * (scripts/Makefile.compiler, Linux 6.1). Runs that share that directory may have equal pids, in
 * PID namespaces of their own such as containers: one would remove the files of the other, and
 * options would be missing in the commands. This directory is of one run alone.
 */
static struct lp_error *add_try_directory(const struct tree *tree, struct text_list *argv)
{
	return text_list_add(argv, "TMPOUT=%s/try-$$$$", tree->temporary);
}

struct lp_error *tree_make(struct tree *tree, const char *what, const char *const *arguments)
{
	_cleanup_text_list_ struct text_list argv = {0};

	lp_try(text_list_add(&argv, "make"));
	lp_try(text_list_add(&argv, "--no-print-directory"));
	lp_try(text_list_add(&argv, "-j%u", tree->jobs));
	lp_try(text_list_add(&argv, "-C%s", tree->source));
	lp_try(text_list_add(&argv, "O=%s", tree->build));
	lp_try(text_list_add(&argv, "CC=%s", tree->target->compiler));
	lp_try(text_list_add(&argv, "KERNELRELEASE=%s", tree->target->release));
	lp_try(text_list_add(&argv, NO_RESOLVE_BTFIDS));
	lp_try(tree_add_host_flags(&argv));
	lp_try(add_try_directory(tree, &argv));
	lp_try(add_objtool(tree->target, &argv));
	for (size_t i = 0; i < tree->target->flags.count; i++)
		lp_try(text_list_add(&argv, "%s", tree->target->flags.items[i]));
	for (; *arguments; arguments++)
		lp_try(text_list_add(&argv, "%s", *arguments));
	return tree_run(tree, what, NULL, (const char *const *)argv.items);
}

struct lp_error *tree_strip(struct tree *tree, const char *module)
{
	return tree_run(tree, "strip a module", NULL,
			(const char *const[]){"strip", "--strip-debug", module, NULL});
}
