// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program in the sandbox sees and may do. Skipped where the system allows none. */
#include <fcntl.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "common/process.h"
#include "common/text.h"
#include "create/target/sandbox_make.h"
#include "tests/unit/scratch.h"

/* A scratch directory with a working copy, a home directory, a compiler cache and a key. */
struct place {
	char top[SCRATCH_PATH];
	char *work, *home, *key, *output;
	struct sandbox_holder *holder;  /* for untouched source */
	struct sandbox_holder *patched; /* for patched source */
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Sets the variable to the path of `name` below the scratch directory. */
static void set_below(const char *variable, const char *top, const char *name)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/%s", top, name));
	setenv(variable, path, 1);
}

static void set_number(const char *variable, long number)
{
	_cleanup_free_ char *text = NULL;

	assert_null(text_format(&text, "%ld", number));
	setenv(variable, text, 1);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	const char *top = place->top;

	scratch_make(place->top);
	assert_null(text_format(&place->work, "%s/work", top));
	assert_null(text_format(&place->home, "%s/home", top));
	assert_null(text_format(&place->key, "%s/work/key", top));
	assert_null(text_format(&place->output, "%s/output", top));
	assert_int_equal(mkdir(place->work, 0777) | mkdir(place->home, 0777), 0);
	write_file(place->key, "KEY");
	setenv("HOME", place->home, 1);
	setenv("SANDBOX_TEST", top, 1);
	_cleanup_free_ char *user = NULL;

	assert_null(text_format(&user, "%u", (unsigned int)getuid()));
	setenv("SANDBOX_USER", user, 1);
	set_number("SANDBOX_PID", getpid());
	set_number("SANDBOX_SESSION", getsid(0));
	scratch_run("cd %s && mkdir work/source work/made work/tmp ccache distcc && "
		    "echo it is here >distcc/hosts && mkdir programs && cd programs && "
		    "ln -s /bin/true ccache && ln -s /bin/true distcc",
		    top);
	set_below("CCACHE_DIR", top, "ccache");
	set_below("DISTCC_DIR", top, "distcc");
	_cleanup_free_ char *compiler = NULL, *made = NULL, *temporary = NULL, *source = NULL;

	assert_null(text_format(&compiler, "%s/programs/ccache cc", top));
	assert_null(text_format(&made, "%s/made", place->work));
	assert_null(text_format(&temporary, "%s/tmp", place->work));
	assert_null(text_format(&source, "%s/source", place->work));
	struct sandbox_request request = {place->work, compiler,  place->key,
					  NULL,        temporary, source};
	struct lp_error *error = sandbox_make(&request, &place->holder);

	request.output = made;
	if (!error)
		error = sandbox_make(&request, &place->patched);
	if (error)
		print_message("no sandbox: %s\n", error->message);
	lp_error_free(error);
	*state = place;
	return 0;
}

static int clear_place(void **state)
{
	struct place *place = *state;

	sandbox_free(place->holder);
	sandbox_free(place->patched);
	free(place->work);
	free(place->home);
	free(place->key);
	free(place->output);
	scratch_remove(place->top);
	free(place);
	return 0;
}

/* Runs the shell's command in the sandbox, in `directory` if not NULL; gives its exit status. */
static int run_in(const struct sandbox_holder *holder, const struct place *place,
		  const char *command, const char *directory)
{
	struct process process = {
		.argv = (const char *const[]){"sh", "-c", command, NULL},
		.directory = directory,
		.output = place->output,
		.sandbox = holder ? &holder->sandbox : NULL,
	};
	int status;

	if (!holder)
		skip();
	assert_null(process_run(&process, &status));
	return status;
}

/* The same in the sandbox for untouched source. */
static int run(const struct place *place, const char *command, const char *directory)
{
	return run_in(place->holder, place, command, directory);
}

static void files_are_hidden(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "test ! -e $HOME", NULL), 0);
	assert_int_equal(run(place, "ls /etc/shadow", NULL), 2);
	assert_int_equal(run(place, "cat $SANDBOX_TEST/work/key && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "cat /proc/$SANDBOX_PID/environ && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "ls /proc/$SANDBOX_PID/root/ && exit 5; exit 6", NULL), 6);
}

