// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>

/* In the child: opens `path` (or /dev/null) as a standard stream. */
static bool redirect_stream(const char *path, int flags, int stream)
{
	int fd = open(path ? path : "/dev/null", flags | O_CLOEXEC, 0666);

	return fd >= 0 && dup2(fd, stream) >= 0;
}

/* In the child: enters the sandbox and the current directory, if that is visible there. */
static bool enter(const struct sandbox *sandbox, bool must_be_there)
{
	char here[PATH_MAX];

	if (!getcwd(here, sizeof(here)) || !sandbox_enter(sandbox))
		return false;
	return !chdir(here) || !must_be_there;
}

/* In the child: opens the file as standard error, or sends errors to standard output. */
static bool redirect_errors(const char *path)
{
	if (!path)
		return dup2(STDOUT_FILENO, STDERR_FILENO) >= 0;
	return redirect_stream(path, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
}

/* In the child: executes the program. Returns only if that fails, with errno set. */
static void become(const struct process *process)
{
	if (process->directory && chdir(process->directory))
		return;
	if (!redirect_stream(process->input, O_RDONLY, STDIN_FILENO) ||
	    !redirect_stream(process->output, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO) ||
	    !redirect_errors(process->errors))
		return;
	/* Without a terminal: who has one can put words into the input of the user's shell. */
	if (process->sandbox && (setsid() < 0 || !enter(process->sandbox, process->directory) ||
				 !sandbox_fork(process->sandbox)))
		return;
	/*
	 * A build must end when the user kills us. Set here and not earlier, since the
	 * kernel clears it when the credentials of a process change.
	 */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (process->environment)
		execvpe(process->argv[0], (char *const *)process->argv,
			(char *const *)process->environment);
	else
		execvp(process->argv[0], (char *const *)process->argv);
}

static struct lp_error *start_error(const struct process *process, int errnum)
{
	struct lp_error *error = lp_error_errno(errnum, "can't run %s", process->argv[0]);

	if (errnum == ENOENT)
		lp_error_hint(error, "Install the package that has %s.", process->argv[0]);
	return error;
}

struct lp_error *process_start(struct process *process)
{
	int report[2];

	/* The child reports a failed exec through a pipe that a successful one closes. */
	if (pipe2(report, O_CLOEXEC))
		return lp_error_errno(errno, "can't make a pipe");
	/*
	 * With vfork() the child has our memory until it executes the program; to copy our page
	 * tables takes longer than a small program when we have hundreds of MB. Not into a sandbox:
	 * what a process gives up there can make the memory undumpable (credentials(7)), also ours.
	 */
	process->pid = process->sandbox ? fork() : vfork();
	if (process->pid == 0) {
		become(process);
		int errnum = errno;

		if (write(report[1], &errnum, sizeof(errnum)) < 0)
			_exit(126);
		_exit(127);
	}
	int fork_errno = errno, errnum = 0;

	close(report[1]);
	ssize_t got = process->pid < 0 ? 0 : read(report[0], &errnum, sizeof(errnum));

	close(report[0]);
	if (process->pid < 0)
		return lp_error_errno(fork_errno, "can't start a process");
	if (got == (ssize_t)sizeof(errnum)) {
		waitpid(process->pid, NULL, 0);
		return start_error(process, errnum);
	}
	return NULL;
}

struct lp_error *process_wait(struct process *process, int *status)
{
	int wait_status;

	while (waitpid(process->pid, &wait_status, 0) < 0) {
		if (errno != EINTR)
			return lp_error_errno(errno, "can't wait for process %d",
					      (int)process->pid);
	}
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	return NULL;
}

struct lp_error *process_run(struct process *process, int *status)
{
	lp_try(process_start(process));
	return process_wait(process, status);
}

char *process_output(const char *path, size_t limit)
{
	_cleanup_fclose_ FILE *file = fopen(path, "r");
	long size = file && !fseek(file, 0, SEEK_END) ? ftell(file) : 0;
	long start = size > (long)limit ? size - (long)limit : 0;
	_cleanup_free_ char *text = calloc(1, size - start + 1);

	if (!text || size <= 0 || fseek(file, start, SEEK_SET))
		/* cppcheck-suppress resourceLeak ; closed at the end of its scope */
		return take(text);
	text[fread(text, 1, size - start, file)] = '\0';
	char *line = start ? strchr(text, '\n') : NULL;

	/* cppcheck-suppress resourceLeak ; closed at the end of its scope */
	return line ? strdup(line + 1) : take(text);
}
