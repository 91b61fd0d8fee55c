// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/digest.h"
#include "common/text.h"
#include "create/base/directory.h"

static struct lp_error *seal_path(const char *path, char **seal)
{
	const char *name = strrchr(path, '/') + 1;

	return text_format(seal, "%.*s.%s.sha256", (int)(name - path), path, name);
}

/* The digest of a file, "" if it doesn't exist. */
static struct lp_error *digest_file(const char *path, char digest[DIGEST_SHA256_TEXT])
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat status;

	*digest = '\0';
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &status))
		return lp_error_errno(errno, "can't read %s", path);
	if (!status.st_size) {
		digest_sha256("", 0, digest);
		return NULL;
	}
	/* Files of the cache are renamed into place and never written to. */
	void *data = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (data == MAP_FAILED)
		return lp_error_errno(errno, "can't read %s", path);
	digest_sha256(data, status.st_size, digest);
	munmap(data, status.st_size);
	return NULL;
}

/* Not by file_write(): a digest truncated by a crash only costs time. */
static struct lp_error *write_seal(const char *digest, const char *path)
{
	_cleanup_free_ char *seal = NULL;

	lp_try(seal_path(path, &seal));
	lp_try(directory_make_above(seal));
	unlink(seal);
	_cleanup_fclose_ FILE *file = fopen(seal, "wxe");

	/* Another run may have made the same at the same time. */
	if (!file && errno == EEXIST)
		return NULL;
	if (!file || fputs(digest, file) < 0 || fflush(file))
		return lp_error_errno(errno, "can't write %s", seal);
	return NULL;
}

struct lp_error *seal_bytes(const void *data, size_t size, const char *path)
{
	char digest[DIGEST_SHA256_TEXT];

	digest_sha256(data, size, digest);
	return write_seal(digest, path);
}

struct lp_error *seal_file(const char *from, const char *path)
{
	char digest[DIGEST_SHA256_TEXT];

	lp_try(digest_file(from, digest));
	return write_seal(digest, path);
}

struct lp_error *seal_check(const char *path, bool *whole)
{
	char expected[DIGEST_SHA256_TEXT] = "", digest[DIGEST_SHA256_TEXT];
	_cleanup_free_ char *seal = NULL;

	*whole = false;
	lp_try(seal_path(path, &seal));
	_cleanup_fclose_ FILE *file = fopen(seal, "re");

	if (!file || !fgets(expected, sizeof(expected), file) ||
	    strlen(expected) != sizeof(expected) - 1)
		return NULL;
	lp_try(digest_file(path, digest));
	*whole = !strcmp(expected, digest);
	return NULL;
}
