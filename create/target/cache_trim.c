// SPDX-License-Identifier: GPL-2.0-or-later
/* What is removed when the cache is too large, and in which order. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/text.h"
#include "create/base/directory.h"
#include "create/base/lock.h"
#include "create/target/cache.h"

/* Seconds after which a scratch file counts as abandoned. */
#define SCRATCH_AGE 3600

/* Something that can be removed: a working copy, a kernel image, an object. */
struct item {
	char *path;
	bool is_target; /* a directory with a lock */
	time_t used;
	uint64_t size; /* bytes on the disk */
};

struct items {
	struct item *items;
	size_t count;
	uint64_t size; /* of all */
};

static void items_clear(struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		free(items->items[i].path);
	free(items->items);
}

static struct lp_error *items_add(struct items *items, const struct item *item)
{
	struct item *more = reallocarray(items->items, items->count + 1, sizeof(*more));

	if (!more)
		return lp_error_no_memory();
	items->items = more;
	more[items->count] = *item;
	more[items->count].path = strdup(item->path);
	if (!more[items->count].path)
		return lp_error_no_memory();
	items->count++;
	items->size += item->size;
	return NULL;
}

static int compare_use(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	return a->used < b->used ? -1 : a->used > b->used;
}

static void items_sort(struct items *items)
{
	if (items->count)
		qsort(items->items, items->count, sizeof(*items->items), compare_use);
}

/* The size of source/ and build/ in bytes, from the run that made them; 0 if not known. */
static uint64_t recorded_size(const char *target)
{
	_cleanup_free_ char *path = NULL;
	struct lp_error *error = text_format(&path, "%s/size", target);
	uint64_t size = 0;

	lp_error_free(error);
	_cleanup_fclose_ FILE *file = error ? NULL : fopen(path, "r");

	if (file && fscanf(file, "%" SCNu64, &size) != 1)
		return 0;
	return size;
}

/* The rest of a working copy is small, except the objects that headers reach. */
static uint64_t target_size(const char *target)
{
	static const char *const others[] = {"objects", "core"};
	uint64_t size = recorded_size(target);

	if (!size)
		return cache_disk_usage(target);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		_cleanup_free_ char *path = NULL;
		struct lp_error *error = text_format(&path, "%s/%s", target, others[i]);

		if (!error)
			size += cache_disk_usage(path);
		lp_error_free(error);
	}
	return size;
}

/* Working copies: the directories with a lock. */
static struct lp_error *list_target(const char *path, struct items *items)
{
	_cleanup_free_ char *lock = NULL;
	struct stat status;

	lp_try(text_format(&lock, "%s/lock", path));
	if (stat(lock, &status))
		return NULL;
	return items_add(items, &(struct item){
					.path = (char *)path,
					.is_target = true,
					.used = status.st_mtime,
					.size = target_size(path),
				});
}

/* Adds the files below the directory, hidden ones only if they are wanted. */
static struct lp_error *list_files(const char *directory, bool hidden, struct items *items)
{
	FTS *walk = fts_open((char *const[]){(char *)directory, NULL}, FTS_PHYSICAL | FTS_NOCHDIR,
			     NULL);
	struct lp_error *error = NULL;

	for (FTSENT *entry; walk && !error && (entry = fts_read(walk));) {
		const struct stat *status = entry->fts_statp;

		if (!hidden && entry->fts_name[0] == '.' && entry->fts_level > 0)
			fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F)
			error = items_add(items, &(struct item){
							 .path = entry->fts_path,
							 .used = status->st_mtime,
							 .size = status->st_blocks * 512,
						 });
	}
	if (walk)
		fts_close(walk);
	return error;
}

/* Another run may remove it, too; if anything stays, the next run finds it. */
static void remove_aside(const char *path)
{
	lp_error_free(directory_remove(path));
}

/* Scratch files exist only for a moment; an old one was left by a killed run. */
static void remove_scratch(const struct cache *cache, const char *path)
{
	struct stat status;

	if (!stat(path, &status) && status.st_mtime < cache->begin - SCRATCH_AGE)
		unlink(path);
}

static struct lp_error *list_cache(const struct cache *cache, struct items *items)
{
	_cleanup_closedir_ DIR *entries = opendir(cache->directory);
	_cleanup_free_ char *images = NULL;

