// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/cache.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/text.h"
#include "create/base/directory.h"
#include "create/base/private.h"

static const char another_place[] =
	"Set XDG_CACHE_HOME to a directory that you can write to and that has room.";

/* Where caches go, by the XDG base directory specification. */
static struct lp_error *find_directory(char **path)
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

/*
 * The top Makefile of Linux 6.1 refuses blanks and colons; other characters are
 * special to make, to the shell, or to gcc in -Wp,-MMD,FILE and
 * -fmacro-prefix-map=OLD=NEW. Letters of any script are fine.
 */
static bool suits_kbuild(const char *path)
{
	for (; *path; path++) {
		unsigned char c = *path;

		if (!isalnum(c) && c < 0x80 && !strchr("/._-+@", c))
			return false;
	}
	return true;
}

/* Makes the directory, with access for the caller only, or uses a private one that exists. */
static struct lp_error *make_private(const char *path)
{
	lp_try(directory_make_above(path));
	if (mkdir(path, 0700) && errno != EEXIST)
		return lp_error_errno(errno, "can't make the directory %s", path);
	lp_try(private_check_above(path));
	return private_check(path);
}

static struct lp_error *use_temporary(struct cache *cache)
{
	const char *temporary = getenv("TMPDIR");
	_cleanup_free_ char *wanted = take(cache->directory);

	if (!temporary || *temporary != '/' || !suits_kbuild(temporary))
		temporary = "/var/tmp";
	lp_try(text_format(&cache->directory, "%s/lpatch-%u", temporary, (unsigned int)geteuid()));
	lp_try(lp_error_context(make_private(cache->directory),
				"kbuild can't work in %s, because of the characters in its name",
				wanted));
	message_progress(cache->sink, "keeping the cache in %s: kbuild can't work in %s",
			 cache->directory, wanted);
	return NULL;
}

/* An error that is not about permissions needs another hint. */
static struct lp_error *make_writable(const char *directory)
{
	struct lp_error *error = make_private(directory);

	if (!error && access(directory, W_OK | X_OK))
		error = lp_error_errno(errno, "can't write to %s", directory);
	return error && !error->hint ? lp_error_hint(error, "%s", another_place) : error;
}

/* The directory's real path: if it is a link, the checks are made for its target. */
static struct lp_error *resolve(struct cache *cache)
{
	char *real = realpath(cache->directory, NULL);

	if (!real && errno == ENOENT)
		return NULL;
	if (!real)
		return lp_error_errno(errno, "can't find %s", cache->directory);
	lp_try(private_check_above(cache->directory));
	free(cache->directory);
	cache->directory = real;
	return NULL;
}

static struct lp_error *open_directory(struct cache *cache)
{
	lp_try(find_directory(&cache->directory));
	lp_try(lp_error_context(resolve(cache), "no place for the cache"));
	lp_try(lp_error_context(make_writable(cache->directory), "no place for the cache"));
	lp_try(resolve(cache));
	return suits_kbuild(cache->directory) ? NULL : use_temporary(cache);
}

struct lp_error *cache_open(uint64_t limit, struct message_sink *sink, struct cache **cache)
{
	*cache = calloc(1, sizeof(**cache));
	if (!*cache)
		return lp_error_no_memory();
	**cache = (struct cache){.limit = limit, .begin = time(NULL), .sink = sink};
	struct lp_error *error = open_directory(*cache);

	if (error) {
		cache_free(*cache);
		*cache = NULL;
	}
	return error;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	free(cache->directory);
	free(cache->own);
	free(cache);
}

void cache_touch(const char *path)
{
	/* If this fails, the file only seems older. */
	if (utimensat(AT_FDCWD, path, NULL, 0))
		return;
}

struct lp_error *cache_check_space(const char *directory, uint64_t bytes)
{
	struct statvfs status;

	if (statvfs(directory, &status))
		return NULL;
	uint64_t available = (uint64_t)status.f_bavail * status.f_frsize;

	if (available >= bytes && (!status.f_files || status.f_favail))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_INTERNAL,
			     "no space left for the cache: %s is on a file system with %" PRIu64
			     " MB and %" PRIu64 " files to go, and needs %" PRIu64 " MB",
			     directory, available >> 20, (uint64_t)status.f_favail, bytes >> 20),
		"Make room there, or set XDG_CACHE_HOME to a directory elsewhere.");
}

uint64_t cache_disk_usage(const char *directory)
{
	FTS *walk = fts_open((char *const[]){(char *)directory, NULL}, FTS_PHYSICAL | FTS_NOCHDIR,
			     NULL);
	uint64_t usage = 0;

	/* Files removed meanwhile don't count. */
	for (FTSENT *entry; walk && (entry = fts_read(walk));) {
		if (entry->fts_info != FTS_DP && entry->fts_info != FTS_NS)
			usage += (uint64_t)entry->fts_statp->st_blocks * 512;
	}
	if (walk)
		fts_close(walk);
	return usage;
}
