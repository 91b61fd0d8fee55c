// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program in the sandbox sees and may do. Skipped where the system allows none. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "common/process.h"
#include "common/text.h"
#include "create/target/sandbox_make.h"
#include "tests/unit/scratch.h"

/* A scratch directory with a working copy, a home directory and a key. */
struct place {
	char top[SCRATCH_PATH];
	char *work, *home, *key, *output;
	struct sandbox_holder *holder;
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
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
	const struct sandbox_request request = {place->work, "cc", place->key};
	struct lp_error *error = sandbox_make(&request, &place->holder);

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
	free(place->work);
	free(place->home);
	free(place->key);
	free(place->output);
	scratch_remove(place->top);
	free(place);
	return 0;
}

/* Runs the shell's command in the sandbox, in `directory` if not NULL; gives its exit status. */
static int run(const struct place *place, const char *command, const char *directory)
{
	struct process process = {
		.argv = (const char *const[]){"sh", "-c", command, NULL},
		.directory = directory,
		.output = place->output,
		.sandbox = place->holder ? &place->holder->sandbox : NULL,
	};
	int status;

	if (!place->holder)
		skip();
	assert_null(process_run(&process, &status));
	return status;
}

static void files_are_hidden(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "test ! -e $HOME", NULL), 0);
	assert_int_equal(run(place, "ls /etc/shadow", NULL), 2);
	assert_int_equal(run(place, "cat $SANDBOX_TEST/work/key && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "cat /proc/$PPID/environ && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "ls /proc/$PPID/root/ && exit 5; exit 6", NULL), 6);
}

static void only_the_working_copy_can_be_written(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		run(place, "echo x >made && test \"$PWD\" = $SANDBOX_TEST/work", place->work), 0);
	assert_int_equal(run(place, "echo x >/usr/lpatch-test && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place, "echo x >$SANDBOX_TEST/made", NULL), 0);
	/* That was in a file system of its own. */
	_cleanup_free_ char *there = NULL, *not_there = NULL;

	assert_null(text_format(&there, "%s/made", place->work));
	assert_null(text_format(&not_there, "%s/made", getenv("SANDBOX_TEST")));
	assert_int_equal(access(there, F_OK), 0);
	assert_int_equal(access(not_there, F_OK), -1);
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
	/* Its own session: it has no terminal. */
	assert_int_equal(run(place, "read -r _ _ _ _ _ s _ </proc/$$/stat; test $s = $$", NULL), 0);
	assert_int_equal(run(place, "umount $SANDBOX_TEST/work/key && exit 5; exit 6", NULL), 6);
	assert_int_equal(run(place,
			     "unshare -Urm sh -c 'umount -l $SANDBOX_TEST/work/key; "
			     "umount /dev/null; cat $SANDBOX_TEST/work/key' && exit 5; exit 6",
			     NULL),
			 6);
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
	const struct sandbox_request request = {place->work, "distcc cc", NULL};

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
		cmocka_unit_test(there_is_no_network_and_no_privilege),
		cmocka_unit_test(a_directory_that_is_hidden_is_an_error),
		cmocka_unit_test(a_compiler_on_other_hosts_has_the_network),
	};

	return cmocka_run_group_tests(tests, make_place, clear_place);
}