static void only_the_working_copy_can_be_written(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		run(place, "echo x >written && test \"$PWD\" = $SANDBOX_TEST/work", place->work),
		0);
	assert_int_equal(run(place, "echo x >/usr/lpatch-test && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "echo x >$SANDBOX_TEST/written", NULL), 0);
	/* That was in a file system of its own. */
	_cleanup_free_ char *there = NULL, *not_there = NULL;

	assert_null(text_format(&there, "%s/written", place->work));
	assert_null(text_format(&not_there, "%s/written", getenv("SANDBOX_TEST")));
	assert_int_equal(access(there, F_OK), 0);
	assert_int_equal(access(not_there, F_OK), -1);
}

/* What later runs use: the working copy and what ccache keeps. */
static void patched_source_reaches_no_cache(void **state)
{
	struct place *place = *state;
	const struct sandbox_holder *patched = place->patched;

	assert_int_equal(run(place, "echo x >source/x && exit 5; exit 6", place->work), 6);
	assert_int_equal(run(place, "echo 1 >kept && echo 1 >$CCACHE_DIR/kept", place->work), 0);
	scratch_run("test $(cat %s/work/kept %s/ccache/kept | wc -l) = 2", place->top, place->top);
	assert_int_equal(run_in(patched, place, "echo 2 >kept && exit 5; exit 6", place->work), 6);
	assert_int_equal(run_in(patched, place, "rm -f kept && exit 5; exit 6", place->work), 6);
	assert_int_equal(run_in(patched, place, "mv made made2 && exit 5; exit 6", place->work), 6);
	assert_int_equal(run_in(patched, place, "echo 2 >$CCACHE_DIR/kept", NULL), 0);
	scratch_run("test $(cat %s/work/kept %s/ccache/kept | grep -c 1) = 2", place->top,
		    place->top);
	assert_int_equal(
		run_in(patched, place, "echo 2 >made/out && test ! -e $CCACHE_DIR/no", place->work),
		0);
	scratch_run("test $(cat %s/work/made/out) = 2", place->top);
}

/* Temporary files of compilers on untouched source can be changed by nobody else. */
static void temporary_files_are_apart(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "echo 1 >tmp/file", place->work), 0);
	assert_int_equal(run_in(place->patched, place, "test ! -e tmp/file && echo 2 >tmp/file",
				place->work),
			 0);
	scratch_run("test $(cat %s/work/tmp/file) = 1", place->top);
	scratch_run("test $(cat %s/work/made/tmp/file) = 2", place->top);
}

/* Locks of distcc are shared in the sandbox; which hosts there are is not for it to say. */
static void distcc_is_told_its_hosts(void **state)
{
	struct place *place = *state;
	_cleanup_free_ char *compiler = NULL;
	struct sandbox_holder *holder;

	if (!place->holder)
		skip();
	assert_null(text_format(&compiler, "%s/programs/distcc cc", place->top));
	const struct sandbox_request request = {.directory = place->work, .compiler = compiler};

	assert_null(sandbox_make(&request, &holder));
	assert_int_equal(run_in(holder, place,
				"grep -q here $DISTCC_DIR/hosts && mkdir $DISTCC_DIR/lock", NULL),
			 0);
	assert_int_equal(run_in(holder, place, "echo x >$DISTCC_DIR/hosts && exit 5; exit 6", NULL),
			 6);
	assert_int_equal(run_in(holder, place, "test -e $DISTCC_DIR/lock", NULL), 0);
	sandbox_free(holder);
	scratch_run("test \"$(ls %s/distcc)\" = hosts", place->top);
}

/* The namespaces are ours as well: a run whose bwrap is killed goes on in them. */
static void it_lives_on_without_its_holder(void **state)
{
	struct place *place = *state;

	if (!place->patched)
		skip();
	kill(place->patched->pid, SIGKILL);
	assert_int_equal(waitpid(place->patched->pid, NULL, 0), place->patched->pid);
	place->patched->pid = 0;
	assert_int_equal(run_in(place->patched, place, "echo 3 >made/out", place->work), 0);
	assert_int_equal(
		run_in(place->patched, place, "echo 3 >kept && exit 5; exit 6", place->work), 6);
	assert_int_equal(run_in(place->patched, place, "test ! -e $HOME", NULL), 0);
	assert_int_equal(
		run_in(place->patched, place, "test $(grep -c : /proc/self/net/dev) = 1", NULL), 0);
}

