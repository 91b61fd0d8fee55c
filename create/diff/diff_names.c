// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff_names.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "create/base/source_path.h"

/*
 * The compiler splits what -Wp, hands to the preprocessor at commas, and names of sources and
 * objects are in there. Linux 6.1 has commas in names of headers only, outside of Documentation/.
 */
static bool may_have_comma(const char *path, const char *comma)
{
	return !strchr(comma, '/') && text_ends_with(path, ".h");
}

static bool is_plain_name(const char *path)
{
	for (const char *at = path; *at; at++) {
		if (!isalnum((unsigned char)*at) && !strchr("_.,+-/", *at))
			return false;
		if (*at == '-' && (at == path || at[-1] == '/'))
			return false;
		if (*at == ',' && !may_have_comma(path, at))
			return false;
	}
	return true;
}

/* The name with control characters replaced; to be freed. */
static struct lp_error *shown_name(const char *path, char **shown)
{
	lp_try(text_format(shown, "%s", path));
	for (char *at = *shown; *at; at++) {
		if (!isprint((unsigned char)*at))
			*at = '?';
	}
	return NULL;
}

static struct lp_error *check_name(const char *path, struct text_list *reasons)
{
	_cleanup_free_ char *shown = NULL;

	if (is_plain_name(path))
		return NULL;
	lp_try(shown_name(path, &shown));
	return text_list_add(
		reasons,
		"%s: make or a shell could interpret the name; only letters, digits and \"_.+-/\" "
		"are allowed, \",\" in the names of headers, and no \"-\" at the start",
		shown);
}

struct lp_error *diff_names_check(const struct patch_set *set)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	/* That is also what one patch makes and a later one takes away. */
	for (size_t i = 0; i < set->touched.count; i++) {
		if (!source_path_aside(set->touched.items[i]))
			lp_try(check_name(set->touched.items[i], &reasons));
	}
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}

static bool is_named(const struct patch_set *set, const char *path)
{
	for (size_t i = 0; i < set->nr_changes; i++) {
		const struct file_change *change = &set->changes[i];

		if (!strcmp(change->path, path) ||
		    (change->old_path && !strcmp(change->old_path, path)))
			return true;
	}
	return text_list_contains(&set->touched, path);
}

/* True if the link leads to the file of the same name in the source. */
static struct lp_error *leads_to_source(const char *source, const char *full, const char *path,
					bool *yes)
{
	_cleanup_free_ char *wanted = NULL;
	char target[PATH_MAX];
	ssize_t length = readlink(full, target, sizeof(target) - 1);

	if (length < 0)
		return lp_error_errno(errno, "can't read the link %s", full);
	target[length] = '\0';
	lp_try(text_format(&wanted, "%s/%s", source, path));
	*yes = !strcmp(target, wanted);
	return NULL;
}

static struct lp_error *check_entry(const char *source, const char *view, const char *path,
				    const struct patch_set *set, struct text_list *below,
				    struct text_list *reasons)
{
	_cleanup_free_ char *full = NULL;
	struct stat status;
	bool ours;

	lp_try(text_format(&full, "%s/%s", view, path));
	if (lstat(full, &status))
		return lp_error_errno(errno, "can't look at %s", full);
	if (S_ISDIR(status.st_mode))
		return text_list_add(below, "%s", path);
	if (S_ISLNK(status.st_mode)) {
		lp_try(leads_to_source(source, full, path, &ours));
		return ours ? NULL
			    : text_list_add(reasons, "%s: the patch makes a symbolic link", path);
	}
	if (S_ISREG(status.st_mode) && is_named(set, path))
		return NULL;
	return text_list_add(reasons, "%s: patch(1) makes a file that the diff does not name",
			     path);
}

static struct lp_error *check_directory(const char *source, const char *view, const char *path,
					const struct patch_set *set, struct text_list *below,
					struct text_list *reasons)
{
	_cleanup_free_ char *full = NULL;

	lp_try(text_format(&full, "%s/%s", view, path));
	_cleanup_closedir_ DIR *entries = opendir(full);

	if (!entries)
		return lp_error_errno(errno, "can't read %s", full);
	for (struct dirent *entry; (entry = readdir(entries));) {
		_cleanup_free_ char *name = NULL;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		lp_try(text_format(&name, "%s%s%s", path, *path ? "/" : "", entry->d_name));
		lp_try(check_entry(source, view, name, set, below, reasons));
	}
	return NULL;
}

struct lp_error *diff_names_check_view(const char *source, const char *view,
				       const struct patch_set *set)
{
	_cleanup_text_list_ struct text_list directories = {0}, reasons = {0};

	lp_try(text_list_add(&directories, "%s", ""));
	for (size_t i = 0; i < directories.count; i++) {
		_cleanup_free_ char *path = strdup(directories.items[i]);

		if (!path)
			return lp_error_no_memory();
		lp_try(check_directory(source, view, path, set, &directories, &reasons));
	}
	return reasons.count ? patch_set_refused(&reasons) : NULL;
}
