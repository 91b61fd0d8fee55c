// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/compile/compile_reads.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"

/* A dependency file names some thousand headers. */
#define DEPFILE_LIMIT (8u << 20)

/* clang assembles by itself, and has no list of what it reads for that. */
static bool has_own_assembler(const char *command)
{
	return strstr(command, " -fintegrated-as") != NULL;
}

struct lp_error *compile_reads_ask(const char *depfile, char **command)
{
	_cleanup_free_ char *old = NULL, *all = NULL, *from = NULL, *to = NULL;

	lp_try(text_format(&from, "-MMD,%s", depfile));
	lp_try(text_format(&to, has_own_assembler(*command) ? "-MD,%s" : "-MD,%s -Wa,--MD,%s.as",
			   depfile, depfile));
	lp_try(text_replace(&all, *command, from, to));
	old = take(*command);
	return text_format(command, "export CCACHE_DISABLE=1; %s", all);
}

/* Adds the real paths of the directories that the command has the compiler search. */
static struct lp_error *add_search_path(const char *command, const char *option,
					struct text_list *roots)
{
	for (const char *at = command; (at = strstr(at, option)); at++) {
		_cleanup_free_ char *name = NULL;
		char real[PATH_MAX];
		const char *begin = at + strlen(option);

		begin += *begin == ' ';
		lp_try(text_format(&name, "%.*s", (int)strcspn(begin, " "), begin));
		if (*name == '/' && realpath(name, real) && strcmp(real, "/") != 0)
			lp_try(text_list_add(roots, "%s", real));
	}
	return NULL;
}

static struct lp_error *find_roots(const struct tree *tree, const char *trusted,
				   struct text_list *roots)
{
	const char *const own[] = {tree->source, tree->build, tree->work};
	char real[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (!realpath(own[i], real))
			return lp_error_errno(errno, "can't look at %s", own[i]);
		lp_try(text_list_add(roots, "%s", real));
	}
	lp_try(add_search_path(trusted, " -isystem", roots));
	return add_search_path(trusted, " -I", roots);
}

static bool is_below(const struct text_list *roots, const char *real)
{
	for (size_t i = 0; i < roots->count; i++) {
		if (text_starts_with(real, roots->items[i]) && real[strlen(roots->items[i])] == '/')
			return true;
	}
	return false;
}

static struct lp_error *refuse(const char *path, const char *name)
{
	_cleanup_text_list_ struct text_list reasons = {0};

	lp_try(text_list_add(&reasons,
			     "%s: it makes the compiler read %s, which is not part of the source",
			     path, name));
	return patch_set_refused(&reasons);
}

static struct lp_error *check_name(const struct tree *tree, const char *path, const char *name,
				   const struct text_list *roots)
{
	_cleanup_free_ char *full = NULL;
	char real[PATH_MAX];

	lp_try(text_format(&full, "%s%s%s", *name == '/' ? "" : tree->build,
			   *name == '/' ? "" : "/", name));
	/*
	 * A name without a file was not read: one from #line, which gcc passes
	 * to the assembler, or the compiler's temporary file.
	 */
	if (!realpath(full, real))
		return errno == ENOENT || errno == ENOTDIR ? NULL : refuse(path, name);
	return is_below(roots, real) ? NULL : refuse(path, name);
}

/* "object.o: one.c two.h \" and rules like that; blanks in names have a backslash before them. */
static struct lp_error *check_rule(const struct tree *tree, const char *path, char *text,
				   const struct text_list *roots)
{
	char *at = strchr(text, ':');

	for (at = at ? at + 1 : text + strlen(text); *at;) {
		char *name, *out;

		at += strspn(at, " \t\n");
		if (at[0] == '\\' && at[1] == '\n') {
			at += 2;
			continue;
		}
		for (name = out = at; *at && !strchr(" \t\n", *at); at++) {
			if ((at[0] == '\\' && strchr(" \t#\\", at[1]) && at[1]) ||
			    (at[0] == '$' && at[1] == '$'))
				at++;
			*out++ = *at;
		}
		bool more = *at != '\0';

		*out = '\0';
		at += more;
		/* Further rules, one for each header with -MP, have nothing new. */
		if (out > name && out[-1] == ':')
			return NULL;
		if (out > name)
			lp_try(check_name(tree, path, name, roots));
	}
	return NULL;
}

static struct lp_error *check_depfile(const struct tree *tree, const char *path,
				      const char *depfile, const struct text_list *roots)
{
	_cleanup_blob_ struct blob text = {0};

	if (access(depfile, R_OK))
		return lp_error_hint(
			lp_error_new(LP_BUILD_FAILED,
				     "the compiler did not list the files that it read for %s",
				     path),
			"No file outside of the source may become part of an update. Does a "
			"compiler wrapper cache results?");
	lp_try(file_read(depfile, DEPFILE_LIMIT, &text));
	return check_rule(tree, path, (char *)text.data, roots);
}

struct lp_error *compile_reads_check(const struct tree *tree, const char *path, const char *depfile,
				     const char *trusted)
{
	_cleanup_text_list_ struct text_list roots = {0};
	_cleanup_free_ char *assembler = NULL;

	lp_try(find_roots(tree, trusted, &roots));
	lp_try(check_depfile(tree, path, depfile, &roots));
	if (has_own_assembler(trusted))
		return NULL;
	lp_try(text_format(&assembler, "%s.as", depfile));
	return check_depfile(tree, path, assembler, &roots);
}
