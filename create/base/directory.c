// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "common/text.h"

/* Descriptors that nftw() may hold at once. */
#define WALK_DESCRIPTORS 32

struct lp_error *directory_make_above(const char *path)
{
	_cleanup_free_ char *above = strdup(path);

	if (!above)
		return lp_error_no_memory();
	for (char *slash = above; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (mkdir(above, 0777) && errno != EEXIST)
			return lp_error_errno(errno, "can't make the directory %s", above);
		*slash = '/';
	}
	return NULL;
}

struct lp_error *directory_make(const char *path)
{
	lp_try(directory_make_above(path));
	if (mkdir(path, 0777) && errno != EEXIST)
		return lp_error_errno(errno, "can't make the directory %s", path);
	return NULL;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)where;
	if (kind != FTW_D)
		return remove(path);
	/* A source tree may have been unpacked with directories that can't be written. */
	return chmod(path, 0700);
}

static int remove_directory(const char *path, const struct stat *status, int kind,
			    struct FTW *where)
{
	(void)status;
	(void)where;
	return kind == FTW_DP ? rmdir(path) : remove(path);
}

struct lp_error *directory_remove(const char *path)
{
	if (access(path, F_OK) && errno == ENOENT)
		return NULL;
	/* From the top down, since a directory must be writable before it can be emptied. */
	if (nftw(path, remove_entry, WALK_DESCRIPTORS, FTW_PHYS) ||
	    nftw(path, remove_directory, WALK_DESCRIPTORS, FTW_PHYS | FTW_DEPTH))
		return lp_error_errno(errno, "can't remove %s", path);
	return NULL;
}

struct lp_error *directory_copy_file(const char *from, const char *to)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (in < 0 || fstat(in, &status))
		return lp_error_errno(errno, "can't read %s", from);
	_cleanup_close_ int out =
		open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (status.st_mode & 0777) | 0600);

	if (out < 0)
		return lp_error_errno(errno, "can't write %s", to);
	for (off_t left = status.st_size; left > 0;) {
		/* Not copy_file_range(): it refuses to cross file systems on newer kernels. */
		ssize_t copied = sendfile(out, in, NULL, left);

		if (copied <= 0)
			return lp_error_errno(copied ? errno : EIO, "can't copy %s to %s", from,
					      to);
		left -= copied;
	}
	return NULL;
}
