// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/sandbox_view.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "create/base/directory.h"
#include "create/base/program_path.h"
#include "create/base/source_path.h"

/* The system's programs and libraries; links, as /bin to usr/bin, stay links. */
static const char *const system_directories[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/gnu",
};

/* Files that programs read there; none is secret. */
static const char *const configuration[] = {
	"/etc/alternatives", "/etc/ccache.conf",  "/etc/debian_version", "/etc/distcc",
	"/etc/group",        "/etc/hosts",        "/etc/icecc",          "/etc/ld.so.cache",
	"/etc/ld.so.conf",   "/etc/ld.so.conf.d", "/etc/nsswitch.conf",  "/etc/os-release",
	"/etc/passwd",       "/etc/perl",         "/etc/resolv.conf",    "/etc/ssl/openssl.cnf",
};

static struct lp_error *add_three(struct text_list *argv, const char *option, const char *from,
				  const char *to)
{
	lp_try(text_list_add(argv, "%s", option));
	lp_try(text_list_add(argv, "%s", from));
	return text_list_add(argv, "%s", to);
}

/* Missing or inaccessible directories aren't needed: PATH may have root's directories. */
static struct lp_error *show(struct text_list *argv, const char *path)
{
	if (access(path, F_OK))
		return NULL;
	return add_three(argv, "--ro-bind-try", path, path);
}

static struct lp_error *show_system(struct text_list *argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_directories); i++) {
		const char *path = system_directories[i];
		char target[PATH_MAX];
		ssize_t length = readlink(path, target, sizeof(target) - 1);

		if (length < 0) {
			lp_try(show(argv, path));
			continue;
		}
		target[length] = '\0';
		lp_try(add_three(argv, "--symlink", target, path));
	}
	for (size_t i = 0; i < ARRAY_SIZE(configuration); i++)
		lp_try(show(argv, configuration[i]));
	lp_try(add_three(argv, "--ro-bind", "/proc", "/proc"));
	lp_try(text_list_add_words(argv, "--dev /dev --tmpfs /tmp"));
	return NULL;
}

/* True if the path is, or is below, one of the system's directories. */
static bool is_system(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_directories); i++) {
		size_t length = strlen(system_directories[i]);

		if (!strncmp(path, system_directories[i], length) &&
		    (!path[length] || path[length] == '/'))
			return true;
	}
	return false;
}

/* True if the user's home directory is, or is below, the path. */
static bool has_home(const char *path)
{
	const char *home = getenv("HOME");
	char real[PATH_MAX];
	size_t length = strlen(path);

	return length <= 1 || (home && realpath(home, real) && !strncmp(real, path, length) &&
			       (!real[length] || real[length] == '/'));
}

static struct lp_error *show_program_path(struct text_list *argv)
{
	const char *path = getenv("PATH");

	for (const char *at = path ?: ""; *at;) {
		_cleanup_free_ char *directory = NULL;
		size_t length = strcspn(at, ":");

		lp_try(text_format(&directory, "%.*s", (int)length, at));
		if (*directory == '/' && !is_system(directory) && !has_home(directory))
			lp_try(show(argv, directory));
		at += length + (at[length] == ':');
	}
	return NULL;
}

/* A compiler in DIR/bin also needs the rest of DIR, unless DIR is not only the compiler's. */
static struct lp_error *show_compiler(struct text_list *argv, const char *word)
{
	char real[PATH_MAX];

	lp_try(program_path(word, real));
	if (*word == '/')
		lp_try(show(argv, word));
	if (!*real || is_system(real))
		return NULL;
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(real, '/');

		if (up && strcmp(slash, "/bin") != 0)
			break;
		*slash = '\0';
		if (has_home(real)) {
			*slash = '/';
			break;
		}
	}
	return show(argv, real);
}

/* Whether the word leads to the program of that name, perhaps by a link: ccache's is "gcc". */
static struct lp_error *is_program(const char *word, const char *name, bool *yes)
{
	char real[PATH_MAX];

	lp_try(program_path(word, real));
	*yes = !strcmp(word + source_path_base(word), name) ||
	       !strcmp(real + source_path_base(real), name);
	return NULL;
}

static struct lp_error *let_write(struct text_list *argv, const char *directory)
{
	struct stat status;

	if (stat(directory, &status) || !S_ISDIR(status.st_mode))
		return NULL;
	return add_three(argv, "--bind", directory, directory);
}

