// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change to a Makefile can do, by its lines alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "create/reach/makefile_change.h"

/* Each row: two versions of a Makefile, and what the change from one to the other does. */
static const struct compared {
	const char *sentence;
	const char *path, *before, *after;
	enum makefile_effect effect;
	unsigned int line; /* for MAKEFILE_OTHER */
	bool is_old;
} compared[] = {
	{"a comment", "fs/Makefile", "obj-y := a.o\n", "# list\nobj-y  :=  a.o # b.o\n",
	 MAKEFILE_NOTHING, 0, false},
	{"other lines for the same list", "fs/Makefile", "obj-y := a.o b.o\n",
	 "obj-y := a.o \\\n\tb.o\n", MAKEFILE_NOTHING, 0, false},
	{"an object more", "fs/Makefile", "obj-y := a.o\n", "obj-y := a.o\nobj-y += b.o\n",
	 MAKEFILE_LISTS, 0, false},
	{"an object by an option", "fs/Makefile", "", "obj-$(CONFIG_A) += a.o\n", MAKEFILE_LISTS, 0,
	 false},
	{"a part of a module", "fs/Makefile", "a-objs := b.o c.o\n", "a-objs := b.o\n",
	 MAKEFILE_LISTS, 0, false},
	{"a flag of one file", "fs/Makefile", "", "CFLAGS_a.o = -O1\n", MAKEFILE_FLAGS, 0, false},
	{"a flag of all files", "fs/Makefile", "ccflags-y := -DA\n", "ccflags-y := -DB\n",
	 MAKEFILE_FLAGS, 0, false},
	{"a condition", "fs/Makefile", "ifdef CONFIG_A\nendif\n", "ifdef CONFIG_B\nendif\n",
	 MAKEFILE_FLAGS, 0, false},
	{"a rule", "fs/Makefile", "obj-y := a.o\n", "obj-y := a.o\n\n$(obj)/a.o: $(obj)/a.h\n",
	 MAKEFILE_OTHER, 3, false},
	{"a rule that goes", "fs/Makefile", "a: b\nobj-y := a.o\n", "obj-y := a.o\n",
	 MAKEFILE_OTHER, 1, true},
	{"a recipe that looks like a list", "fs/Makefile", "a:\n\tobj-y := a.o\n",
	 "a:\n\tobj-y := b.o\n", MAKEFILE_OTHER, 2, false},
	{"a program that runs at build time", "fs/Makefile", "", "hostprogs-y := a\n",
	 MAKEFILE_OTHER, 1, false},
	{"a variable of unknown use", "fs/Makefile", "", "cmd_a = b\n", MAKEFILE_OTHER, 1, false},
	{"another Makefile's lines", "fs/Makefile", "", "include fs/x.mk\n", MAKEFILE_OTHER, 1,
	 false},
	{"the kernel's version", "Makefile", "SUBLEVEL = 1\n", "SUBLEVEL = 2\n", MAKEFILE_NOTHING,
	 0, false},
	{"a list of the top Makefile", "Makefile", "", "core-y += a/\n", MAKEFILE_OTHER, 1, false},
	{"a flag of the architecture", "arch/x86/Makefile", "", "ccflags-y += -O1\n",
	 MAKEFILE_OTHER, 1, false},
	{"a list below the architecture", "arch/x86/kernel/Makefile", "", "obj-y += a.o\n",
	 MAKEFILE_LISTS, 0, false},
};

static void changes_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(compared); i++) {
		const struct compared *row = &compared[i];
		struct makefile_change change;

		print_message("%s\n", row->sentence);
		assert_null(makefile_compare(row->path, row->before, row->after, &change));
		assert_int_equal(change.effect, row->effect);
		assert_int_equal(change.line, row->line);
		assert_int_equal(change.is_old, row->is_old);
		assert_int_equal(change.text != NULL, row->effect == MAKEFILE_OTHER);
		free(change.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
