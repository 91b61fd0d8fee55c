// SPDX-License-Identifier: GPL-2.0-or-later
/* The source of a working copy: unpacked from a tarball or copied from a directory. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/target/cache.h"
#include "create/target/tree_internal.h"

/* The top Makefile is some 70 KB. */
#define MAKEFILE_LIMIT (4u << 20)

/* A working copy of Linux 6.1, unpacked and prepared, has 1.5 GB; in bytes. */
#define NEEDED_SPACE (1600ull << 20)

/* A tarball holds one directory, linux-source-6.1 or the like; its contents become `to`. */
static struct lp_error *unpack_source(struct tree *tree, const char *to)
{
	/* A name with ":" is not that of another host. Several threads, where the file has several
	 * blocks. */
	const char *const argv[] = {"tar",
				    "--extract",
				    "--no-same-owner",
				    "--no-same-permissions",
				    "--force-local",
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

/*
 * Excludes files that a build in the user's tree may have left. With
 * `only_compare` it writes only the names of differing files, in the log.
 */
static struct lp_error *copy_source(struct tree *tree, const char *to, bool only_compare)
{
	_cleanup_free_ char *from = NULL;

	lp_try(text_format(&from, "%s/", tree->target->source));
	const char *const argv[] = {"rsync",
				    "--archive",
				    "--no-owner",
				    "--no-group",
				    "--omit-dir-times",
				    "--chmod=u+w,go-w",
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
				    only_compare ? "--dry-run" : NULL,
				    NULL};

	return tree_run(tree, "copy the kernel source", NULL, argv);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

/* The number after "NAME = " at the start of a line of the Makefile; -1 if there is none. */
static long makefile_number(const char *makefile, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = makefile; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line + length;

		if (strncmp(line, name, length) != 0)
			continue;
		at += strspn(at, " \t");
		if (*at == '=')
			return strtol(at + 1, NULL, 10);
	}
	return -1;
}

/*
 * The third number of the version that the kernel is built from. Distributions
 * with 0 in the release, "6.1.0-56-amd64", often name it in the banner, "... #1
 * SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-08)". -1 if nothing says.
 */
static long image_sublevel(const struct target *target, const char *series)
{
	const char *banner = kernel_image_banner(target->kernel), *release = target->release;
	size_t length = strlen(series);
	const char *build = banner ? strchr(banner, '#') : NULL;
	long number = strtol(release + length, NULL, 10);

	if (!strncmp(release, series, length) && number > 0)
		return number;
	for (const char *at = build; at && (at = strstr(at, series)); at++) {
		if (at[-1] == ' ' && isdigit((unsigned char)at[length]))
			return strtol(at + length, NULL, 10);
	}
	return -1;
}

/* Checks that the source has the version of the kernel. */
static struct lp_error *check_version(const struct tree *tree, const char *makefile)
{
	const struct target *target = tree->target;
	_cleanup_free_ char *series = NULL;
	long version = makefile_number(makefile, "VERSION");
	long patchlevel = makefile_number(makefile, "PATCHLEVEL");
	long sublevel = makefile_number(makefile, "SUBLEVEL");

	if (version < 0 || patchlevel < 0 || sublevel < 0)
		return lp_error_new(LP_USAGE, "%s is no kernel source: its Makefile has no VERSION",
				    target->source);
	lp_try(text_format(&series, "%ld.%ld.", version, patchlevel));
	long wanted = image_sublevel(target, series);
	size_t length = strlen(series) - 1;
	bool is_series = !strncmp(target->release, series, length) &&
			 !isdigit((unsigned char)target->release[length]);

	if (is_series && (wanted < 0 || wanted == sublevel))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_NOT_PROVEN, "%s is the source of Linux %s%ld, but kernel %s is %s",
			     target->source, series, sublevel, target->release,
			     is_series ? "made from another version" : "of another series"),
		"Give the source that the kernel was made from; its version text is: %s",
		kernel_image_banner(target->kernel));
}

static struct lp_error *check_source(const struct tree *tree, const char *directory)
{
	_cleanup_free_ char *kbuild = NULL, *path = NULL;
	_cleanup_blob_ struct blob makefile = {0};

	lp_try(text_format(&kbuild, "%s/Kbuild", directory));
	if (access(kbuild, F_OK))
		return lp_error_new(LP_USAGE, "%s is no kernel source: it has no Kbuild file",
				    tree->target->source);
	lp_try(text_format(&path, "%s/Makefile", directory));
	lp_try(file_read(path, MAKEFILE_LIMIT, &makefile));
	return check_version(tree, (const char *)makefile.data);
}

struct lp_error *tree_source_check(const struct tree *tree)
{
	return is_directory(tree->target->source) ? check_source(tree, tree->target->source) : NULL;
}

struct lp_error *tree_source_is_current(struct tree *tree, bool *current)
{
	off_t before = tree_log_size(tree);

	*current = is_directory(tree->source);
	if (!*current || !is_directory(tree->target->source))
		return NULL;
	lp_try(copy_source(tree, tree->source, true));
	*current = tree_log_size(tree) == before;
	return NULL;
}

/*
 * The user has changed the directory since the last run: copies what differs.
 * Our objects are made again.
 */
static struct lp_error *refresh_source(struct tree *tree)
{
	message_progress(tree->sink, "copying what has changed in %s", tree->target->source);
	lp_try(tree_build_mark_stale(tree));
	lp_try(directory_remove(tree->objects));
	return copy_source(tree, tree->source, false);
}

static struct lp_error *fill_source(struct tree *tree, const char *to)
{
	if (is_directory(tree->target->source)) {
		message_progress(tree->sink, "copying %s", tree->target->source);
		lp_try(copy_source(tree, to, false));
	} else {
		lp_try(unpack_source(tree, to));
	}
	lp_try(check_source(tree, to));
	if (rename(to, tree->source))
		return lp_error_errno(errno, "can't rename %s", to);
	return NULL;
}

struct lp_error *tree_source_make(struct tree *tree)
{
	_cleanup_free_ char *partial = NULL;
	bool current;

	lp_try(tree_source_is_current(tree, &current));
	if (current)
		return NULL;
	if (is_directory(tree->source))
		return refresh_source(tree);
	lp_try(text_format(&partial, "%s.partial", tree->source));
	lp_try(directory_remove(partial));
	lp_try(cache_check_space(tree->directory, NEEDED_SPACE));
	lp_try(directory_make(partial));
	struct lp_error *error = fill_source(tree, partial);

	if (error)
		lp_error_free(directory_remove(partial));
	return error;
}
