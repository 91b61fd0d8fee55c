// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/sandbox_make.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/text.h"
#include "create/target/sandbox_view.h"

/* The byte that the holder is sent, and returns once it is in the sandbox. */
#define READY '\6'

/* The descriptor to which bwrap writes the pid of the process in the sandbox. */
#define INFO 3

/* How much of bwrap's output is read, in bytes. */
#define WORDS_LIMIT 4096

/* Pipes between us and the holder; [0] is the end to read from. */
struct pipes {
	int input[2], output[2], info[2];
};

static void close_pipes(struct pipes *pipes)
{
	int *const all[] = {pipes->input, pipes->output, pipes->info};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		for (int end = 0; end < 2; end++) {
			if (all[i][end] >= 0)
				close(all[i][end]);
		}
	}
}

static struct lp_error *open_pipes(struct pipes *pipes)
{
	*pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
	if (pipe2(pipes->input, O_CLOEXEC) || pipe2(pipes->output, O_CLOEXEC) ||
	    pipe2(pipes->info, O_CLOEXEC))
		return lp_error_errno(errno, "can't make a pipe");
	return NULL;
}

/* In the child. It inherits only the pipes, and so none of our locks. */
static void become_holder(const struct pipes *pipes, const struct text_list *argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* First moved away from their final numbers. */
	int input = fcntl(pipes->input[0], F_DUPFD, 10),
	    output = fcntl(pipes->output[1], F_DUPFD, 10);
	int info = fcntl(pipes->info[1], F_DUPFD, 10);

	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 || dup2(info, INFO) < 0)
		_exit(126);
	close_range(INFO + 1, ~0U, 0);
	execvp(argv->items[0], argv->items);
	dprintf(STDERR_FILENO, "%s%s", argv->items[0],
		errno == ENOENT ? " (package bubblewrap) is not installed" : " can't be run");
	_exit(127);
}

static struct lp_error *list_arguments(const struct sandbox_request *request, bool has_user,
				       struct text_list *argv)
{
	lp_try(text_list_add_words(argv, "bwrap --unshare-ipc --die-with-parent --info-fd 3"));
	if (has_user)
		lp_try(text_list_add(argv, "--unshare-user"));
	if (!sandbox_needs_network(request->compiler))
		lp_try(text_list_add(argv, "--unshare-net"));
	lp_try(sandbox_view(request, argv));
	return text_list_add(argv, "cat");
}

/* Waits for the holder's answer; LP_INTERNAL with bwrap's message if there is none. */
static struct lp_error *wait_until_ready(const struct pipes *pipes)
{
	char words[WORDS_LIMIT];
	size_t length = 0;
	const char ready = READY;
	ssize_t got;

	if (write(pipes->input[1], &ready, 1) != 1)
		return lp_error_errno(errno, "can't talk to bwrap");
	while (length < sizeof(words) - 1) {
		got = read(pipes->output[0], words + length, sizeof(words) - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += got;
		if (memchr(words, READY, length))
			return NULL;
	}
	while (length && words[length - 1] == '\n')
		length--;
	words[length] = '\0';
	return lp_error_new(LP_INTERNAL, "%s", length ? words : "bwrap ended without a message");
}

/* { "child-pid": 7959, ... } */
static struct lp_error *read_pid(int info, long *pid)
{
	static const char name[] = "\"child-pid\":";
	char text[WORDS_LIMIT];

