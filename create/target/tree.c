// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/tree.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"
#include "create/base/lock.h"
#include "create/base/private.h"
#include "create/base/seal.h"
#include "create/target/tree_internal.h"

/* A config or Module.symvers is some 2 MB. */
#define CONFIG_LIMIT (64u << 20)

/* Hex digits of the key in a directory's name. */
#define KEY_DIGITS 16

static struct lp_error *compiler_error(const struct target *target, const char *arguments,
				       int status, const char *said)
{
	return lp_error_hint(lp_error_new(LP_USAGE,
					  "the compiler for kernel %s can't be used: \"%s %s\" "
					  "ended with status %d\n%s",
					  target->release, target->compiler, arguments, status,
					  said),
			     "The compiler is what the environment variable CC says, else what the "
			     "kernel's config names.");
}

/* The version text of the compiler, which may be several words: "ccache gcc". */
static struct lp_error *compiler_version(const struct target *target, const char *scratch,
					 char **version)
{
	_cleanup_text_list_ struct text_list argv = {0};
	int status;

	lp_try(text_list_add_words(&argv, target->compiler));
	lp_try(text_list_add(&argv, "--version"));
	struct process process = {
		.argv = (const char *const *)argv.items,
		.output = scratch,
	};

	unlink(scratch);
	lp_try(lp_error_context(process_run(&process, &status), "the compiler for kernel %s",
				target->release));
	*version = process_output(scratch, 65536);
	unlink(scratch);
	if (!*version)
		return lp_error_no_memory();
	if (!status)
		return NULL;
	return compiler_error(target, "--version", status, *version);
}

/* Before the source is unpacked: a compiler that says its version may lack its parts. */
static struct lp_error *try_compiler(const struct tree *tree)
{
	_cleanup_text_list_ struct text_list argv = {0};
	_cleanup_free_ char *source = NULL, *output = NULL, *said = NULL;
	static const char text[] = "int lpatch_trial;\n";
	int status;

	lp_try(text_format(&source, "%s/trial.c", tree->work));
	lp_try(text_format(&output, "%s/trial.txt", tree->work));
	lp_try(file_write(source, text, strlen(text)));
	lp_try(text_list_add_words(&argv, tree->target->compiler));
	lp_try(text_list_add_words(&argv, "-c -o trial.o trial.c"));
	struct process process = {
		.argv = (const char *const *)argv.items,
		.directory = tree->work,
		.output = output,
	};

	lp_try(process_run(&process, &status));
	if (!status)
		return NULL;
	said = process_output(output, 65536);
	if (!said)
		return lp_error_no_memory();
	return compiler_error(tree->target, "-c trial.c", status, said);
}

static struct lp_error *add_file(struct text_list *inputs, const char *path)
{
	_cleanup_blob_ struct blob blob = {0};

	lp_try(file_read(path, CONFIG_LIMIT, &blob));
	return text_list_add(inputs, "%s", (const char *)blob.data);
}

/* Everything that the contents of the cached directory depend on. */
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
	for (size_t i = 0; i < target->flags.count; i++)
		lp_try(text_list_add(inputs, "%s", target->flags.items[i]));
	lp_try(tree_add_host_flags(inputs));
	lp_try(text_list_add(inputs, "%s", target->compiler));
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

static struct lp_error *name_parts(struct tree *tree)
{
	lp_try(text_format(&tree->source, "%s/source", tree->directory));
	lp_try(text_format(&tree->build, "%s/build", tree->directory));
	lp_try(text_format(&tree->objects, "%s/objects", tree->directory));
	return text_format(&tree->core, "%s/core", tree->directory);
}

struct lp_error *tree_lock_build(struct tree *tree, int *lock)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/build.lock", tree->directory));
	lp_try(lock_open(path, lock));
	lp_try(lock_take(*lock, false, "lets kbuild work for the same kernel", tree->sink));
	lock_let_inherit(*lock);
	return NULL;
}

struct lp_error *tree_keep(const char *from, const char *to)
{
	lp_try(seal_file(from, to));
	if (rename(from, to))
		return lp_error_errno(errno, "can't rename %s to %s", from, to);
	return NULL;
}

/* The first work-N that no other run has; emptied. */
static struct lp_error *take_work(struct tree *tree)
{
	for (unsigned int n = 0;; n++) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/work-%u.lock", tree->directory, n));
		lp_try(lock_open(path, &tree->work_lock));
		if (lock_try(tree->work_lock)) {
			lock_let_inherit(tree->work_lock);
			lp_try(text_format(&tree->work, "%s/work-%u", tree->directory, n));
			break;
		}
		close(tree->work_lock);
	}
	lp_try(text_format(&tree->log, "%s/log", tree->work));
	lp_try(text_format(&tree->made, "%s/made", tree->work));
	lp_try(text_format(&tree->link, "%s/link", tree->work));
	lp_try(text_format(&tree->temporary, "%s/tmp", tree->work));
	lp_try(directory_remove(tree->work));
	const char *const parts[] = {tree->made, tree->link, tree->temporary};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		lp_try(directory_make(parts[i]));
	/* Files left by a killed compiler do no harm, and are removed with the rest. */
	if (setenv("TMPDIR", tree->temporary, 1))
		return lp_error_no_memory();
	return NULL;
}

