// SPDX-License-Identifier: GPL-2.0-or-later
/* kbuild's output directory of a working copy: configured as the target is, and prepared. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/target/cache.h"
#include "create/target/config_meaning.h"
#include "create/target/kbuild_answer.h"
#include "create/target/tree_internal.h"

/*
 * Lines of a config that say nothing about the code of C files, by their starts. What the Rust
 * compiler of this machine is and can do is there also where no Rust is built in (init/Kconfig;
 * RUSTC_VERSION in Linux 6.12, RUST_IS_AVAILABLE in 6.1). Where Rust is, a missing compiler
 * also removes CONFIG_RUST, which is not in this list.
 */
static const char *const config_without_code[] = {
	"CONFIG_CC_VERSION_TEXT=", "CONFIG_SYSTEM_TRUSTED_KEYS=", "CONFIG_MODULE_SIG_KEY=",
	"CONFIG_MODULE_SIG_ALL=",  "CONFIG_BUILD_SALT=",          "CONFIG_PAHOLE_",
	"CONFIG_RUSTC_",           "CONFIG_RUST_IS_AVAILABLE=",
};

/* Lines of a changed config in a message; those that a cause is known for come first. */
#define CHANGES_SHOWN 40

static bool says_nothing_about_code(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(config_without_code); i++) {
		if (text_starts_with(line, config_without_code[i]))
			return true;
	}
	return false;
}

/* Adds the lines of the output of diff(1) that matter: options gained and lost. */
static struct lp_error *read_config_changes(char *diff, struct text_list *changes)
{
	for (char *line = strtok(diff, "\n"); line; line = strtok(NULL, "\n")) {
		bool is_option =
			text_starts_with(line, "-CONFIG_") || text_starts_with(line, "+CONFIG_");

		if (is_option && !says_nothing_about_code(line + 1))
			lp_try(text_list_add(changes, "%s", line));
	}
	return NULL;
}

/*
 * A config that comes back changed from olddefconfig describes another kernel; config_meaning.h
 * says why. Even if the code were the same, struct module would not be.
 */
static struct lp_error *compare_config(struct tree *tree, const char *config)
{
	_cleanup_free_ char *output = NULL, *said = NULL, *lines = NULL, *meaning = NULL;
	_cleanup_text_list_ struct text_list changes = {0};
	int status;

	lp_try(text_format(&output, "%s/config.diff", tree->build));
	unlink(output);
	struct process diff = {
		.argv = (const char *const[]){"diff", "--unified=0", tree->target->config, config,
					      NULL},
		.output = output,
	};
	lp_try(process_run(&diff, &status));
	if (status != 1)
		return NULL;
	said = process_output(output, 65536);
	if (!said)
		return lp_error_no_memory();
	lp_try(read_config_changes(said, &changes));
	if (!changes.count)
		return NULL;
	lp_try(config_meaning(&changes, tree->target->compiler, &meaning));
	lp_try(text_list_join_first(&changes, CHANGES_SHOWN, "\n", &lines));
	return lp_error_hint(lp_error_new(LP_NOT_PROVEN,
					  "the config of kernel %s can't be reproduced with this "
					  "source, compiler and pahole; what differs:\n%s",
					  tree->target->release, lines),
			     "%s", meaning);
}

/*
 * What `make olddefconfig prepare modules_prepare` leaves, as the last thing of
 * each (Makefile, Linux 6.1).
 */
static const char *const prepared[] = {
	"include/config/auto.conf",
	"include/generated/autoconf.h",
	"include/generated/utsrelease.h",
	"include/generated/asm-offsets.h",
	"scripts/mod/modpost",
};

/* Lets kbuild prepare, and checks the result, on which all later builds rely. */
static struct lp_error *run_prepare(struct tree *tree)
{
	off_t before = tree_log_size(tree);

	lp_try(tree_make(tree, "prepare the kernel source",
			 (const char *const[]){"prepare", "modules_prepare", NULL}));
	for (size_t i = 0; i < ARRAY_SIZE(prepared); i++) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/%s", tree->build, prepared[i]));
		if (access(path, F_OK))
			return kbuild_answer_error(
				tree, before,
				"kbuild has not prepared the kernel source: there is no %s",
				prepared[i]);
	}
	return NULL;
}

static struct lp_error *prepare_build(struct tree *tree)
{
	_cleanup_free_ char *config = NULL, *symvers = NULL;

	lp_try(directory_remove(tree->build));
	lp_try(directory_remove(tree->objects));
	lp_try(directory_remove(tree->core));
	lp_try(directory_make(tree->build));
	lp_try(text_format(&config, "%s/.config", tree->build));
	lp_try(text_format(&symvers, "%s/Module.symvers", tree->build));
	lp_try(directory_copy_file(tree->target->config, config));
	lp_try(tree_make(tree, "configure the kernel source",
			 (const char *const[]){"olddefconfig", NULL}));
	lp_try(compare_config(tree, config));
	lp_try(run_prepare(tree));
	return directory_copy_file(tree->target->symvers, symvers);
}

/* The directory is whole with READY in it, and was for older source with STALE. */
#define READY ".ready"
#define STALE ".stale"

static bool build_has(const struct tree *tree, const char *name)
{
	_cleanup_free_ char *path = NULL;
	struct lp_error *error = text_format(&path, "%s/%s", tree->build, name);

	lp_error_free(error);
	return !error && !access(path, F_OK);
}

bool tree_build_is_ready(const struct tree *tree)
{
	return build_has(tree, READY);
}

static struct lp_error *rename_mark(const struct tree *tree, const char *from, const char *to)
{
	_cleanup_free_ char *old = NULL, *new = NULL;

	lp_try(text_format(&old, "%s/%s", tree->build, from));
	lp_try(text_format(&new, "%s/%s", tree->build, to));
	if (rename(old, new))
		return lp_error_errno(errno, "can't rename %s", old);
	return NULL;
}

struct lp_error *tree_build_mark_stale(struct tree *tree)
{
	return build_has(tree, READY) ? rename_mark(tree, READY, STALE) : NULL;
}

/* Keeps the size of source and build on the disk, so that it is not counted again. */
static struct lp_error *record_size(const struct tree *tree)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	uint64_t size = cache_disk_usage(tree->source) + cache_disk_usage(tree->build);

	lp_try(text_format(&path, "%s/size", tree->directory));
	lp_try(text_format(&text, "%" PRIu64 "\n", size));
	return file_write(path, text, strlen(text));
}

/* kbuild sees by itself what newer source affects of what it has prepared. */
static struct lp_error *refresh_build(struct tree *tree)
{
	lp_try(run_prepare(tree));
	return rename_mark(tree, STALE, READY);
}

struct lp_error *tree_build_make(struct tree *tree)
{
	_cleanup_free_ char *ready = NULL;

	if (tree_build_is_ready(tree))
		return NULL;
	message_progress(tree->sink, "preparing the source of kernel %s", tree->target->release);
	if (build_has(tree, STALE))
		return refresh_build(tree);
	lp_try(prepare_build(tree));
	lp_try(record_size(tree));
	lp_try(text_format(&ready, "%s/" READY, tree->build));
	return file_write(ready, "", 0);
}
