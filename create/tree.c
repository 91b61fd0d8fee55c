// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/process.h"
#include "create/directory.h"

/* How much of a failed program's output an error shows, in bytes. */
#define SHOWN_OUTPUT 4096

/* A config or Module.symvers is some 2 MB. */
#define CONFIG_LIMIT (64u << 20)

/* Hex digits of the key in a directory's name. */
#define KEY_DIGITS 16

/* Bytes that programs have said so far. */
static off_t log_size(const struct tree *tree)
{
	struct stat status;

	return stat(tree->log, &status) ? 0 : status.st_size;
}

struct lp_error *tree_run(struct tree *tree, const char *what, const char *directory,
			  const char *const *argv)
{
	_cleanup_free_ char *said = NULL;
	struct process process = {.argv = argv, .directory = directory, .output = tree->log};
	off_t before = log_size(tree);
	int status;

	lp_try(process_run(&process, &status));
	if (!status)
		return NULL;
	off_t size = log_size(tree) - before;

	said = process_output(tree->log, size < SHOWN_OUTPUT ? size : SHOWN_OUTPUT);
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED, "can't %s: %s ended with status %d\n%s",
					  what, argv[0], status, said ? said : ""),
			     "The whole output is in %s", tree->log);
}

struct lp_error *tree_make(struct tree *tree, const char *what, const char *const *arguments)
{
	_cleanup_text_list_ struct text_list argv = {0};
	_cleanup_free_ char *flags = strdup(tree->target->flags);

	if (!flags)
		return lp_error_no_memory();
	lp_try(text_list_add(&argv, "make"));
	lp_try(text_list_add(&argv, "--no-print-directory"));
	lp_try(text_list_add(&argv, "-j%u", tree->jobs));
	lp_try(text_list_add(&argv, "-C%s", tree->source));
	lp_try(text_list_add(&argv, "O=%s", tree->build));
	lp_try(text_list_add(&argv, "CC=%s", tree->target->compiler));
	lp_try(text_list_add(&argv, "KERNELRELEASE=%s", tree->target->release));
	for (char *flag = strtok(flags, " \t\n"); flag; flag = strtok(NULL, " \t\n"))
		lp_try(text_list_add(&argv, "%s", flag));
	for (; *arguments; arguments++)
		lp_try(text_list_add(&argv, "%s", *arguments));
	return tree_run(tree, what, NULL, (const char *const *)argv.items);
}

struct lp_error *tree_strip(struct tree *tree, const char *module)
{
	return tree_run(tree, "strip a module", NULL,
			(const char *const[]){"strip", "--strip-debug", module, NULL});
}

/* Where caches go, by the XDG base directory specification. */
static struct lp_error *cache_directory(char **path)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && *cache == '/')
		return text_format(path, "%s/lpatch", cache);
	if (!home || *home != '/')
		return lp_error_hint(
			lp_error_new(LP_USAGE, "no place for the cache: HOME is not set"),
			"Set HOME or XDG_CACHE_HOME.");
	return text_format(path, "%s/.cache/lpatch", home);
}

/* What the compiler says of itself. */
static struct lp_error *compiler_version(const struct target *target, const char *scratch,
					 char **version)
{
	struct process process = {
		.argv = (const char *const[]){target->compiler, "--version", NULL},
		.output = scratch,
	};
	int status;

	unlink(scratch);
	lp_try(lp_error_context(process_run(&process, &status),
				"the compiler that kernel %s was built with", target->release));
	*version = process_output(scratch, 65536);
	unlink(scratch);
	return *version ? NULL : lp_error_no_memory();
}

static struct lp_error *add_file(struct text_list *inputs, const char *path)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, CONFIG_LIMIT, &blob));
	return text_list_add(inputs, "%s", (const char *)blob.data);
}

/* Everything that decides what the cached directory holds. */
static struct lp_error *key_inputs(const struct target *target, const char *cache,
				   struct text_list *inputs)
{
	_cleanup_free_ char *scratch = NULL, *version = NULL;
	struct stat source;

