// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "apply/module_section.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"

/* How long, and how often, to look whether a module is no longer held. */
#define UNLOAD_TRIES    500
#define UNLOAD_PAUSE_MS 10

/* The usual reasons for a refusal to load a module (init_module(2), kernel/module/main.c). */
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

enum fact_waiting module_waiting(const struct host *host, const char *name)
{
	if (!strcmp(name, "vmlinux") || module_is_loaded(host, name))
		return FACT_LOADED;
	return module_may_come(host) ? FACT_WAITING : FACT_NEVER;
}

/*
 * A file in memory with these bytes. The descriptor is read-only and the only
 * one: the kernel refuses to load a file that is open for writing.
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

/*
 * Refuses a file that is not the module of that name (modpost writes it to
 * .modinfo since Linux 4.15): one that loads under another name could not be
 * unloaded again, and might replace something else.
 */
static struct lp_error *check_name(const struct blob *file, const char *name)
{
	_cleanup_free_ char *wanted = NULL;
	struct blob info;

	if (!module_section_find(file, ".modinfo", &info))
		return lp_error_new(LP_BAD_BUNDLE, "%s.ko is not a kernel module", name);
	lp_try(text_format(&wanted, "name=%s", name));
	/* Strings, each followed by one or more zero bytes. */
	for (size_t at = 0; at < info.size;) {
		const char *entry = (const char *)info.data + at;
		size_t length = strnlen(entry, info.size - at);

		if (length == strlen(wanted) && !memcmp(entry, wanted, length))
			return NULL;
		at += length + 1;
	}
	return lp_error_new(LP_BAD_BUNDLE, "%s.ko is not a module of that name", name);
}

struct lp_error *module_load(const char *name, const struct blob *file)
{
	_cleanup_close_ int fd = -1;

	lp_try(check_name(file, name));
	lp_try(memory_file(name, file, &fd));
	if (!syscall(SYS_finit_module, fd, "", 0))
		return NULL;
	int errnum = errno;

	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED,
					  "the kernel refused the module %s: %s (%s)", name,
					  strerror(errnum), meaning_of(errnum)),
			     "The kernel's message is at the end of the output of `dmesg`.");
}

/* Unloads the module, and retries while something holds it. Returns 0 or an errno. */
static int remove_when_free(const char *name)
{
	const struct timespec pause = {.tv_nsec = UNLOAD_PAUSE_MS * 1000000L};
	int errnum = 0;

	for (int i = 0; i < UNLOAD_TRIES; i++) {
		errnum = syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
		if (errnum != EAGAIN && errnum != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return errnum;
}

struct lp_error *module_unload(const char *name)
{
	int errnum = remove_when_free(name);

	if (!errnum || errnum == ENOENT)
		return NULL;
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED, "can't unload the module %s: %s", name,
					  strerror(errnum)),
			     "%s",
			     errnum == EPERM ? "Unloading modules is switched off until the next "
					       "boot (kernel.modules_disabled), which removes it."
					     : "`lsmod` shows what uses it.");
}