/* What stands in for bwrap, and the reason that is given. */
static const struct {
	const char *program, *reason;
} broken[] = {
	{NULL, "bwrap (package bubblewrap) is not installed"},
	{"echo 'bwrap: Creating new namespace failed: No space left on device' >&2; exit 1",
	 "bwrap: Creating new namespace failed: No space left on device"},
	{"kill -9 $$", "bwrap ended without a message"},
	{"exec cat", "bwrap does not say what it has started"},
	{"echo \"{ \\\"child-pid\\\": $$ }\" >&3; exec cat", "bwrap has made no mounts"},
};

/* Where user namespaces are off, bwrap ends with a message: that is what is imitated here. */
static void the_reason_is_given_where_there_is_none(void **state)
{
	struct place *place = *state;
	_cleanup_free_ char *path = strdup(getenv("PATH")), *directory = NULL, *program = NULL;
	const struct sandbox_request request = {.directory = place->work, .compiler = "cc"};

	assert_non_null(path);
	assert_null(text_format(&directory, "%s/broken", place->top));
	assert_null(text_format(&program, "%s/bwrap", directory));
	scratch_run("mkdir %s && for i in cat sh; do ln -s $(command -v $i) %s/$i; done", directory,
		    directory);
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		_cleanup_free_ char *text = NULL;
		struct sandbox_holder *holder;

		if (broken[i].program) {
			assert_null(text_format(&text, "#!/bin/sh\n%s\n", broken[i].program));
			write_file(program, text);
			scratch_run("chmod +x %s", program);
		}
		setenv("PATH", directory, 1);
		struct lp_error *error = sandbox_make(&request, &holder);

		setenv("PATH", path, 1);
		assert_non_null(error);
		assert_null(holder);
		assert_int_equal(error->status, LP_INTERNAL);
		assert_string_equal(error->message, broken[i].reason);
		lp_error_free(error);
	}
}

static void there_is_no_network_and_no_privilege(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "test $(grep -c : /proc/self/net/dev) = 1", NULL), 0);
	assert_int_equal(run(place,
			     "grep -q '^CapEff:.*0000000000000000$' /proc/self/status && "
			     "grep -q '^CapPrm:.*0000000000000000$' /proc/self/status && "
			     "grep -q '^NoNewPrivs:.*1$' /proc/self/status",
			     NULL),
			 0);
	assert_int_equal(run(place, "test $(id -u) = $SANDBOX_USER", NULL), 0);
	/* Another session, without a terminal. */
	assert_int_equal(run(place,
			     "read -r _ _ _ _ _ s t _ </proc/self/stat; "
			     "test $s != $SANDBOX_SESSION && test $t = 0",
			     NULL),
			 0);
	assert_int_equal(run(place, "umount $SANDBOX_TEST/work/key && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place,
			     "unshare -Urm sh -c 'umount -l $SANDBOX_TEST/work/key; "
			     "umount /dev/null; cat $SANDBOX_TEST/work/key' && exit 5; exit 6",
			     NULL),
			 6);
}

/*
 * A process that holds a lock and stays when its parent, the program in the sandbox, ends or is
 * killed. The lock belongs to what is open, so it is free once no process has it open.
 */
#define LEAVE_BEHIND "exec 9>made/held && flock -n 9 && { setsid sleep 60 >/dev/null 2>&1 & } && "

static int open_held(const struct place *place)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/made/held", place->work));
	int held = open(path, O_RDWR | O_CLOEXEC);

	assert_true(held >= 0);
	return held;
}

static void skip_without_pids(const struct place *place)
{
	if (!place->patched || !place->patched->sandbox.pids)
		skip();
}

static void no_process_outlives_the_program(void **state)
{
	struct place *place = *state;

	skip_without_pids(place);
	assert_int_equal(run_in(place->patched, place, LEAVE_BEHIND "exit 7", place->work), 7);
	_cleanup_close_ int held = open_held(place);

	assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);
	/* Nor can it reach one that is not its own. */
	assert_int_equal(
		run_in(place->patched, place, "kill -0 $SANDBOX_PID && exit 5; exit 6", NULL), 6);
}

static void the_exit_status_is_the_program_s(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "exit 255", NULL), 255);
	assert_int_equal(run(place, "kill -KILL $$", NULL), 128 + SIGKILL);
	assert_int_equal(run(place, "kill -SEGV $$", NULL), 128 + SIGSEGV);
}

