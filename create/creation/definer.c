// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation/definer.h"

#include <ctype.h>
#include <errno.h>
#include <fts.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/arch.h"
#include "create/kbuild.h"

/* The largest source file of Linux 6.1 has 12 MB. */
#define SOURCE_LIMIT (32u << 20)

/* One search. */
struct search {
	struct tree *tree;
	const char *object, *name;
	char **where;
};

/* Directories that no kernel code comes from. */
static bool is_passed_over(const char *path)
{
	static const char *const folders[] = {"Documentation", "tools", "samples", "scripts"};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (!strcmp(path, folders[i]))
			return true;
	}
	return text_starts_with(path, "arch/") && strcmp(path, arch_folder) != 0 &&
	       !strchr(path + strlen("arch/"), '/');
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* An unindented line whose first declarable name is this one, and that is not a declaration. */
static bool defines(const char *line, size_t length, const char *name)
{
	static const char *const others[] = {"extern", "static", "#", "EXPORT_", "typedef", "/"};
	const char *at = memmem(line, length, name, strlen(name));
	const char *behind = at ? at + strlen(name) : NULL;

	if (!at || at == line || isspace((unsigned char)*line) || is_word(at[-1]) ||
	    is_word(*behind) ||
	    (memchr(line, '(', at - line) && !text_starts_with(line, "DEFINE_")))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (text_starts_with(line, others[i]))
			return false;
	}
	while (behind < line + length && *behind == ' ')
		behind++;
	return behind == line + length || strchr("=;[(,)", *behind);
}

/* The number of the line that defines it, from 1; 0 if none does. */
static int find_line(const char *text, const char *name)
{
	int number = 1;

	for (const char *line = text; *line; number++) {
		size_t length = strcspn(line, "\n");
		bool prototype = length && line[length - 1] == ';' && memchr(line, '(', length) &&
				 !text_starts_with(line, "DEFINE_");

		if (!prototype && defines(line, length, name))
			return number;
		line += length + (line[length] == '\n');
	}
	return 0;
}

/* Whether the target builds the file into the object. */
static struct lp_error *belongs(const struct search *search, const char *path, bool *found)
{
	_cleanup_(kbuild_objects_clear) struct kbuild_objects objects = {0};
	_cleanup_free_ char *directory = NULL;
	size_t count = 0;

	*found = false;
	lp_try(text_format(&directory, "%.*s", (int)(strrchr(path, '/') - path), path));
	lp_try(kbuild_objects_read(search->tree, directory, &objects));
	const struct kbuild_object *object = kbuild_objects_find(&objects, path, &count);

	for (size_t i = 0; i < count; i++) {
		const char *module = object[i].module, *base = module ? strrchr(module, '/') : NULL;

		module = base ? base + 1 : module ?: "vmlinux";
		*found |= text_same_module(module, search->object);
	}
	return NULL;
}

static struct lp_error *look_into(const struct search *search, const char *file, const char *path)
{
	_cleanup_blob_ struct blob text = {0};
	bool found;

	lp_try(file_read(file, SOURCE_LIMIT, &text));
	if (!memmem(text.data, text.size, search->name, strlen(search->name)))
		return NULL;
	int line = find_line((const char *)text.data, search->name);

	if (!line || !strchr(path, '/'))
		return NULL;
	lp_try(belongs(search, path, &found));
	return found ? text_format(search->where, "%s:%d", path, line) : NULL;
}

static struct lp_error *visit(const struct search *search, FTS *tree, FTSENT *entry)
{
	size_t root = strlen(search->tree->source);
	const char *path = entry->fts_path + root + (entry->fts_path[root] == '/');

	if (entry->fts_info == FTS_D && is_passed_over(path))
		fts_set(tree, entry, FTS_SKIP);
	if (entry->fts_info != FTS_F || !text_ends_with(path, ".c"))
		return NULL;
	return look_into(search, entry->fts_accpath, path);
}

struct lp_error *definer_find(struct tree *tree, const char *object, const char *name, char **where)
{
	const struct search search = {tree, object, name, where};
	char *const roots[] = {tree->source, NULL};
	FTS *files = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct lp_error *error = NULL;
	FTSENT *entry;

	*where = NULL;
	if (!files)
		return lp_error_errno(errno, "can't read %s", tree->source);
	while (!error && !*where && (entry = fts_read(files)))
		error = visit(&search, files, entry);
	fts_close(files);
	return error;
}