	if (!entries)
		return lp_error_errno(errno, "can't read %s", cache->directory);
	for (struct dirent *entry; (entry = readdir(entries));) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/%s", cache->directory, entry->d_name));
		if (text_starts_with(entry->d_name, ".evicted-"))
			remove_aside(path);
		else if (text_starts_with(entry->d_name, ".compiler-"))
			remove_scratch(cache, path);
		else if (entry->d_name[0] != '.')
			lp_try(list_target(path, items));
	}
	lp_try(text_format(&images, "%s/images", cache->directory));
	/* A hidden one was left by a killed run. */
	return list_files(images, true, items);
}

/*
 * Removes an unused working copy. It is renamed first: a run that waits for its
 * lock then sees that it is gone, and a new run makes a new one.
 */
static struct lp_error *evict_target(const struct cache *cache, const struct item *item, bool *gone)
{
	_cleanup_free_ char *path = NULL, *aside = NULL;
	_cleanup_close_ int lock = -1;

	lp_try(text_format(&path, "%s/lock", item->path));
	lp_try(lock_open(path, &lock));
	*gone = lock_try(lock) && lock_is_at(lock, path);
	if (!*gone)
		return NULL;
	lp_try(text_format(&aside, "%s/.evicted-%s-%d", cache->directory,
			   strrchr(item->path, '/') + 1, (int)getpid()));
	if (rename(item->path, aside))
		return lp_error_errno(errno, "can't rename %s", item->path);
	message_verbose(cache->sink, "evicted from the cache: %s, %" PRIu64 " MB", item->path,
			item->size >> 20);
	remove_aside(aside);
	return NULL;
}

/* An image is mapped by the runs that use it, and may be removed. */
static struct lp_error *evict(const struct cache *cache, const struct item *item, bool *gone)
{
	if (item->is_target)
		return evict_target(cache, item, gone);
	*gone = !unlink(item->path) || errno == ENOENT;
	return *gone ? NULL : lp_error_errno(errno, "can't remove %s", item->path);
}

/* Files that this run has used are not older than the run. */
static bool is_own(const struct cache *cache, const struct item *item)
{
	if (item->is_target)
		return cache->own && !strcmp(cache->own, item->path);
	return item->used >= cache->begin;
}

static struct lp_error *evict_oldest(const struct cache *cache, struct items *items)
{
	items_sort(items);
	for (size_t i = 0; i < items->count && items->size > cache->limit; i++) {
		bool gone = false;

		if (is_own(cache, &items->items[i]))
			continue;
		lp_try(evict(cache, &items->items[i], &gone));
		if (gone)
			items->size -= items->items[i].size;
	}
	return NULL;
}

/* The objects of our own working copy, if no other run uses them. */
static struct lp_error *evict_objects(const struct cache *cache, uint64_t excess)
{
	_cleanup_(items_clear) struct items items = {0};
	_cleanup_free_ char *path = NULL, *objects = NULL;
	_cleanup_close_ int lock = -1;
	uint64_t freed = 0;

	lp_try(text_format(&path, "%s/lock", cache->own));
	lp_try(text_format(&objects, "%s/objects", cache->own));
	lp_try(lock_open(path, &lock));
	if (!lock_try(lock))
		return NULL;
	/* Hidden ones are small, and what the rest is found by. */
	lp_try(list_files(objects, false, &items));
	items_sort(&items);
	for (size_t i = 0; i < items.count && freed < excess; i++) {
		const struct item *item = &items.items[i];

		if (!is_own(cache, item) && !unlink(item->path))
			freed += item->size;
	}
	message_verbose(cache->sink, "evicted from the cache: %" PRIu64 " MB of objects",
			freed >> 20);
	return NULL;
}

struct lp_error *cache_trim(const struct cache *cache)
{
	_cleanup_(items_clear) struct items items = {0};

	lp_try(list_cache(cache, &items));
	if (items.size <= cache->limit)
		return NULL;
	lp_try(evict_oldest(cache, &items));
	if (items.size <= cache->limit || !cache->own)
		return NULL;
	return evict_objects(cache, items.size - cache->limit);
}
