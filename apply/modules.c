// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "common/text.h"
#include "core-module/lpatch_abi.h"

/* How long, and how often, to look whether a module is no longer held. */
#define UNLOAD_TRIES    500
#define UNLOAD_PAUSE_MS 10

/* What usually stands behind a refusal to load a module (init_module(2), kernel/module/main.c). */
static const struct {
	int errnum;
	const char *meaning;
} load_failures[] = {
	{EPERM, "loading modules is switched off, or lockdown doesn't let unsigned ones in"},
	{EKEYREJECTED, "the kernel demands modules signed with a key that it knows"},
	{ENOKEY, "the kernel demands modules signed with a key that it knows"},
	{EBADMSG, "the module's signature is malformed"},
	{ENOEXEC, "the module was built for another kernel"},
	{ENOENT, "the module needs a symbol that this kernel doesn't have"},
	{EEXIST, "a module of that name is loaded already"},
	{ENOMEM, "the kernel is out of memory"},
	{EINVAL, "the module or its tables make no sense to the kernel"},
	{EOPNOTSUPP, "the kernel lacks something that the core needs, and its log says what"},
};

static const char *meaning_of(int errnum)
{
	for (size_t i = 0; i < ARRAY_SIZE(load_failures); i++) {
		if (load_failures[i].errnum == errnum)
			return load_failures[i].meaning;
	}
	return "no usual cause";
}

char *module_name_of_update(const char *id)
{
	char *name;

	return asprintf(&name, LPATCH_UPDATE_PREFIX "%s", id) < 0 ? NULL : name;
}

char *module_name_of_part(const char *id, size_t number)
{
	char *name;

	return asprintf(&name, LPATCH_UPDATE_PREFIX "%s" LPATCH_PART_INFIX "%zu", id, number) < 0
		       ? NULL
		       : name;
}

bool module_is_live(const struct host *host, const char *name)
{
	_cleanup_free_ char *file = NULL, *state = NULL;

	if (asprintf(&file, "%s/initstate", name) < 0)
		return false;
	_cleanup_error_ struct lp_error *error = host_read_line(host->modules, file, &state);

	return !error && state && !strcmp(state, "live");
}

bool module_is_loaded(const struct host *host, const char *name)
{
	_cleanup_free_ char *path = NULL;

	/* Built-in code has a folder there too, but no initstate. */
	if (asprintf(&path, "%s/%s/initstate", host->modules, name) < 0)
		return false;
	return !access(path, F_OK);
}

bool module_may_come(const struct host *host)
{
	return !access(host->livepatch, F_OK);
}

static void cleanup_context(struct kmod_ctx **context)
{
	kmod_unref(*context);
}

static void cleanup_module(struct kmod_module **module)
{
	kmod_module_unref(*module);
}

/* Errors are ours to print. */
static void log_nothing(void *data, int priority, const char *file, int line, const char *function,
			const char *format, va_list arguments)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)function, (void)format, (void)arguments;
}

/* A libkmod context that reads no configuration: we name modules exactly. */
static struct lp_error *open_context(struct kmod_ctx **context)
{
	static const char *const no_configuration[] = {NULL};

	*context = kmod_new(NULL, no_configuration);
	if (!*context)
		return lp_error_no_memory();
	kmod_set_log_fn(*context, log_nothing, NULL);
	return NULL;
}

/*
 * A file in memory with these bytes. The descriptor is read-only and the only
 * one: the kernel refuses to load a file that somebody could still write to.
 */
static struct lp_error *memory_file(const char *name, const struct blob *file, int *fd)
{
	_cleanup_close_ int writable = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	_cleanup_free_ char *path = NULL;

	if (writable < 0)
		return lp_error_errno(errno, "can't make a file in memory for %s", name);
	for (size_t done = 0; done < file->size;) {
		ssize_t count = write(writable, file->data + done, file->size - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return lp_error_errno(errno, "can't write a file in memory for %s", name);
		done += count;
	}
	if (fcntl(writable, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		return lp_error_errno(errno, "can't seal a file in memory for %s", name);
	lp_try(text_format(&path, "/proc/self/fd/%d", writable));
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? lp_error_errno(errno, "can't open %s for %s", path, name) : NULL;
}

static void cleanup_info(struct kmod_list **list)
{
	kmod_module_info_free_list(*list);
}

/*
 * Refuses a file that is not the module of that name (modpost writes it to
 * .modinfo since Linux 4.15): one that loads under another name could not be
 * unloaded again, and might take the place of something else.
 */
static struct lp_error *check_name(struct kmod_module *module, const char *name)
{
	_cleanup_(cleanup_info) struct kmod_list *info = NULL;
	struct kmod_list *entry;

	if (kmod_module_get_info(module, &info) < 0)
		return lp_error_new(LP_BAD_BUNDLE, "%s.ko is not a kernel module", name);
	kmod_list_foreach(entry, info)
	{
		if (!strcmp(kmod_module_info_get_key(entry), "name") &&
		    !strcmp(kmod_module_info_get_value(entry), name))
			return NULL;
	}
	return lp_error_new(LP_BAD_BUNDLE, "%s.ko is not a module of that name", name);
}

static struct lp_error *insert(const char *name, const char *path)
{
	_cleanup_(cleanup_context) struct kmod_ctx *context = NULL;
	_cleanup_(cleanup_module) struct kmod_module *module = NULL;

	lp_try(open_context(&context));
	int result = kmod_module_new_from_path(context, path, &module);

	if (result < 0)
		return lp_error_errno(-result, "can't open the module %s", name);
	lp_try(check_name(module, name));
	result = kmod_module_insert_module(module, 0, "");
	if (result >= 0)
		return NULL;
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED,
					  "the kernel refused the module %s: %s (%s)", name,
					  strerror(-result), meaning_of(-result)),
			     "The kernel's own words are at the end of what `dmesg` prints.");
}

struct lp_error *module_load(const char *name, const struct blob *file)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *path = NULL;

	lp_try(memory_file(name, file, &fd));
	lp_try(text_format(&path, "/proc/self/fd/%d", fd));
	return insert(name, path);
}

/* Unloads, trying again as long as something holds the module. Returns 0 or -errno. */
static int remove_when_free(struct kmod_module *module)
{
	const struct timespec pause = {.tv_nsec = UNLOAD_PAUSE_MS * 1000000L};
	int result = 0;

	for (int i = 0; i < UNLOAD_TRIES; i++) {
		result = kmod_module_remove_module(module, 0);
		if (result != -EAGAIN && result != -EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return result;
}

struct lp_error *module_unload(const char *name)
{
	_cleanup_(cleanup_context) struct kmod_ctx *context = NULL;
	_cleanup_(cleanup_module) struct kmod_module *module = NULL;

	lp_try(open_context(&context));
	int result = kmod_module_new_from_name(context, name, &module);

	if (result < 0)
		return lp_error_errno(-result, "can't look for the module %s", name);
	result = remove_when_free(module);
	if (result >= 0 || result == -ENOENT)
		return NULL;
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED, "can't unload the module %s: %s", name,
					  strerror(-result)),
			     "%s",
			     result == -EPERM
				     ? "Unloading modules is switched off until the next "
				       "boot (kernel.modules_disabled), with which it goes."
				     : "`lsmod` says what uses it.");
}