	if (stat(target->source, &source))
		return lp_error_errno(errno, "can't read %s", target->source);
	lp_try(text_format(&scratch, "%s/.compiler-%d", cache, (int)getpid()));
	lp_try(compiler_version(target, scratch, &version));
	/* kbuild writes absolute paths into its files, so the place counts too. */
	lp_try(text_list_add(inputs, "%s", cache));
	lp_try(text_list_add(inputs, "%s", target->source));
	/* A tarball is what its size and time say; a directory is compared at each run. */
	if (S_ISREG(source.st_mode))
		lp_try(text_list_add(inputs, "%lld %lld", (long long)source.st_size,
				     (long long)source.st_mtime));
	lp_try(text_list_add(inputs, "%s", target->release));
	lp_try(text_list_add(inputs, "%s", target->build_id));
	lp_try(text_list_add(inputs, "%s", target->flags));
	lp_try(text_list_add(inputs, "%s", version));
	lp_try(add_file(inputs, target->symvers));
	return add_file(inputs, target->config);
}

static struct lp_error *target_key(const struct target *target, const char *cache,
				   char key[DIGEST_SHA256_TEXT])
{
	_cleanup_text_list_ struct text_list inputs = {0};

	lp_try(key_inputs(target, cache, &inputs));
	return text_list_digest(&inputs, key);
}

/* kbuild can't work below a path with these in it (see the top Makefile of Linux 6.1). */
static struct lp_error *check_cache_path(const char *cache)
{
	if (!strpbrk(cache, " :\t\n"))
		return NULL;
	return lp_error_hint(lp_error_new(LP_USAGE,
					  "the kernel can't be built in %s: blanks and colons are "
					  "not allowed",
					  cache),
			     "Set XDG_CACHE_HOME to another directory.");
}

static struct lp_error *name_parts(struct tree *tree)
{
	lp_try(text_format(&tree->source, "%s/source", tree->directory));
	lp_try(text_format(&tree->build, "%s/build", tree->directory));
	lp_try(text_format(&tree->objects, "%s/objects", tree->directory));
	lp_try(text_format(&tree->core, "%s/core", tree->directory));
	lp_try(text_format(&tree->work, "%s/work", tree->directory));
	return text_format(&tree->log, "%s/log", tree->directory);
}

/* Waits for the lock and then for nobody: the kernel releases it with the last descriptor. */
static struct lp_error *take_lock(struct tree *tree)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/lock", tree->directory));
	tree->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (tree->lock < 0)
		return lp_error_errno(errno, "can't write %s", path);
	if (!flock(tree->lock, LOCK_EX | LOCK_NB))
		return NULL;
	message_progress(tree->sink, "waiting for another lpatch-create that uses %s",
			 tree->directory);
	while (flock(tree->lock, LOCK_EX)) {
		if (errno != EINTR)
			return lp_error_errno(errno, "can't lock %s", path);
	}
	return NULL;
}

/* A tarball holds one directory, linux-source-6.1 or the like; its contents become `to`. */
static struct lp_error *unpack_source(struct tree *tree, const char *to)
{
	/* Several threads, where the file has several blocks. */
	const char *const argv[] = {"tar",
				    "--extract",
				    "--no-same-owner",
				    "--use-compress-program=xz --threads=0",
				    "--strip-components=1",
				    "--exclude=*/Documentation/[!K]*",
				    "--exclude=*/.git",
				    "-C",
				    to,
				    "-f",
				    tree->target->source,
				    NULL};

	message_progress(tree->sink, "unpacking %s", tree->target->source);
	return tree_run(tree, "unpack the kernel source", NULL, argv);
}

/* What a build in the user's tree may have left there must not be in ours. */
static struct lp_error *copy_source(struct tree *tree, const char *to)
{
	_cleanup_free_ char *from = NULL;

	lp_try(text_format(&from, "%s/", tree->target->source));
	const char *const argv[] = {"rsync",
				    "--archive",
				    "--no-owner",
				    "--no-group",
				    "--chmod=u+w",
				    "--delete",
				    "--out-format=%n",
				    "--exclude=/.git",
				    "--exclude=/.config",
				    "--exclude=/vmlinux*",
				    "--exclude=*.o",
				    "--exclude=*.ko",
				    "--exclude=.*.cmd",
				    "--exclude=/include/config",
				    "--exclude=/include/generated",
				    "--exclude=/arch/*/include/generated",
				    from,
				    to,
				    NULL};

	message_progress(tree->sink, "copying %s", tree->target->source);
	return tree_run(tree, "copy the kernel source", NULL, argv);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

static struct lp_error *check_source(const struct tree *tree, const char *directory)
{
	_cleanup_free_ char *kbuild = NULL;

	lp_try(text_format(&kbuild, "%s/Kbuild", directory));
	if (!access(kbuild, F_OK))
		return NULL;
	return lp_error_new(LP_USAGE, "%s is no kernel source: it has no Kbuild file",
			    tree->target->source);
}

/*
 * The user may have changed the directory since the last run: copies what
 * differs. kbuild sees by itself what that affects; our own objects are made anew.
 */
static struct lp_error *refresh_source(struct tree *tree)
{
	off_t before = log_size(tree);

