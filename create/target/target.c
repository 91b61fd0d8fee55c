// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/file.h"
#include "common/text.h"
#include "create/base/unpack.h"
#include "create/target/image_cache.h"
#include "create/target/requirements.h"
#include "create/target/toolchain.h"

/* The config of a distribution kernel is some 260 KB. */
#define CONFIG_LIMIT (16u << 20)

/*
 * Where Debian's packages put the parts, tried in this order. The two %s are
 * --root and the release; a source package is named after the first two
 * numbers of the release and tried last, with those in place of the release.
 */
static const char *const image_places[] = {"%s/boot/vmlinuz-%s", "%s/lib/modules/%s/vmlinuz"};
static const char *const config_places[] = {"%s/usr/src/linux-headers-%s/.config",
					    "%s/boot/config-%s", "%s/lib/modules/%s/build/.config"};
static const char *const symvers_places[] = {"%s/usr/src/linux-headers-%s/Module.symvers",
					     "%s/lib/modules/%s/build/Module.symvers"};
static const char *const module_places[] = {"%s/lib/modules/%s", "%s/usr/lib/modules/%s"};
static const char *const source_places[] = {"%s/usr/src/linux-source-%s.tar.xz",
					    "%s/usr/src/linux-source-%s"};

static const char what_packages_have[] =
	"The packages linux-image-RELEASE, linux-headers-RELEASE and linux-source-X.Y, all of one "
	"version, contain them; with --root=DIR they may be unpacked below DIR.";

/* Sets *found to the first place that exists. */
static struct lp_error *find_part(const char *what, const char *const *places, size_t count,
				  const char *root, const char *release, char **found)
{
	_cleanup_free_ char *first = NULL;

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *path = NULL;

/* The formats are the constants above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		lp_try(text_format(&path, places[i], root, release));
#pragma GCC diagnostic pop
		if (!access(path, F_OK)) {
			*found = take(path);
			return NULL;
		}
		if (!first)
			first = take(path);
	}
	return lp_error_hint(
		lp_error_new(LP_USAGE, "kernel %s: no %s: %s does not exist", release, what, first),
		"%s", what_packages_have);
}

#define FIND_PART(what, places, root, release, found) \
	find_part(what, places, ARRAY_SIZE(places), root, release, found)

/* "6.1" of "6.1.0-56-amd64". */
static struct lp_error *source_version(const char *release, char **version)
{
	const char *dot = strchr(release, '.');
	size_t length = dot ? (size_t)(dot + 1 - release) + strspn(dot + 1, "0123456789") : 0;

	if (!length)
		return lp_error_new(LP_USAGE, "%s is no kernel release", release);
	return text_format(version, "%.*s", (int)length, release);
}

static struct lp_error *find_by_release(const struct create_options *options, struct target *target)
{
	struct utsname running;
	const char *release = options->target;
	_cleanup_free_ char *version = NULL;

	if (!release) {
		if (uname(&running))
			return lp_error_errno(errno, "can't tell the running kernel");
		release = running.release;
	}
	lp_try(FIND_PART("image", image_places, options->root, release, &target->image));
	lp_try(FIND_PART("config", config_places, options->root, release, &target->config));
	lp_try(FIND_PART("Module.symvers", symvers_places, options->root, release,
			 &target->symvers));
	lp_try(FIND_PART("modules", module_places, options->root, release, &target->modules));
	if (options->source)
		return text_format(&target->source, "%s", options->source);
	lp_try(source_version(release, &version));
	return FIND_PART("source", source_places, options->root, version, &target->source);
}

/* Sets *found to DIR/name for the first name that exists. */
static struct lp_error *find_in_directory(const char *directory, const char *const *names,
					  char **found)
{
	_cleanup_text_list_ struct text_list tried = {0};

	for (; *names; names++) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/%s", directory, *names));
		if (!access(path, F_OK)) {
			*found = take(path);
			return NULL;
		}
		lp_try(text_list_add(&tried, "%s", path));
	}
	return lp_error_hint(lp_error_new(LP_USAGE, "%s does not exist", tried.items[0]),
			     "--config=DIR needs .config, vmlinuz or vmlinux, and build, the "
			     "kernel's headers with Module.symvers, in DIR.");
}

