// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct lp_error *lock_open(const char *path, int *fd)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*fd < 0)
		return lp_error_errno(errno, "can't write %s", path);
	return NULL;
}

/*
 * The process that has taken the lock, by /proc/locks (proc(5)); 0 if that
 * doesn't say, or if the process has ended and a child of it holds the lock.
 */
static int lock_holder(int fd)
{
	_cleanup_fclose_ FILE *locks = fopen("/proc/locks", "r");
	char line[256];
	struct stat status;

	if (!locks || fstat(fd, &status))
		return 0;
	while (fgets(line, sizeof(line), locks)) {
		unsigned int device[2];
		unsigned long inode;
		int pid;

		/* "1: FLOCK  ADVISORY  WRITE 19894 fe:00:10963610 0 EOF" */
		if (sscanf(line, "%*d: FLOCK ADVISORY %*s %d %x:%x:%lu", &pid, &device[0],
			   &device[1], &inode) == 4 &&
		    inode == status.st_ino && device[0] == major(status.st_dev) &&
		    device[1] == minor(status.st_dev) && pid > 0)
			return kill(pid, 0) && errno == ESRCH ? 0 : pid;
	}
	return 0;
}

static void tell_who(int fd, const char *what, struct message_sink *sink)
{
	int pid = lock_holder(fd);

	if (pid)
		message_progress(sink, "waiting for process %d, which %s", pid, what);
	else
		message_progress(sink, "waiting for another lpatch-create, which %s", what);
}

struct lp_error *lock_take(int fd, bool shared, const char *what, struct message_sink *sink)
{
	int operation = shared ? LOCK_SH : LOCK_EX;

	if (!flock(fd, operation | LOCK_NB))
		return NULL;
	if (errno == EWOULDBLOCK)
		tell_who(fd, what, sink);
	while (flock(fd, operation)) {
		if (errno != EINTR)
			return lp_error_errno(errno, "can't lock a file of the cache");
	}
	return NULL;
}

bool lock_try(int fd)
{
	return !flock(fd, LOCK_EX | LOCK_NB);
}

void lock_let_inherit(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

bool lock_is_at(int fd, const char *path)
{
	struct stat here, there;

	return !fstat(fd, &here) && !stat(path, &there) && here.st_ino == there.st_ino &&
	       here.st_dev == there.st_dev;
}
