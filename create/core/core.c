// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/core.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "common/digest.h"
#include "common/file.h"
#include "core-module/lpatch_abi.h"
#include "create/base/directory.h"
#include "create/base/seal.h"
#include "create/core/core_symbols.h"
#include "create/core/direct.h"
#include "create/core/prototypes.h"
#include "create/kbuild.h"

/* Our source files are far smaller. */
#define SOURCE_LIMIT (4u << 20)

/* Hex digits of a digest that name a build of the core. */
#define CORE_KEY_DIGITS 16

/* The file that kbuild writes beside a module that exports symbols. */
#define SYMVERS "Module.symvers"

static struct lp_error *copy_directory(const char *from, const char *to)
{
	_cleanup_closedir_ DIR *entries = opendir(from);

	if (!entries)
		return lp_error_errno(errno, "can't read %s", from);
	lp_try(directory_make(to));
	for (struct dirent *entry; (entry = readdir(entries));) {
		_cleanup_free_ char *source = NULL, *copy = NULL;

		if (entry->d_name[0] == '.')
			continue;
		lp_try(text_format(&source, "%s/%s", from, entry->d_name));
		lp_try(text_format(&copy, "%s/%s", to, entry->d_name));
		lp_try(directory_copy_file(source, copy));
	}
	return NULL;
}

static int skip_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Adds the names and contents of the files in a directory to the list. */
static struct lp_error *add_contents(const char *directory, struct text_list *contents)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, skip_hidden, alphasort);
	struct lp_error *error = NULL;

	if (count < 0)
		return lp_error_hint(lp_error_errno(errno, "can't read %s", directory),
				     "Is lpatch installed completely?");
	for (int i = 0; i < count; i++) {
		_cleanup_blob_ struct blob blob = {0};
		_cleanup_free_ char *path = NULL;

		if (!error)
			error = text_format(&path, "%s/%s", directory, entries[i]->d_name);
		if (!error)
			error = file_read(path, SOURCE_LIMIT, &blob);
		if (!error)
			error = text_list_add(contents, "%s", entries[i]->d_name);
		if (!error)
			error = text_list_add(contents, "%s", (const char *)blob.data);
		free(entries[i]);
	}
	free(entries);
	return error;
}

/* The inputs of the core: our sources, the header made for the target, our flags. */
static struct lp_error *core_key(const char *sources, const char *header, char *digest)
{
	_cleanup_text_list_ struct text_list contents = {0};

	lp_try(add_contents(sources, &contents));
	lp_try(text_list_add(&contents, "%s", header));
	lp_try(text_list_add(&contents, "%s", MODULE_BUILD_FLAGS MODULE_BUILD_PATH_MAP));
	return text_list_digest(&contents, digest);
}

/* The sources, and the header that says what the target has. */
static struct lp_error *place_sources(const char *sources, const char *header,
				      const char *directory)
{
	_cleanup_free_ char *path = NULL;

	lp_try(directory_remove(directory));
	lp_try(copy_directory(sources, directory));
	lp_try(text_format(&path, "%s/lpatch_target.h", directory));
	return file_write(path, header, strlen(header));
}

/* The object with only the prototypes of unexported functions that the core calls. */
static struct lp_error *check_prototypes(struct tree *tree, const char *directory)
{
	_cleanup_free_ char *object = NULL;
	size_t compared;

	lp_try(text_format(&object, "%s/prototypes.o", directory));
	lp_try(prototypes_check(object, tree->target->kernel, &compared));
	message_verbose(tree->sink, "prototypes compared with the kernel's BTF: %zu", compared);
	return NULL;
}

/* Unexported symbols are resolved here, not by modpost. */
static struct lp_error *build(struct tree *tree, const char *directory, char **built)
{
	static const char *const arguments[] = {"KBUILD_MODPOST_WARN=1", NULL};
	_cleanup_exports_ struct exports *exports = NULL;

	lp_try(module_build(tree, "build the core module", directory, LPATCH_CORE_MODULE, arguments,
			    built));
	lp_try(check_prototypes(tree, directory));
	lp_try(exports_read(tree->target->symvers, &exports));
	return direct_resolve(*built, tree->target->kernel, exports);
}

/* Whether the core is there and whole, and the list of what it exports, which updates are linked
 * with. */
static struct lp_error *is_built(const char *core, const char *directory, bool *built)
{
	_cleanup_free_ char *symvers = NULL;

	lp_try(text_format(&symvers, "%s/" SYMVERS, directory));
	lp_try(seal_check(core, built));
	return *built ? seal_check(symvers, built) : NULL;
}

struct lp_error *core_build(struct tree *tree, const char *shared, char **core)
{
	_cleanup_free_ char *sources = NULL, *directory = NULL, *built = NULL, *header = NULL,
			    *symvers = NULL;
	char digest[DIGEST_SHA256_TEXT];
	bool built_before;

	lp_try(text_format(&sources, "%s/core-module", shared));
	lp_try(core_symbols_header(tree->target, &header));
	lp_try(core_key(sources, header, digest));
	lp_try(text_format(&directory, "%s/%.*s", tree->core, CORE_KEY_DIGITS, digest));
	lp_try(text_format(core, "%s/done/lpatch.ko", directory));
	lp_try(is_built(*core, directory, &built_before));
	if (built_before)
		return NULL;
	_cleanup_close_ int lock = -1;

	lp_try(tree_lock_build(tree, &lock));
	lp_try(is_built(*core, directory, &built_before));
	if (built_before)
		return NULL;
	message_progress(tree->sink, "building the core module");
	lp_try(place_sources(sources, header, directory));
	lp_try(build(tree, directory, &built));
	_cleanup_free_ char *done = NULL;

	lp_try(text_format(&done, "%s/done", directory));
	lp_try(directory_make(done));
	lp_try(text_format(&symvers, "%s/" SYMVERS, directory));
	lp_try(seal_file(symvers, symvers));
	return tree_keep(built, *core);
}

/* kbuild leaves its files in the directory in which it works; the core is in done/ below that. */
struct lp_error *core_directory(const char *core, char **path)
{
	return text_format(path, "%.*s", (int)(strstr(core, "/done/") - core), core);
}

struct lp_error *core_file(const char *core, const char *name, char **path)
{
	_cleanup_free_ char *directory = NULL;

	lp_try(core_directory(core, &directory));
	return text_format(path, "%s/%s", directory, name);
}

struct lp_error *core_symvers(const char *core, char **path)
{
	return core_file(core, SYMVERS, path);
}