static struct lp_error *read_flags(const char *directory, struct text_list *flags)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob blob = {0};

	lp_try(text_format(&path, "%s/flags", directory));
	if (access(path, F_OK))
		return NULL;
	lp_try(file_read(path, CONFIG_LIMIT, &blob));
	return text_list_add_words(flags, (const char *)blob.data);
}

static struct lp_error *find_by_directory(const struct create_options *options,
					  struct target *target)
{
	static const char *const images[] = {"vmlinuz", "vmlinux", NULL};
	static const char *const configs[] = {".config", NULL};
	static const char *const symvers[] = {"build/Module.symvers", "Module.symvers", NULL};

	lp_try(find_in_directory(options->config, images, &target->image));
	lp_try(find_in_directory(options->config, configs, &target->config));
	lp_try(find_in_directory(options->config, symvers, &target->symvers));
	lp_try(read_flags(options->config, &target->flags));
	/* Only a diff to a module needs this one. */
	lp_try(text_format(&target->modules, "%s/modules", options->config));
	return text_format(&target->source, "%s", options->source);
}

/* Makes *path absolute, since children run elsewhere. */
static struct lp_error *make_absolute(char **path)
{
	char *absolute = realpath(*path, NULL);

	if (!absolute)
		return lp_error_new(LP_USAGE, "%s: %s", *path, strerror(errno));
	free(*path);
	*path = absolute;
	return NULL;
}

static struct lp_error *read_config(struct target *target)
{
	_cleanup_blob_ struct blob config = {0};

	lp_try(file_read(target->config, CONFIG_LIMIT, &config));
	lp_try(toolchain_find((const char *)config.data, target->config, &target->flags,
			      &target->compiler));
	lp_try(toolchain_flags((const char *)config.data, &target->flags));
	lp_try(requirements_check((const char *)config.data, target->config, &target->livepatch));
	target->ibt = config_is_set((const char *)config.data, "CONFIG_X86_KERNEL_IBT");
	target->checks_ecdsa = strstr((const char *)config.data, "\nCONFIG_CRYPTO_ECDSA=");
	lp_try(config_text((const char *)config.data, "CONFIG_MODULE_SIG_HASH",
			   &target->module_hash));
	if (target->module_hash && *target->module_hash)
		return NULL;
	/* A kernel without module signatures checks none. */
	free(target->module_hash);
	return text_format(&target->module_hash, "sha256");
}

/*
 * That the headers beside Module.symvers are of the image's release. A `build` that links to others
 * would give wrong versions of symbols. What has no utsrelease.h says nothing.
 */
static struct lp_error *check_headers(const struct target *target)
{
	static const char define[] = "#define UTS_RELEASE \"";
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {0};
	int length = (int)(strrchr(target->symvers, '/') - target->symvers);

	lp_try(text_format(&path, "%.*s/include/generated/utsrelease.h", length, target->symvers));
	if (access(path, F_OK))
		return NULL;
	lp_try(file_read(path, CONFIG_LIMIT, &text));
	const char *release = strstr((const char *)text.data, define);

	if (!release)
		return NULL;
	release += strlen(define);
	size_t size = strcspn(release, "\"\n");

	if (size == strlen(target->release) && !strncmp(release, target->release, size))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_USAGE, "%.*s has the headers of kernel %.*s, but %s is kernel %s",
			     length, target->symvers, (int)size, release, target->image,
			     target->release),
		"Module.symvers must be the one that was built with the image; see "
		"where the link \"build\" leads.");
}

static struct lp_error *read_identity(const struct create_options *options, struct target *target)
{
	const char *release = kernel_image_release(target->kernel);
	const char *build_id = kernel_image_build_id(target->kernel);

	if (!release || !build_id)
		return lp_error_new(LP_USAGE, "%s has no %s", target->image,
				    release ? "build id" : "version text");
	if (options->target && strcmp(options->target, release))
		return lp_error_new(LP_USAGE, "%s is kernel %s, not %s", target->image, release,
				    options->target);
	lp_try(text_format(&target->release, "%s", release));
	lp_try(text_format(&target->build_id, "%s", build_id));
	return check_headers(target);
}