/* Starts a program that leaves a process behind, and waits until both are there. */
static void start_in(struct place *place, const char *command, struct process *process)
{
	char byte;

	scratch_run("rm -f %s/made/ready && mkfifo %s/made/ready", place->work, place->work);
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/made/ready", place->work));
	*process = (struct process){
		.argv = (const char *const[]){"sh", "-c", command, NULL},
		.directory = place->work,
		.output = place->output,
		.sandbox = &place->patched->sandbox,
	};
	assert_null(process_start(process));
	/* A program that fails before it writes leaves the open waiting. */
	alarm(30);
	_cleanup_close_ int ready = open(path, O_RDONLY | O_CLOEXEC);

	alarm(0);
	assert_int_equal(read(ready, &byte, 1), 1);
}

/* A build that is ended can remove what it has half written. */
static void the_program_is_told_to_end(void **state)
{
	struct place *place = *state;
	struct process process;
	int status;

	skip_without_pids(place);
	start_in(place,
		 "trap 'echo ended >made/ended; exit 3' TERM; " LEAVE_BEHIND
		 "echo x >made/ready; wait",
		 &process);
	kill(process.pid, SIGTERM);
	assert_null(process_wait(&process, &status));
	assert_int_equal(status, 3);
	scratch_run("grep -q ended %s/made/ended", place->work);
	_cleanup_close_ int held = open_held(place);

	assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);
}

static void all_end_where_the_process_that_waits_is_killed(void **state)
{
	struct place *place = *state;
	struct process process;
	int status;

	skip_without_pids(place);
	start_in(place, "trap '' TERM; " LEAVE_BEHIND "echo x >made/ready; wait", &process);
	kill(process.pid, SIGKILL);
	assert_null(process_wait(&process, &status));
	assert_int_equal(status, 128 + SIGKILL);
	_cleanup_close_ int held = open_held(place);

	/* The kernel kills them a moment later. */
	alarm(30);
	assert_int_equal(flock(held, LOCK_EX), 0);
	alarm(0);
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	struct place *place = *state;
	struct process process = {
		.argv = (const char *const[]){"lpatch-no-such-program", NULL},
		.sandbox = place->holder ? &place->holder->sandbox : NULL,
	};
	int status;

	if (!place->holder)
		skip();
	struct lp_error *error = process_run(&process, &status);

	assert_non_null(error);
	assert_non_null(strstr(error->message, "can't run lpatch-no-such-program"));
	lp_error_free(error);
}

static void a_directory_that_is_hidden_is_an_error(void **state)
{
	struct place *place = *state;
	struct process process = {
		.argv = (const char *const[]){"true", NULL},
		.directory = place->home,
		.sandbox = place->holder ? &place->holder->sandbox : NULL,
	};
	int status;

	if (!place->holder)
		skip();
	struct lp_error *error = process_run(&process, &status);

	assert_non_null(error);
	lp_error_free(error);
}

static void a_compiler_on_other_hosts_has_the_network(void **state)
{
	struct place *place = *state, other = *place;
	const struct sandbox_request request = {.directory = place->work, .compiler = "distcc cc"};

	if (!place->holder || system("command -v distcc >/dev/null"))
		skip();
	assert_null(sandbox_make(&request, &other.holder));
	assert_int_equal(run(&other, "readlink /proc/self/ns/net >net", place->work), 0);
	sandbox_free(other.holder);
	scratch_run("test $(cat %s/net) = $(readlink /proc/self/ns/net)", place->work);
	assert_int_equal(run(place, "readlink /proc/self/ns/net >net", place->work), 0);
	scratch_run("test $(cat %s/net) != $(readlink /proc/self/ns/net)", place->work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_hidden),
		cmocka_unit_test(only_the_working_copy_can_be_written),
		cmocka_unit_test(patched_source_reaches_no_cache),
		cmocka_unit_test(temporary_files_are_apart),
		cmocka_unit_test(distcc_is_told_its_hosts),
		cmocka_unit_test(the_reason_is_given_where_there_is_none),
		cmocka_unit_test(there_is_no_network_and_no_privilege),
		cmocka_unit_test(a_directory_that_is_hidden_is_an_error),
		cmocka_unit_test(a_compiler_on_other_hosts_has_the_network),
		cmocka_unit_test(no_process_outlives_the_program),
		cmocka_unit_test(the_exit_status_is_the_program_s),
		cmocka_unit_test(the_program_is_told_to_end),
		cmocka_unit_test(all_end_where_the_process_that_waits_is_killed),
		cmocka_unit_test(a_program_that_is_not_there_is_an_error),
		cmocka_unit_test(it_lives_on_without_its_holder),
	};

	return cmocka_run_group_tests(tests, make_place, clear_place);
}
