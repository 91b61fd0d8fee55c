// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/host.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"

#define NOTES_LIMIT (1024 * 1024)
#define LINE_LIMIT  (1024 * 1024)

const struct host *host_running(void)
{
	static const struct host running = {
		.sysfs = LPATCH_SYSFS,
		.lists = LPATCH_LISTS,
		.notes = "/sys/kernel/notes",
		.modules = "/sys/module",
		.proc = "/proc",
		.lockdown = "/sys/kernel/security/lockdown",
		.livepatch = "/sys/kernel/livepatch",
		.kprobes = "/sys/kernel/debug/kprobes/list",
		.tracing = "/sys/kernel/tracing",
		.trusted = "/etc/lpatch/trusted.d",
		.store = "/var/lib/lpatch",
		.records = "/run/lpatch",
		.lock = "/run/lpatch.lock",
		.lock_seconds = 60,
		.attempt_seconds = 60,
	};

	return &running;
}

struct lp_error *host_read_line(const char *folder, const char *file, char **line)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {};

	*line = NULL;
	lp_try(text_format(&path, "%s%s%s", folder, *file ? "/" : "", file));
	if (access(path, R_OK))
		return NULL;
	lp_try(file_read(path, LINE_LIMIT, &text));
	return text_format(line, "%.*s", (int)strcspn((char *)text.data, "\n"), text.data);
}

/* The size of a part of a note: each is padded to 4 bytes. */
static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/*
 * The descriptor of the build id in the notes, or NULL. A note is a header, the
 * name and the descriptor (elf.h; in the kernel include/linux/elfnote.h, 6.1).
 */
static const unsigned char *find_build_id(const struct blob *notes, size_t *size)
{
	size_t offset = 0;
	Elf64_Nhdr note;

	while (notes->size - offset >= sizeof(note)) {
		memcpy(&note, notes->data + offset, sizeof(note));
		size_t name = offset + sizeof(note);
		size_t descriptor = name + padded(note.n_namesz);
		size_t end = descriptor + padded(note.n_descsz);

		if (end > notes->size)
			return NULL;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    !memcmp(notes->data + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU))) {
			*size = note.n_descsz;
			return notes->data + descriptor;
		}
		offset = end;
	}
	return NULL;
}

struct lp_error *host_build_id(const struct host *host, char **build_id)
{
	_cleanup_blob_ struct blob notes = {};
	size_t size;

	lp_try(file_read(host->notes, NOTES_LIMIT, &notes));
	const unsigned char *id = find_build_id(&notes, &size);

	if (!id)
		return lp_error_new(LP_WRONG_HOST, "the running kernel shows no build id in %s",
				    host->notes);
	*build_id = malloc(2 * size + 1);
	if (!*build_id)
		return lp_error_no_memory();
	hex_text(id, size, *build_id);
	return NULL;
}

static struct lp_error *compare(const char *what, const char *target, const char *running)
{
	if (!strcmp(target, running))
		return NULL;
	return lp_error_new(
		LP_WRONG_HOST,
		"the update is for another kernel: its %s is %s, the running kernel's is %s", what,
		target, running);
}

struct lp_error *host_check_target(const struct host *host, const struct manifest_target *target)
{
	_cleanup_free_ char *build_id = NULL;
	struct utsname running;

	if (uname(&running))
		return lp_error_errno(errno, "uname");
	lp_try(compare("architecture", target->architecture, running.machine));
	lp_try(compare("release", target->release, running.release));
	lp_try(host_build_id(host, &build_id));
	return lp_error_hint(compare("build id", target->build_id, build_id),
			     "The release is the same but the image is not: create the update for "
			     "the package version that was booted.");
}

/* True if the process may load modules: CAP_SYS_MODULE is in its effective set. */
static bool may_load_modules(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_TO_INDEX(CAP_SYS_MODULE)].effective & CAP_TO_MASK(CAP_SYS_MODULE);
}

void host_raise_priority(void)
{
	(void)setpriority(PRIO_PROCESS, 0, -20);
}

struct lp_error *host_check_privileges(void)
{
	if (geteuid())
		return lp_error_new(LP_USAGE, "must be run as root");
	if (!may_load_modules())
		return lp_error_hint(
			lp_error_new(LP_USAGE, "must be run with the capability CAP_SYS_MODULE"),
			"A container usually lacks it: run this on the host itself.");
	return NULL;
}

static void wake_up(int signal)
{
	(void)signal;
}

/*
 * Waits for the lock; the alarm ends the wait. It repeats each second, in case
 * the first one comes just before flock(). Returns 0; ETIMEDOUT; or why there is no lock.
 */
static int lock_in_time(int fd, unsigned int seconds)
{
	const struct sigaction waking = {.sa_handler = wake_up};
	const struct itimerval end = {.it_value.tv_sec = seconds, .it_interval.tv_sec = 1};
	const struct itimerval never = {};
	struct sigaction before;
	int errnum = 0;

	sigaction(SIGALRM, &waking, &before);
	setitimer(ITIMER_REAL, &end, NULL);
	if (flock(fd, LOCK_EX))
		errnum = errno == EINTR ? ETIMEDOUT : errno;
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	return errnum;
}

static struct lp_error *wait_for_lock(const struct host *host, struct message_sink *sink,
				      unsigned int seconds, int fd)
{
	message_progress(sink, "waiting for another lpatch command to finish");
	int errnum = lock_in_time(fd, seconds);

	message_progress_done(sink);
	if (errnum == ETIMEDOUT)
		return lp_error_hint(
			lp_error_new(LP_INTERNAL, "another lpatch command has run for %u seconds",
				     seconds),
			"`fuser %s` says which process it is; --timeout=SECONDS waits longer.",
			host->lock);
	return errnum ? lp_error_errno(errnum, "can't lock %s", host->lock) : NULL;
}

struct lp_error *host_lock(const struct host *host, struct message_sink *sink, unsigned int timeout,
			   int *fd)
{
	_cleanup_close_ int lock =
		open(host->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	unsigned int seconds = timeout > host->lock_seconds ? timeout : host->lock_seconds;

	if (lock < 0)
		return lp_error_errno(errno, "can't open %s", host->lock);
	if (flock(lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return lp_error_errno(errno, "can't lock %s", host->lock);
		lp_try(wait_for_lock(host, sink, seconds, lock));
	}
	*fd = lock;
	lock = -1;
	return NULL;
}