/* An empty directory of the sandbox, in place of one that exists. */
static struct lp_error *hide(struct text_list *argv, const char *directory)
{
	struct stat status;

	if (stat(directory, &status) || !S_ISDIR(status.st_mode))
		return NULL;
	lp_try(text_list_add(argv, "--tmpfs"));
	return text_list_add(argv, "%s", directory);
}

/* A directory for which there is a variable, and else one below another variable's. */
static struct lp_error *find_state(const char *variable, const char *base, const char *below,
				   char **directory)
{
	if (variable && getenv(variable))
		return text_format(directory, "%s", getenv(variable));
	return text_format(directory, "%s/%s", getenv(base) ?: "/nonexistent", below);
}

/* What ccache keeps is used by later runs: only for programs on untouched source. */
static struct lp_error *show_ccache(const struct sandbox_request *request, struct text_list *argv)
{
	static const char *const places[][3] = {
		{"CCACHE_DIR", "XDG_CACHE_HOME", "ccache"},
		{NULL, "HOME", ".cache/ccache"},
		{NULL, "HOME", ".ccache"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *directory = NULL;

		lp_try(find_state(places[i][0], places[i][1], places[i][2], &directory));
		lp_try(request->output ? hide(argv, directory) : let_write(argv, directory));
	}
	return NULL;
}

/* distcc reads there which hosts there are. What it writes are its locks, which the run shares. */
static struct lp_error *show_distcc(struct text_list *argv)
{
	_cleanup_free_ char *directory = NULL, *hosts = NULL;

	lp_try(find_state("DISTCC_DIR", "HOME", ".distcc", &directory));
	lp_try(hide(argv, directory));
	lp_try(text_format(&hosts, "%s/hosts", directory));
	return show(argv, hosts);
}

/* The directories of ccache and distcc. */
static struct lp_error *show_wrapper(const struct sandbox_request *request, const char *word,
				     struct text_list *argv)
{
	bool ccache, distcc;

	lp_try(is_program(word, "ccache", &ccache));
	lp_try(is_program(word, "distcc", &distcc));
	if (ccache)
		lp_try(show_ccache(request, argv));
	return distcc ? show_distcc(argv) : NULL;
}

/* The working copy. Of it, programs on patched source can write only to `output`. */
static struct lp_error *show_tree(const struct sandbox_request *request, struct text_list *argv)
{
	const char *directory = request->directory;
	_cleanup_free_ char *temporary = NULL;

	if (!request->output) {
		lp_try(add_three(argv, "--bind", directory, directory));
		return request->source
			       ? add_three(argv, "--ro-bind", request->source, request->source)
			       : NULL;
	}
	lp_try(add_three(argv, "--ro-bind", directory, directory));
	lp_try(add_three(argv, "--bind", request->output, request->output));
	lp_try(text_format(&temporary, "%s/tmp", request->output));
	lp_try(directory_make(temporary));
	return add_three(argv, "--bind", temporary, request->temporary);
}

bool sandbox_needs_network(const char *compiler)
{
	static const char *const wrappers[] = {"distcc", "icecc"};
	_cleanup_text_list_ struct text_list words = {0};
	const char *prefix = getenv("CCACHE_PREFIX");
	struct lp_error *error = text_list_add_words(&words, compiler);
	bool needs = false;

	if (!error && prefix)
		error = text_list_add_words(&words, prefix);
	for (size_t i = 0; i < words.count && !error; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(wrappers) && !needs && !error; k++)
			error = is_program(words.items[i], wrappers[k], &needs);
	}
	lp_error_free(error);
	return needs;
}

struct lp_error *sandbox_view(const struct sandbox_request *request, struct text_list *argv)
{
	_cleanup_text_list_ struct text_list words = {0};
	char key[PATH_MAX];

	lp_try(show_system(argv));
	lp_try(show_program_path(argv));
	lp_try(text_list_add_words(&words, request->compiler));
	for (size_t i = 0; i < words.count; i++) {
		lp_try(show_compiler(argv, words.items[i]));
		lp_try(show_wrapper(request, words.items[i], argv));
	}
	lp_try(show_tree(request, argv));
	/* Hides a key that is below one of these directories. */
	if (request->key && realpath(request->key, key))
		lp_try(add_three(argv, "--ro-bind", "/dev/null", key));
	return NULL;
}
