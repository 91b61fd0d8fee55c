// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/git_repository.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "create/base/directory.h"

/* Of a file that names a directory, a single reference or all packed ones, in bytes. */
#define LINE_LIMIT 65536

extern char **environ;

/* Where the parts of a repository are (gitrepository-layout(5)). */
struct parts {
	char *own;    /* the directory of this working tree: HEAD */
	char *common; /* that of all working trees: refs, objects, config */
	char *objects;
};

static void parts_clear(struct parts *parts)
{
	free(parts->own);
	free(parts->common);
	free(parts->objects);
}

/* Finding it ------------------------------------------------------------------ */

/* Sets *exists to whether "DIRECTORY/NAME" is of that kind (S_IFDIR, S_IFREG). */
static struct lp_error *is_there(const char *directory, const char *name, mode_t kind, bool *exists)
{
	_cleanup_free_ char *path = NULL;
	struct stat status;

	lp_try(text_format(&path, "%s/%s", directory, name));
	*exists = !stat(path, &status) && (status.st_mode & S_IFMT) == kind;
	return NULL;
}

/* The path in the file "DIRECTORY/NAME", after `prefix`; relative ones start at `directory`. */
static struct lp_error *read_path(const char *directory, const char *name, const char *prefix,
				  char **path)
{
	_cleanup_free_ char *file = NULL, *joined = NULL;
	_cleanup_blob_ struct blob text = {0};

	lp_try(text_format(&file, "%s/%s", directory, name));
	lp_try(file_read(file, LINE_LIMIT, &text));
	char *line = (char *)text.data;

	for (size_t length = strlen(line); length && strchr("\r\n", line[length - 1]);)
		line[--length] = '\0';
	if (!text_starts_with(line, prefix))
		return lp_error_new(LP_USAGE, "%s is damaged", file);
	line += strlen(prefix);
	if (*line == '/')
		lp_try(text_format(&joined, "%s", line));
	else
		lp_try(text_format(&joined, "%s/%s", directory, line));
	*path = realpath(joined, NULL);
	return *path ? NULL : lp_error_new(LP_USAGE, "%s names %s, which is not there", file, line);
}

/* True for a directory that is a repository by itself. */
static struct lp_error *is_bare(const char *directory, bool *bare)
{
	bool head, refs, objects;

	lp_try(is_there(directory, "HEAD", S_IFREG, &head));
	lp_try(is_there(directory, "refs", S_IFDIR, &refs));
	lp_try(is_there(directory, "objects", S_IFDIR, &objects));
	*bare = head && refs && objects;
	return NULL;
}

/* Sets *own if the directory is the top of a working tree, or a repository without one. */
static struct lp_error *look_in(const char *directory, char **own)
{
	bool is_directory, is_file, bare;

	lp_try(is_there(directory, ".git", S_IFDIR, &is_directory));
	if (is_directory)
		return text_format(own, "%s/.git", directory);
	lp_try(is_there(directory, ".git", S_IFREG, &is_file));
	if (is_file)
		return read_path(directory, ".git", "gitdir: ", own);
	lp_try(is_bare(directory, &bare));
	return bare ? text_format(own, "%s", directory) : NULL;
}

static struct lp_error *find_own(const char *directory, char **own)
{
	_cleanup_free_ char *path = realpath(directory ?: ".", NULL);

	if (!path)
		return lp_error_errno(errno, "can't find %s", directory ?: "the current directory");
	_cleanup_free_ char *from = NULL;

	lp_try(text_format(&from, "%s", path));
	for (;;) {
		lp_try(look_in(path, own));
		if (*own)
			return NULL;
		char *slash = strrchr(path, '/');

		if (!slash || !slash[1])
			break;
		slash[slash == path] = '\0';
	}
	return lp_error_new(LP_USAGE, "%s is not in a git repository", from);
}

/* The owner of a repository controls its contents. */
static struct lp_error *check_owner(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return lp_error_errno(errno, "can't read %s", path);
	if (!status.st_uid || status.st_uid == geteuid())
		return NULL;
	return lp_error_hint(lp_error_new(LP_USAGE, "%s belongs to another user (%u)", path,
					  (unsigned int)status.st_uid),
			     "Look at what is in the repository, and use a clone of your own.");
}

static struct lp_error *find_parts(const char *directory, struct parts *parts)
{
	_cleanup_free_ char *refs = NULL;
	bool is_linked;

	lp_try(find_own(directory, &parts->own));
	lp_try(is_there(parts->own, "commondir", S_IFREG, &is_linked));
	lp_try(is_linked ? read_path(parts->own, "commondir", "", &parts->common)
			 : text_format(&parts->common, "%s", parts->own));
	lp_try(text_format(&parts->objects, "%s/objects", parts->common));
	lp_try(text_format(&refs, "%s/refs", parts->common));
	lp_try(check_owner(parts->own));
	lp_try(check_owner(parts->common));
	lp_try(check_owner(refs));
	return check_owner(parts->objects);
}

/* Ours ------------------------------------------------------------------------ */

/* The caller's environment without git's variables, and with those that exclude configuration. */
static struct lp_error *make_environment(const struct parts *parts,
					 struct git_repository *repository)
{
	static const char *const fixed[] = {
		"GIT_CONFIG_NOSYSTEM=1",       "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1",    "GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=",         "GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0",        "GIT_PAGER=cat",
	};
	struct text_list *list = &repository->environment;

