// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/persist.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/bundle.h"

#define PREFIX  "lpatch-"
#define MARKER  "boot-not-finished"
#define DISABLE "lpatch.disable"

#define MARKER_TEXT                                                  \
	"Updates were applied at a boot that is not complete yet.\n" \
	"While this file is there, lpatch.service applies nothing at boot.\n"

/* Where the bundles for the running kernel are. */
static struct lp_error *folder_of(const struct host *host, char **folder)
{
	struct utsname running;

	if (uname(&running))
		return lp_error_errno(errno, "uname");
	return text_format(folder, "%s/%s", host->store, running.release);
}

static struct lp_error *path_of(const struct host *host, const char *name, char **path)
{
	_cleanup_free_ char *folder = NULL;

	lp_try(folder_of(host, &folder));
	return text_format(path, "%s/%s", folder, name);
}

static struct lp_error *bundle_path(const struct host *host, const char *id, char **path)
{
	_cleanup_free_ char *name = bundle_name(id);

	return name ? path_of(host, name, path) : lp_error_no_memory();
}

/* Creates a folder that only root can read, unless it exists. */
static struct lp_error *make_folder(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return lp_error_errno(errno, "can't make %s", path);
	return NULL;
}

static struct lp_error *sync_folder(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd))
		return lp_error_errno(errno, "can't write %s to the disk", path);
	return NULL;
}

/* Writes a file to the folder of the running kernel, and syncs both to the disk. */
static struct lp_error *put_file(const struct host *host, const char *path, const void *data,
				 size_t size)
{
	_cleanup_free_ char *folder = NULL;

	lp_try(folder_of(host, &folder));
	lp_try(make_folder(host->store));
	lp_try(make_folder(folder));
	lp_try(file_write(path, data, size));
	return sync_folder(folder);
}

/* Removes a file and syncs the folder; *was_there says whether it existed. */
static struct lp_error *remove_file(const struct host *host, const char *path, bool *was_there)
{
	_cleanup_free_ char *folder = NULL;

	*was_there = !unlink(path);
	if (!*was_there && errno != ENOENT)
		return lp_error_errno(errno, "can't remove %s", path);
	if (!*was_there)
		return NULL;
	lp_try(folder_of(host, &folder));
	return sync_folder(folder);
}

struct lp_error *persist_save(const struct host *host, const char *id, const struct blob *file)
{
	_cleanup_free_ char *path = NULL;

	lp_try(bundle_path(host, id, &path));
	return put_file(host, path, file->data, file->size);
}

struct lp_error *persist_forget(const struct host *host, const char *id, bool *was_kept)
{
	_cleanup_free_ char *path = NULL;

	lp_try(bundle_path(host, id, &path));
	return remove_file(host, path, was_kept);
}

struct lp_error *persist_id(const char *path, char **id)
{
	const char *slash = strrchr(path, '/');
	const char *name = (slash ? slash + 1 : path) + strlen(PREFIX);

	return text_format(id, "%.*s", (int)(strlen(name) - strlen(BUNDLE_SUFFIX)), name);
}

bool persist_is_kept(const struct host *host, const char *id)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_error_ struct lp_error *error = bundle_path(host, id, &path);

	return !error && !access(path, F_OK);
}

static int compare_times(const void *left, const void *right)
{
	const char *const *paths[] = {left, right};
	struct stat status[2] = {};

	for (int i = 0; i < 2; i++)
		(void)!stat(*paths[i], &status[i]);
	const struct timespec *a = &status[0].st_mtim, *b = &status[1].st_mtim;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	if (a->tv_nsec != b->tv_nsec)
		return a->tv_nsec < b->tv_nsec ? -1 : 1;
	return strcmp(*paths[0], *paths[1]);
}

struct lp_error *persist_list(const struct host *host, struct text_list *paths)
{
	_cleanup_free_ char *folder = NULL;

	lp_try(folder_of(host, &folder));
	_cleanup_closedir_ DIR *directory = opendir(folder);
	struct dirent *entry;

	if (!directory && errno == ENOENT)
		return NULL;
	if (!directory)
		return lp_error_errno(errno, "can't read %s", folder);
	while ((entry = readdir(directory))) {
		if (text_starts_with(entry->d_name, PREFIX) &&
		    text_ends_with(entry->d_name, BUNDLE_SUFFIX))
			lp_try(text_list_add(paths, "%s/%s", folder, entry->d_name));
	}
	if (paths->count)
		qsort(paths->items, paths->count, sizeof(*paths->items), compare_times);
	return NULL;
}

/* Boots ----------------------------------------------------------------------- */

/* True if the kernel command line has the word. */
static struct lp_error *is_on_command_line(const struct host *host, const char *word, bool *found)
{
	_cleanup_free_ char *line = NULL;
	char *rest, *part;

	*found = false;
	lp_try(host_read_line(host->proc, "cmdline", &line));
	rest = line;
	while (rest && (part = strsep(&rest, " \t")))
		*found |= !strcmp(part, word);
	return NULL;
}

struct lp_error *persist_marker(const struct host *host, char **path)
{
	return path_of(host, MARKER, path);
}

struct lp_error *persist_disabled(const struct host *host, char **reason)
{
	_cleanup_free_ char *marker = NULL;
	bool disabled;

	*reason = NULL;
	lp_try(is_on_command_line(host, DISABLE, &disabled));
	if (disabled)
		return text_format(reason, DISABLE " is on the kernel command line");
	lp_try(persist_marker(host, &marker));
	if (access(marker, F_OK))
		return NULL;
	return text_format(reason, "the last boot that applied updates was not completed (%s)",
			   marker);
}

struct lp_error *persist_begin_boot(const struct host *host)
{
	_cleanup_free_ char *marker = NULL;

	lp_try(persist_marker(host, &marker));
	return put_file(host, marker, MARKER_TEXT, strlen(MARKER_TEXT));
}

struct lp_error *persist_end_boot(const struct host *host)
{
	_cleanup_free_ char *marker = NULL;
	bool was_there;

	lp_try(persist_marker(host, &marker));
	return remove_file(host, marker, &was_there);
}
