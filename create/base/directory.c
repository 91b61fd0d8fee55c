// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/text.h"

/* Levels of directories that are removed, with a descriptor each; the kernel's source has 12. */
#define WALK_DEPTH 200

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

/*
 * Opens a directory below `parent` for reading. A source tree may have been unpacked with
 * directories that can't be read or written. Never follows a link, even if the name becomes one
 * meanwhile.
 */
static int open_directory(int parent, const char *name)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	_cleanup_close_ int fd =
		openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -1;
	/* fchmod() takes no descriptor of O_PATH (Linux 6.1). */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (chmod(path, 0700))
		return -1;
	return openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int remove_entry(int parent, const char *name, unsigned int depth);

/* Removes what is in the directory `fd`, and closes it. 0, or -1 with errno. */
static int empty_directory(int fd, unsigned int depth)
{
	_cleanup_closedir_ DIR *entries = fdopendir(fd);

	if (!entries) {
		close(fd);
		return -1;
	}
	errno = 0;
	for (struct dirent *entry; (entry = readdir(entries)); errno = 0) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (remove_entry(fd, entry->d_name, depth))
			return -1;
	}
	return errno ? -1 : 0;
}

/* Removes one entry of the directory `parent`. 0, also if another run removes it, or -1 with errno.
 */
static int remove_entry(int parent, const char *name, unsigned int depth)
{
	if (!unlinkat(parent, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return -1;
	if (!depth) {
		errno = ELOOP;
		return -1;
	}
	int fd = open_directory(parent, name);

	if ((fd < 0 || empty_directory(fd, depth - 1) || unlinkat(parent, name, AT_REMOVEDIR)) &&
	    errno != ENOENT)
		return -1;
	return 0;
}

/* A program on patched source may still run and move what is being removed. */
struct lp_error *directory_remove(const char *path)
{
	if (remove_entry(AT_FDCWD, path, WALK_DEPTH))
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