	for (char **variable = environ; *variable; variable++) {
		if (!text_starts_with(*variable, "GIT_"))
			lp_try(text_list_add(list, "%s", *variable));
	}
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		lp_try(text_list_add(list, "%s", fixed[i]));
	lp_try(text_list_add(list, "GIT_DIR=%s", repository->plain));
	return text_list_add(list, "GIT_OBJECT_DIRECTORY=%s", parts->objects);
}

/* Makes "PLAIN/NAME" a link to "DIRECTORY/NAME", if that is there. */
static struct lp_error *link_part(const struct git_repository *repository, const char *directory,
				  const char *name)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	lp_try(text_format(&from, "%s/%s", repository->plain, name));
	lp_try(text_format(&to, "%s/%s", directory, name));
	if (access(to, F_OK))
		return NULL;
	return symlink(to, from) ? lp_error_errno(errno, "can't make the link %s", from) : NULL;
}

static struct lp_error *write_part(const struct git_repository *repository, const char *name,
				   const void *text, size_t size)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/%s", repository->plain, name));
	return file_write(path, text, size);
}

/* A reference of the working tree by itself; a file there and not a link, which git would change.
 */
static struct lp_error *copy_reference(const struct git_repository *repository,
				       const struct parts *parts, const char *name)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {0};
	bool exists;

	lp_try(is_there(parts->own, name, S_IFREG, &exists));
	if (!exists)
		return NULL;
	lp_try(text_format(&path, "%s/%s", parts->own, name));
	lp_try(file_read(path, LINE_LIMIT, &text));
	return write_part(repository, name, text.data, text.size);
}

/* The reflogs, for `name@{1}` and `@{yesterday}`. */
static struct lp_error *link_logs(const struct git_repository *repository,
				  const struct parts *parts)
{
	_cleanup_free_ char *logs = NULL;

	lp_try(text_format(&logs, "%s/logs", repository->plain));
	if (mkdir(logs, 0700))
		return lp_error_errno(errno, "can't make the directory %s", logs);
	lp_try(link_part(repository, parts->own, "logs/HEAD"));
	return link_part(repository, parts->common, "logs/refs");
}

/*
 * The only setting that is needed to read objects: the digest of their names. git reads
 * that one line, and nothing that the file includes. Empty for SHA-1.
 */
static struct lp_error *read_format(const struct git_repository *repository,
				    const struct parts *parts, char **format)
{
	_cleanup_free_ char *config = NULL, *output = NULL;
	bool exists;
	int status;

	lp_try(text_format(&config, "%s/config", parts->common));
	lp_try(text_format(&output, "%s/format", repository->plain));
	lp_try(is_there(parts->common, "config", S_IFREG, &exists));
	struct process git = {
		.argv = (const char *const[]){"git", "config", "--no-includes", "--file", config,
					      "--get", "extensions.objectFormat", NULL},
		.directory = repository->plain,
		.environment = (const char *const *)repository->environment.items,
		.output = output,
		.errors = "/dev/null",
	};

	if (exists)
		lp_try(process_run(&git, &status));
	*format = process_output(output, LINE_LIMIT);
	return *format ? NULL : lp_error_no_memory();
}

/* Our config. Files that only speed git up may contradict the objects, and are not used. */
static struct lp_error *write_config(const struct git_repository *repository, bool sha256)
{
	_cleanup_free_ char *config = NULL;

	lp_try(text_format(&config,
			   "[core]\n\trepositoryFormatVersion = %d\n\tbare = true\n"
			   "\tattributesFile = /dev/null\n\texcludesFile = /dev/null\n"
			   "\thooksPath = /dev/null\n\tcommitGraph = false\n"
			   "\tmultiPackIndex = false\n%s",
			   sha256, sha256 ? "[extensions]\n\tobjectFormat = sha256\n" : ""));
	return write_part(repository, "config", config, strlen(config));
}

static struct lp_error *fill_plain(const struct parts *parts, struct git_repository *repository)
{
	static const char *const references[] = {"HEAD", "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD",
						 "CHERRY_PICK_HEAD"};
	_cleanup_free_ char *format = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		lp_try(copy_reference(repository, parts, references[i]));
	lp_try(link_part(repository, parts->common, "refs"));
	lp_try(link_part(repository, parts->common, "packed-refs"));
	lp_try(link_logs(repository, parts));
	lp_try(write_config(repository, false));
	lp_try(read_format(repository, parts, &format));
	return strcasecmp(format, "sha256\n") ? NULL : write_config(repository, true);
}

static struct lp_error *make_plain(struct git_repository *repository)
{
	const char *temporary = getenv("TMPDIR");

	lp_try(text_format(&repository->plain, "%s/lpatch-git-XXXXXX",
			   temporary && *temporary == '/' ? temporary : "/tmp"));
	if (mkdtemp(repository->plain))
		return NULL;
	struct lp_error *error =
		lp_error_errno(errno, "can't make a directory like %s", repository->plain);

	free(take(repository->plain));
	return error;
}

struct lp_error *git_repository_open(const char *directory, struct git_repository *repository)
{
	_cleanup_(parts_clear) struct parts parts = {0};

	*repository = (struct git_repository){0};
	lp_try(find_parts(directory, &parts));
	lp_try(make_plain(repository));
	lp_try(make_environment(&parts, repository));
	return fill_plain(&parts, repository);
}

void git_repository_close(struct git_repository *repository)
{
	if (repository->plain)
		lp_error_free(directory_remove(repository->plain));
	free(repository->plain);
	text_list_clear(&repository->environment);
	*repository = (struct git_repository){0};
}