	/* bwrap writes it before it lets the process go on, which has answered by now. */
	fcntl(info, F_SETFL, O_NONBLOCK);
	ssize_t length = read(info, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	const char *at = strstr(text, name);

	*pid = at ? strtol(at + strlen(name), NULL, 10) : 0;
	return *pid > 0 ? NULL
			: lp_error_new(LP_INTERNAL, "bwrap does not say what it has started");
}

static bool same_file(int one, int other)
{
	struct stat first, second;

	return !fstat(one, &first) && !fstat(other, &second) && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* A descriptor of the namespace, or -1 if it is our own. */
static struct lp_error *open_namespace(long pid, const char *name, int *descriptor)
{
	_cleanup_free_ char *path = NULL, *own_path = NULL;

	lp_try(text_format(&path, "/proc/%ld/ns/%s", pid, name));
	lp_try(text_format(&own_path, "/proc/self/ns/%s", name));
	_cleanup_close_ int theirs = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int ours = open(own_path, O_RDONLY | O_CLOEXEC);

	if (theirs < 0 || ours < 0)
		return lp_error_errno(errno, "can't open %s", theirs < 0 ? path : own_path);
	if (same_file(theirs, ours))
		return NULL;
	*descriptor = theirs;
	theirs = -1;
	return NULL;
}

/*
 * The user namespace that owns the mounts: bwrap makes a second one below it that
 * maps users other than root to their own ids.
 */
static struct lp_error *find_owner(struct sandbox *sandbox)
{
	if (sandbox->user < 0)
		return NULL;
	sandbox->owner = ioctl(sandbox->mounts, NS_GET_USERNS);
	if (sandbox->owner < 0)
		return lp_error_errno(errno, "can't find the owner of the sandbox's mounts");
	if (same_file(sandbox->owner, sandbox->user)) {
		close(sandbox->user);
		sandbox->user = -1;
	}
	return NULL;
}

static struct lp_error *open_namespaces(const struct pipes *pipes, struct sandbox *sandbox)
{
	long pid;

	lp_try(read_pid(pipes->info[0], &pid));
	lp_try(open_namespace(pid, "user", &sandbox->user));
	lp_try(open_namespace(pid, "net", &sandbox->network));
	lp_try(open_namespace(pid, "ipc", &sandbox->ipc));
	lp_try(open_namespace(pid, "mnt", &sandbox->mounts));
	if (sandbox->mounts < 0)
		return lp_error_new(LP_INTERNAL, "bwrap has made no mounts");
	return find_owner(sandbox);
}

/* Tests that it can be entered, in a process that then ends. */
static struct lp_error *try_sandbox(const struct sandbox *sandbox)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(sandbox_enter(sandbox) && sandbox_fork(sandbox) ? 0 : errno);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return lp_error_errno(errno, "can't start a process");
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return NULL;
	return lp_error_errno(WIFEXITED(status) ? WEXITSTATUS(status) : EINTR,
			      "its namespaces can't be entered");
}

/*
 * With a PID namespace for each program on patched source, or, where the system refuses that,
 * without. kbuild on untouched source has none: it finds out what the compiler can by files that it
 * names after its pid (.tmp_$$ in scripts/Makefile.compiler, Linux 6.1), in the directory that
 * several runs share. If two had the same pid, options would be missing in the commands.
 */
static struct lp_error *choose_pids(const struct sandbox_request *request,
				    struct sandbox_holder *holder)
{
	_cleanup_error_ struct lp_error *refused = NULL;

	holder->sandbox.pids = false;
	if (!request->output)
		return try_sandbox(&holder->sandbox);
	holder->sandbox.pids = true;
	refused = try_sandbox(&holder->sandbox);
	if (!refused)
		return NULL;
	holder->sandbox.pids = false;
	return try_sandbox(&holder->sandbox);
}

static struct lp_error *start(struct sandbox_holder *holder, const struct pipes *pipes,
			      const struct text_list *argv)
{
	holder->pid = fork();
	if (holder->pid < 0)
		return lp_error_errno(errno, "can't start a process");
	if (!holder->pid)
		become_holder(pipes, argv);
	return NULL;
}

/* One attempt, with or without a user namespace of its own. */
static struct lp_error *make(const struct sandbox_request *request, bool has_user,
			     struct sandbox_holder *holder)
{
	_cleanup_text_list_ struct text_list argv = {0};
	_cleanup_(close_pipes) struct pipes pipes;

	*holder = (struct sandbox_holder){{-1, -1, -1, -1, -1, false}, .pipe = -1};
	lp_try(open_pipes(&pipes));
	lp_try(list_arguments(request, has_user, &argv));
	lp_try(start(holder, &pipes, &argv));
	/*
	 * Only our ends stay open, so that we see the holder's end. Except the reading
	 * end of its input: while we have it open, a write to an ended holder causes no
	 * SIGPIPE.
	 */
	int *const theirs[] = {&pipes.output[1], &pipes.info[1]};

	for (size_t i = 0; i < ARRAY_SIZE(theirs); i++) {
		close(*theirs[i]);
		*theirs[i] = -1;
	}
	holder->pipe = pipes.input[1];
	pipes.input[1] = -1;
	const struct pipes talk = {{-1, holder->pipe}, {pipes.output[0], -1}, {pipes.info[0], -1}};

	lp_try(wait_until_ready(&talk));
	lp_try(open_namespaces(&talk, &holder->sandbox));
	return choose_pids(request, holder);
}

static void end(struct sandbox_holder *holder)
{
	const struct sandbox *sandbox = &holder->sandbox;
	const int descriptors[] = {holder->pipe, sandbox->owner,  sandbox->network,
				   sandbox->ipc, sandbox->mounts, sandbox->user};

	for (size_t i = 0; i < ARRAY_SIZE(descriptors); i++) {
		if (descriptors[i] >= 0)
			close(descriptors[i]);
	}
	if (holder->pid > 0)
		waitpid(holder->pid, NULL, 0);
}

struct lp_error *sandbox_make(const struct sandbox_request *request, struct sandbox_holder **holder)
{
	*holder = calloc(1, sizeof(**holder));
	if (!*holder)
		return lp_error_no_memory();
	struct lp_error *error = make(request, true, *holder);

	/* A container may forbid user namespaces; root doesn't need one. */
	if (error && !geteuid()) {
		end(*holder);
		_cleanup_error_ struct lp_error *first = error;

		error = make(request, false, *holder);
		if (error) {
			lp_error_free(error);
			error = take(first);
		}
	}
	if (!error)
		return NULL;
	sandbox_free(*holder);
	*holder = NULL;
	return error;
}

void sandbox_free(struct sandbox_holder *holder)
{
	if (!holder)
		return;
	end(holder);
	free(holder);
}