	lp_try(copy_source(tree, tree->source));
	return log_size(tree) == before ? NULL : directory_remove(tree->objects);
}

static struct lp_error *make_source(struct tree *tree)
{
	_cleanup_free_ char *partial = NULL;

	if (is_directory(tree->target->source))
		lp_try(check_source(tree, tree->target->source));
	if (is_directory(tree->source))
		return is_directory(tree->target->source) ? refresh_source(tree) : NULL;
	lp_try(text_format(&partial, "%s.partial", tree->source));
	lp_try(directory_remove(partial));
	lp_try(directory_make(partial));
	struct lp_error *error = is_directory(tree->target->source) ? copy_source(tree, partial)
								    : unpack_source(tree, partial);

	if (!error)
		error = check_source(tree, partial);
	if (!error && rename(partial, tree->source))
		error = lp_error_errno(errno, "can't rename %s", partial);
	if (error)
		lp_error_free(directory_remove(partial));
	return error;
}

/* Lines of a config that say nothing about the code. */
static const char *const config_without_code[] = {
	"CONFIG_CC_VERSION_TEXT=", "CONFIG_SYSTEM_TRUSTED_KEYS=", "CONFIG_MODULE_SIG_KEY=",
	"CONFIG_MODULE_SIG_ALL=",  "CONFIG_BUILD_SALT=",          "CONFIG_PAHOLE_",
};

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
 * A config that comes back changed from olddefconfig describes another kernel:
 * the compiler or pahole is missing, or the source is of another version. Even
 * where the code were the same, struct module would not be.
 */
static struct lp_error *compare_config(struct tree *tree, const char *config)
{
	_cleanup_free_ char *output = NULL, *said = NULL, *lines = NULL;
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
	lp_try(text_list_join(&changes, "\n", &lines));
	return lp_error_hint(
		lp_error_new(LP_NOT_PROVEN,
			     "the config of kernel %s can't be reproduced with this source, "
			     "compiler and pahole; what differs:\n%.2000s",
			     tree->target->release, lines),
		"Install the compiler that the kernel was built with (%s) and, if the lines name "
		"BTF, the package dwarves; and see that the source is of the kernel's version.",
		tree->target->compiler);
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
	lp_try(tree_make(tree, "prepare the kernel source",
			 (const char *const[]){"prepare", "modules_prepare", NULL}));
	return directory_copy_file(tree->target->symvers, symvers);
}

static struct lp_error *make_build(struct tree *tree)
{
	_cleanup_free_ char *ready = NULL;

	lp_try(text_format(&ready, "%s/.ready", tree->build));
	if (!access(ready, F_OK))
		return NULL;
	message_progress(tree->sink, "preparing the source of kernel %s", tree->target->release);
	lp_try(prepare_build(tree));
	return file_write(ready, "", 0);
}

static struct lp_error *make_tree(struct tree *tree)
{
	_cleanup_free_ char *cache = NULL;
	char key[DIGEST_SHA256_TEXT];

	lp_try(cache_directory(&cache));
	lp_try(check_cache_path(cache));
	lp_try(directory_make(cache));
	lp_try(target_key(tree->target, cache, key));
	lp_try(text_format(&tree->directory, "%s/%s-%.*s", cache, tree->target->release, KEY_DIGITS,
			   key));
	lp_try(directory_make(tree->directory));
	lp_try(name_parts(tree));
	lp_try(take_lock(tree));
	unlink(tree->log);
	lp_try(directory_remove(tree->work));
	lp_try(directory_make(tree->work));
	lp_try(make_source(tree));
	return make_build(tree);
}

struct lp_error *tree_open(const struct target *target, unsigned int jobs,
			   struct message_sink *sink, struct tree **tree)
{
	*tree = calloc(1, sizeof(**tree));
	if (!*tree)
		return lp_error_no_memory();
	**tree = (struct tree){.target = target, .sink = sink, .jobs = jobs, .lock = -1};
	struct lp_error *error = make_tree(*tree);

	if (error) {
		tree_free(*tree);
		*tree = NULL;
	}
	return error;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	if (tree->lock >= 0)
		close(tree->lock);
	free(tree->directory);
	free(tree->source);
	free(tree->build);
	free(tree->objects);
	free(tree->core);
	free(tree->work);
	free(tree->log);
	free(tree);
}