static struct lp_error *fill_target(const struct create_options *options, const struct cache *cache,
				    struct target *target)
{
	if (options->config)
		lp_try(find_by_directory(options, target));
	else
		lp_try(find_by_release(options, target));
	lp_try(make_absolute(&target->image));
	lp_try(make_absolute(&target->config));
	lp_try(make_absolute(&target->symvers));
	lp_try(make_absolute(&target->source));
	lp_try(read_config(target));
	lp_try(image_cache_open(cache, target->image, &target->kernel));
	return read_identity(options, target);
}

/* True if the path ends in the module's file: "-" in a file's name is "_" in a module's. */
static bool is_module_file(const char *path, size_t length, const char *module)
{
	size_t size = strlen(module) + strlen(".ko");

	if (length <= size || path[length - size - 1] != '/' ||
	    strncmp(path + length - 3, ".ko", 3) != 0)
		return false;
	for (size_t i = 0; module[i]; i++) {
		char c = path[length - size + i];

		if ((c == '-' ? '_' : c) != module[i])
			return false;
	}
	return true;
}

/* The files that `make modules_install` leaves of a module (scripts/Makefile.modinst, Linux 6.1).
 */
static const char *const compressed[] = {".xz", ".zst", ".gz"};

/* The largest modules of a distribution kernel have some 10 MB. */
#define MODULE_LIMIT (256u << 20)

/* Unpacks the module, if a compressed one is there, and sets *path. */
static struct lp_error *unpack_module(const char *file, const char *work, const char *module,
				      char **path)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressed); i++) {
		_cleanup_free_ char *packed = NULL, *unpacked = NULL;
		_cleanup_blob_ struct blob blob = {0};

		lp_try(text_format(&packed, "%s%s", file, compressed[i]));
		if (access(packed, F_OK))
			continue;
		lp_try(file_read(packed, MODULE_LIMIT, &blob));
		lp_try(unpack(packed, LP_USAGE, &blob));
		lp_try(text_format(&unpacked, "%s/%s.ko", work, module));
		lp_try(file_write(unpacked, blob.data, blob.size));
		*path = take(unpacked);
		break;
	}
	return NULL;
}

/* modules.order names every module of the kernel by its path, one a line. */
struct lp_error *target_module(const struct target *target, const char *module, const char *work,
			       char **path)
{
	_cleanup_free_ char *order = NULL, *file = NULL;
	_cleanup_blob_ struct blob text = {0};

	lp_try(text_format(&order, "%s/modules.order", target->modules));
	lp_try(file_read(order, CONFIG_LIMIT, &text));
	for (const char *line = (const char *)text.data; *line;) {
		size_t length = strcspn(line, "\n");

		if (is_module_file(line, length, module)) {
			lp_try(text_format(&file, "%s/%.*s", target->modules, (int)length, line));
			break;
		}
		line += length + (line[length] == '\n');
	}
	if (!file)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: kernel %s has no module %s", target->release,
				    module);
	if (!access(file, F_OK)) {
		*path = take(file);
		return NULL;
	}
	lp_try(unpack_module(file, work, module, path));
	if (*path)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_USAGE, "%s: %s", file, strerror(ENOENT)),
		"The proof needs the module as the kernel's makers built it; it may be "
		"compressed by xz, zstd or gzip.");
}

struct lp_error *target_find(const struct create_options *options, const struct cache *cache,
			     struct target **target)
{
	*target = calloc(1, sizeof(**target));
	if (!*target)
		return lp_error_no_memory();
	struct lp_error *error = fill_target(options, cache, *target);

	if (error) {
		target_free(*target);
		*target = NULL;
	}
	return error;
}

void target_free(struct target *target)
{
	if (!target)
		return;
	kernel_image_free(target->kernel);
	free(target->release);
	free(target->image);
	free(target->config);
	free(target->symvers);
	free(target->modules);
	free(target->source);
	text_list_clear(&target->flags);
	free(target->compiler);
	free(target->module_hash);
	free(target->build_id);
	free(target);
}
