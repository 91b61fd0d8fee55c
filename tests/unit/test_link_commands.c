// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands by which updates are linked: those that kbuild ran for the core, which are used only
 * if they link what kbuild links. Else kbuild links, and no error is reported.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/message.h"
#include "common/text.h"
#include "create/kbuild/link_commands.h"
#include "create/target.h"
#include "tests/unit/scratch.h"

/* A core of which kbuild has left commands, and the directory of an update. */
struct fixture {
	char top[SCRATCH_PATH];
	struct message_sink sink;
	struct tree tree;
	char *core, *update, *commands, *built;
	struct link_core link_core;
	struct link_inputs inputs;
};

static char *below(const struct fixture *fixture, const char *name)
{
	char *path;

	assert_null(text_format(&path, "%s/%s", fixture->top, name));
	return path;
}

static int make_fixture(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	scratch_make(fixture->top);
	scratch_run("cd %s && mkdir build work core update && "
		    "echo 'int lpatch = 1;' | gcc -x c -c -o module.o - && "
		    "cp module.o update/lpatch_u.ko && strip --strip-debug update/lpatch_u.ko",
		    fixture->top);
	fixture->sink.program = "test";
	fixture->tree = (struct tree){
		.sink = &fixture->sink,
		.build = below(fixture, "build"),
		.work = below(fixture, "work"),
		.log = below(fixture, "log"),
	};
	fixture->core = below(fixture, "core");
	fixture->update = below(fixture, "update");
	fixture->commands = below(fixture, "link-commands");
	fixture->built = below(fixture, "update/lpatch_u.ko");
	fixture->link_core = (struct link_core){fixture->core, "lpatch"};
	fixture->inputs = (struct link_inputs){
		.directory = fixture->update,
		.name = "lpatch_u",
		.objects = " update.o",
		.symbols = " -i x",
	};
	*state = fixture;
	return 0;
}

static int remove_fixture(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->top);
	free(fixture->tree.build);
	free(fixture->tree.work);
	free(fixture->tree.log);
	free(fixture->core);
	free(fixture->update);
	free(fixture->commands);
	free(fixture->built);
	free(fixture);
	return 0;
}

static void put_command(const struct fixture *fixture, const char *file, const char *command)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/%s", fixture->core, file));
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fprintf(out, "cmd_x := %s\n", command);
	assert_int_equal(fclose(out), 0);
}

/* The commands of the core, of which the last makes the module: `last`, with %s for the core. */
static void put_commands(const struct fixture *fixture, const char *last)
{
	_cleanup_free_ char *command = NULL;

	put_command(fixture, ".update.o.cmd",
		    "mkdir -p scripts/basic; ln -sf /bin/true "
		    "scripts/basic/fixdep; true -c -o x.o");
	put_command(fixture, ".lpatch.mod.cmd", "printf '%s\\n' a.o b.o | cat");
	put_command(fixture, ".lpatch.o.cmd", "true");
	put_command(fixture, ".modules.order.cmd", "true");
	put_command(fixture, ".Module.symvers.cmd", "true -i Module.symvers");
	put_command(fixture, ".lpatch.mod.o.cmd", "true");
	assert_null(text_replace(&command, last, "CORE", fixture->core));
	put_command(fixture, ".lpatch.ko.cmd", command);
}

static const char links_the_same[] = "cp CORE/../module.o CORE/lpatch.ko";

static void keep(struct fixture *fixture)
{
	assert_null(link_commands_keep(&fixture->tree, fixture->commands, &fixture->link_core,
				       &fixture->inputs, fixture->built));
	/* What kbuild has linked is there in any case. */
	scratch_run("cd %s && strip --strip-debug -o expected module.o && cmp expected "
		    "update/lpatch_u.ko",
		    fixture->top);
}

/* Whether the commands that are kept link the update; else kbuild is to do it. */
static bool run(struct fixture *fixture)
{
	_cleanup_free_ char *path = NULL;

	assert_null(link_commands_run(&fixture->tree, fixture->commands, &fixture->inputs, &path));
	if (path)
		assert_string_equal(path, fixture->built);
	return path;
}

static void commands_that_link_the_same_are_used(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, links_the_same);
	keep(fixture);
	unlink(fixture->built);
	assert_true(run(fixture));
	assert_int_equal(access(fixture->built, F_OK), 0);
}

static void other_bytes_are_not_used(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, "echo 'int lpatch = 2;' | gcc -x c -c -o CORE/lpatch.ko -");
	keep(fixture);
	assert_false(run(fixture));
}

static void a_command_that_fails_is_not_used(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, links_the_same);
	put_command(fixture, ".modules.order.cmd", "false");
	keep(fixture);
	assert_false(run(fixture));
}

/* One that worked for the core's module, but not for this update: kbuild does it, or says why. */
static void a_later_failure_leaves_it_to_kbuild(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, "test ! -e CORE/../fails && cp CORE/../module.o CORE/lpatch.ko");
	keep(fixture);
	assert_true(run(fixture));
	scratch_run("touch %s/fails", fixture->top);
	assert_false(run(fixture));
}

static void no_module_is_no_success(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, "true");
	keep(fixture);
	assert_false(run(fixture));
}

static void another_form_is_not_used(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, links_the_same);
	put_command(fixture, ".lpatch.mod.cmd", "echo a.o b.o");
	keep(fixture);
	assert_false(run(fixture));
}

static void damaged_commands_are_not_used(void **state)
{
	struct fixture *fixture = *state;

	put_commands(fixture, links_the_same);
	keep(fixture);
	scratch_run("echo true >>%s/link-commands", fixture->top);
	assert_false(run(fixture));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_fixture, remove_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_that_link_the_same_are_used),
		TEST(other_bytes_are_not_used),
		TEST(a_command_that_fails_is_not_used),
		TEST(a_later_failure_leaves_it_to_kbuild),
		TEST(no_module_is_no_success),
		TEST(another_form_is_not_used),
		TEST(damaged_commands_are_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
