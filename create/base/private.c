// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/private.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/text.h"

/* As many as the kernel follows (MAXSYMLINKS in include/linux/namei.h, Linux 6.1). */
#define MAX_LINKS 40

static const char way_out[] = "Make sure that only you can write to it (chown, chmod go-w), or set "
			      "XDG_CACHE_HOME to another directory.";

static struct lp_error *others_own(const char *path, const struct stat *status)
{
	return lp_error_hint(lp_error_new(LP_INTERNAL, "%s belongs to another user (%u)", path,
					  (unsigned int)status->st_uid),
			     "%s", way_out);
}

static struct lp_error *others_write(const char *path)
{
	return lp_error_hint(lp_error_new(LP_INTERNAL, "others can write to %s", path), "%s",
			     way_out);
}

/* True if others may write: the group, or everybody. A link has no permissions of its own. */
static bool is_open(const struct stat *status)
{
	return !S_ISLNK(status->st_mode) && status->st_mode & (S_IWGRP | S_IWOTH);
}

/*
 * The owner of "/" can replace everything: root, or, in a user namespace that doesn't map root,
 * the overflow id (user_namespaces(7)). A link must nevertheless belong to root or the caller.
 */
static bool owns_root(const struct stat *status)
{
	struct stat root;

	return S_ISDIR(status->st_mode) && !stat("/", &root) && status->st_uid == root.st_uid;
}

/* One name on the path: a directory or a link. */
static struct lp_error *check_step(const char *path, const struct stat *status)
{
	if (status->st_uid && status->st_uid != geteuid() && !owns_root(status))
		return others_own(path, status);
	if (is_open(status) && !(status->st_mode & S_ISVTX))
		return others_write(path);
	return NULL;
}

/* Replaces the link `step`, after which `rest` comes, by where it leads to. */
static struct lp_error *follow(const char *step, const char *rest, char **path)
{
	char target[PATH_MAX];
	ssize_t length = readlink(step, target, sizeof(target) - 1);

	if (length < 0)
		return lp_error_errno(errno, "can't read the link %s", step);
	target[length] = '\0';
	if (*target == '/')
		return text_format(path, "%s/%s", target, rest);
	return text_format(path, "%.*s%s/%s", (int)(strrchr(step, '/') + 1 - step), step, target,
			   rest);
}

/*
 * Checks all names on the path before the last, and the last if it is a link. Stops at a link:
 * *next is the path from there, to be freed, or NULL at the end.
 */
static struct lp_error *check_until_link(const char *path, char **next)
{
	_cleanup_free_ char *step = strdup(path);
	struct stat status;

	*next = NULL;
	if (!step)
		return lp_error_no_memory();
	for (char *slash = step; (slash = strchr(slash, '/')); slash++) {
		char behind = slash[1];

		/* The root itself is "/", others end before their slash. */
		slash[slash == step] = '\0';
		if (lstat(step, &status))
			return errno == ENOENT ? NULL
					       : lp_error_errno(errno, "can't look at %s", step);
		lp_try(check_step(step, &status));
		if (S_ISLNK(status.st_mode))
			return follow(step, slash + 1, next);
		slash[slash == step] = slash == step ? behind : '/';
	}
	/* The last name may be a link, too. */
	if (lstat(step, &status) || !S_ISLNK(status.st_mode))
		return NULL;
	lp_try(check_step(step, &status));
	return follow(step, "", next);
}

struct lp_error *private_check_above(const char *path)
{
	_cleanup_free_ char *here = NULL;

	lp_try(text_format(&here, "%s", path));
	for (unsigned int links = 0; here; links++) {
		char *next = NULL;
		struct lp_error *error = links < MAX_LINKS
						 ? check_until_link(here, &next)
						 : lp_error_errno(ELOOP, "can't find %s", path);

		free(here);
		here = next;
		lp_try(error);
	}
	return NULL;
}

static struct lp_error *check_own(const char *path, const struct stat *status)
{
	if (status->st_uid != geteuid())
		return others_own(path, status);
	return is_open(status) ? others_write(path) : NULL;
}

struct lp_error *private_check(const char *path)
{
	struct stat status;

	if (lstat(path, &status))
		return errno == ENOENT ? NULL : lp_error_errno(errno, "can't look at %s", path);
	if (!S_ISDIR(status.st_mode))
		return lp_error_hint(lp_error_new(LP_INTERNAL, "%s is not a directory", path), "%s",
				     way_out);
	return check_own(path, &status);
}

struct lp_error *private_check_below(const char *path)
{
	FTS *walk = fts_open((char *const[]){(char *)path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct lp_error *error = NULL;

	if (!walk)
		return lp_error_errno(errno, "can't look at %s", path);
	for (FTSENT *entry; !error && (entry = fts_read(walk));) {
		/* Another run may remove files meanwhile. */
		if (entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR)
			continue;
		if (entry->fts_info == FTS_DNR && entry->fts_errno != ENOENT)
			error = lp_error_errno(entry->fts_errno, "can't read %s", entry->fts_path);
		else if (entry->fts_info != FTS_DP)
			error = check_own(entry->fts_path, entry->fts_statp);
	}
	fts_close(walk);
	return error;
}

bool private_is_closed(const char *path)
{
	struct stat status;

	return !lstat(path, &status) && !(status.st_mode & 077);
}