/* Whether the directory is mounted in a sandbox: made/, link/, tmp/, and tmp/ in the first two. */
static bool is_mounted(const struct tree *tree, const char *path)
{
	const char *const mounted[] = {tree->made, tree->link, tree->temporary};

	for (size_t i = 0; i < ARRAY_SIZE(mounted); i++) {
		size_t length = strlen(mounted[i]);

		if (!strncmp(path, mounted[i], length) &&
		    (!path[length] || !strcmp(path + length, "/tmp")))
			return true;
	}
	return false;
}

/* Empties the directory, which stays, and so do those that are mounted and the log. */
static struct lp_error *renew_directory(const struct tree *tree, const char *path)
{
	DIR *directory = opendir(path);
	struct lp_error *error = NULL;

	if (!directory)
		return lp_error_errno(errno, "can't read %s", path);
	for (struct dirent *entry; !error && (entry = readdir(directory));) {
		_cleanup_free_ char *below = NULL;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		error = text_format(&below, "%s/%s", path, entry->d_name);
		if (!error && is_mounted(tree, below))
			error = renew_directory(tree, below);
		else if (!error && strcmp(below, tree->log) != 0)
			error = directory_remove(below);
	}
	closedir(directory);
	return error;
}

struct lp_error *tree_renew_work(struct tree *tree)
{
	return renew_directory(tree, tree->work);
}

static void give_locks_back(struct tree *tree)
{
	if (tree->work_lock >= 0)
		close(tree->work_lock);
	if (tree->lock >= 0)
		close(tree->lock);
	tree->work_lock = tree->lock = -1;
	free(take(tree->includes));
	free(take(tree->work));
	free(take(tree->made));
	free(take(tree->link));
	free(take(tree->temporary));
	free(take(tree->log));
}

/* True if there is nothing left to make. */
static struct lp_error *is_made(struct tree *tree, bool *made)
{
	*made = false;
	return tree_build_is_ready(tree) ? tree_source_is_current(tree, made) : NULL;
}

/*
 * Makes the working copy under the exclusive lock, then holds the lock shared.
 * In between another run may remove it as too large.
 */
static struct lp_error *make_alone(struct tree *tree)
{
	struct tree_includes includes;

	lp_try(lock_take(tree->lock, false, "uses the same kernel's source", tree->sink));
	lp_try(try_compiler(tree));
	lp_try(tree_source_make(tree));
	tree_includes_begin(&includes, tree);
	struct lp_error *error = tree_build_make(tree);

	tree_includes_end(&includes);
	lp_try(error);
	return lock_take(tree->lock, true, "prepares the same kernel's source", tree->sink);
}

/*
 * Checks that nobody else could have written to the directory. Digests of the whole source
 * would take as long as a compile, so permissions are checked: of each part's directory
 * always, of every file as long as others can reach it. If they can't (the cache has mode
 * 0700), once, as the file `private` records.
 */
static struct lp_error *check_private(const struct tree *tree, const char *cache)
{
	const char *const parts[] = {tree->directory, tree->source, tree->build, tree->objects,
				     tree->core};
	_cleanup_free_ char *mark = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		lp_try(private_check(parts[i]));
	lp_try(text_format(&mark, "%s/private", tree->directory));
	if (private_is_closed(cache) && !access(mark, F_OK))
		return NULL;
	unlink(mark);
	lp_try(private_check_below(tree->directory));
	return private_is_closed(cache) ? file_write(mark, "", 0) : NULL;
}

/* One attempt; *done is false if the directory was removed while it waited. */
static struct lp_error *try_open(struct tree *tree, const char *cache, bool *done)
{
	_cleanup_free_ char *path = NULL;
	bool made;

	lp_try(directory_make(tree->directory));
	lp_try(private_check(tree->directory));
	lp_try(text_format(&path, "%s/lock", tree->directory));
	lp_try(lock_open(path, &tree->lock));
	lp_try(lock_take(tree->lock, true, "prepares the same kernel's source", tree->sink));
	lock_let_inherit(tree->lock);
	*done = lock_is_at(tree->lock, path);
	if (!*done)
		return NULL;
	cache_touch(path);
	lp_try(check_private(tree, cache));
	lp_try(take_work(tree));
	lp_try(is_made(tree, &made));
	if (!made)
		lp_try(make_alone(tree));
	*done = lock_is_at(tree->lock, path);
	return NULL;
}

static struct lp_error *make_tree(struct tree *tree, struct cache *cache)
{
	char key[DIGEST_SHA256_TEXT];
	bool done = false;

	lp_try(tree_source_check(tree));
	lp_try(target_key(tree->target, cache->directory, key));
	lp_try(text_format(&tree->directory, "%s/%s-%.*s", cache->directory, tree->target->release,
			   KEY_DIGITS, key));
	lp_try(text_format(&cache->own, "%s", tree->directory));
	lp_try(name_parts(tree));
	while (!done) {
		give_locks_back(tree);
		lp_try(try_open(tree, cache->directory, &done));
	}
	return NULL;
}

struct lp_error *tree_open(const struct target *target, struct cache *cache, unsigned int jobs,
			   struct message_sink *sink, struct tree **tree)
{
	*tree = calloc(1, sizeof(**tree));
	if (!*tree)
		return lp_error_no_memory();
	**tree = (struct tree){
		.target = target, .sink = sink, .jobs = jobs, .lock = -1, .work_lock = -1};
	struct lp_error *error = make_tree(*tree, cache);

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
	give_locks_back(tree);
	free(tree->directory);
	free(tree->source);
	free(tree->build);
	free(tree->objects);
	free(tree->core);
	free(tree);
}
