// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_READ (64 * 1024)

/* Makes room for `capacity` bytes and the zero after them. */
static struct lp_error *blob_reserve(struct blob *blob, size_t capacity)
{
	unsigned char *data = realloc(blob->data, capacity + 1);

	if (!data)
		return lp_error_no_memory();
	blob->data = data;
	return NULL;
}

/* Reads until the end of the file or until more than `limit` bytes are there. */
static struct lp_error *read_all(int fd, const char *path, size_t limit, struct blob *blob)
{
	size_t capacity = 0;

	for (;;) {
		if (blob->size == capacity) {
			capacity = capacity ? 2 * capacity : FIRST_READ;
			lp_try(blob_reserve(blob, capacity));
		}
		ssize_t count = read(fd, blob->data + blob->size, capacity - blob->size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return lp_error_errno(errno, "can't read %s", path);
		if (!count)
			return NULL;
		blob->size += count;
		if (blob->size > limit)
			return lp_error_new(LP_INTERNAL,
					    "can't read %s: it is larger than %zu bytes", path,
					    limit);
	}
}

/* The same into *blob, which the caller frees; empty after a failure. */
static struct lp_error *read_open(int fd, const char *path, size_t limit, struct blob *blob)
{
	_cleanup_blob_ struct blob contents = {};

	lp_try(read_all(fd, path, limit, &contents));
	contents.data[contents.size] = '\0';
	blob->size = contents.size;
	blob->data = take(contents.data);
	return NULL;
}

struct lp_error *file_read(const char *path, size_t limit, struct blob *blob)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	*blob = (struct blob){};
	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	return read_open(fd, path, limit, blob);
}

struct lp_error *file_read_plain(const char *path, size_t limit, struct blob *blob)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	*blob = (struct blob){};
	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	if (fstat(fd, &status))
		return lp_error_errno(errno, "can't read %s", path);
	if (S_ISDIR(status.st_mode))
		return lp_error_errno(EISDIR, "can't read %s", path);
	if (!S_ISREG(status.st_mode))
		return lp_error_new(LP_INTERNAL, "%s: not a plain file", path);
	return read_open(fd, path, limit, blob);
}

/* "DIR/.NAME.PID" for "DIR/NAME": hidden, on the same file system, one per process. */
static char *hidden_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *hidden;

	if (asprintf(&hidden, "%.*s.%s.%d", (int)(name - path), path, name, (int)getpid()) < 0)
		return NULL;
	return hidden;
}

static int write_all(int fd, const void *data, size_t size)
{
	const char *next = data;

	while (size) {
		ssize_t count = write(fd, next, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		next += count;
		size -= count;
	}
	return 0;
}

/* Writes the bytes to a new file and brings them to the disk. Returns 0 or -errno. */
static int write_new_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 && errno == EEXIST) {
		/* Left by a process of the same number that was killed. */
		unlink(path);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	}
	if (fd < 0)
		return -errno;
	int result = write_all(fd, data, size);

	if (!result && fsync(fd))
		result = -errno;
	if (close(fd) && !result)
		result = -errno;
	if (result)
		unlink(path);
	return result;
}

/* Writes to an existing file: a device or a pipe must not be replaced by a regular file. */
static int write_in_place(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int result = write_all(fd, data, size);

	if (close(fd) && !result)
		result = -errno;
	return result;
}

struct lp_error *file_write(const char *path, const void *data, size_t size)
{
	_cleanup_free_ char *hidden = hidden_name(path);
	struct stat status;

	if (!hidden)
		return lp_error_no_memory();
	if (!stat(path, &status) && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
		int result = write_in_place(path, data, size);

		return result ? lp_error_errno(-result, "can't write %s", path) : NULL;
	}
	int result = write_new_file(hidden, data, size);

	if (!result && rename(hidden, path)) {
		result = -errno;
		unlink(hidden);
	}
	if (result)
		return lp_error_errno(-result, "can't write %s", path);
	return NULL;
}
