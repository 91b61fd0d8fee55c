// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change to a Makefile can do, by its lines alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "create/reach/makefile_change.h"

/* Each row: two versions of a Makefile, and the effect of the change. */
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
	{"a part of a module", "fs/Makefile", "obj-y := a.o\na-objs := b.o c.o\n",
	 "obj-y := a.o\na-objs := b.o\n", MAKEFILE_LISTS, 0, false},
	{"a part of a new module", "fs/Makefile", "", "a-$(CONFIG_B) := b.o\nobj-y := a.o\n",
	 MAKEFILE_LISTS, 0, false},
	{"a part of a part", "fs/Makefile", "obj-m := a.o\na-y := b-c.o\nb-c-objs := d.o\n",
	 "obj-m := a.o\na-y := b-c.o\nb-c-objs := d.o e.o\n", MAKEFILE_LISTS, 0, false},
	{"a list that only a rule uses", "arch/x86/entry/vdso/Makefile", "vobjs-y := a.o\n",
	 "vobjs-y := a.o b.o\n", MAKEFILE_OTHER, 1, false},
	{"such a list that is linked into what it names", "fs/Makefile", "a-y := a.o\n",
	 "a-y := a.o b.o\n", MAKEFILE_OTHER, 1, false},
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
	{"a number of the version that is a program's output", "Makefile", "SUBLEVEL = 1\n",
	 "SUBLEVEL = $(shell id)\n", MAKEFILE_OTHER, 1, false},
	{"an object more in a variable of the Makefile's own", "fs/Makefile", "A_B = a.o\n",
	 "A_B = a.o b.o\n", MAKEFILE_LISTS, 0, false},
	{"a program in such a variable", "fs/Makefile", "A_B = a.o\n", "A_B = a.o b\n",
	 MAKEFILE_OTHER, 1, false},
	{"an object in a variable of other things", "fs/Makefile", "A_B = a\n", "A_B = a.o\n",
	 MAKEFILE_OTHER, 1, false},
	{"an object in a variable that is new", "fs/Makefile", "", "A_B = a.o\n", MAKEFILE_OTHER, 1,
	 false},
	{"an object in a variable of another kind of name", "fs/Makefile", "a = a.o\n",
	 "a = a.o b.o\n", MAKEFILE_OTHER, 1, false},
	{"an object in such a variable of the top Makefile", "Makefile", "A_B = a.o\n",
	 "A_B = a.o b.o\n", MAKEFILE_OTHER, 1, false},
	{"a list below the architecture", "arch/x86/kernel/Makefile", "", "obj-y += a.o\n",
	 MAKEFILE_LISTS, 0, false},
};

/* Lines that a diff may add to fs/proc/Makefile, and lines like these that it may not. */
static const char *const allowed[] = {
	"obj-y += a.o b/ c-d.o",
	"obj-$(CONFIG_A)\t+= a.o",
	"obj-$(subst m,y,$(CONFIG_A)) += a.o",
	"a-objs := b.o ../c.o $(a-y)",
	"a-$(CONFIG_B) += b/c.o",
	"  a-y += b.o # $(shell id) in a comment",
	"subdir-y += a",
	"lib-y += a.o",
	"ccflags-y += -DA -DB=1 -DC=$(CONFIG_C) -UD",
	"ccflags-y += -I$(src)/../x -I$(srctree)/include/x -I$(srctree)/$(src) -I$(obj)",
	"ccflags-y := -Wall -Wno-error -Wframe-larger-than=2048 -O2 -Os -w",
	"CFLAGS_a.o += -fno-builtin -ffreestanding -mno-sse -march=core2 -std=gnu11",
	"CFLAGS_REMOVE_a.o = $(CC_FLAGS_FTRACE) -pg",
	"CFLAGS_a.o += $(call cc-option,-fno-x) $(call cc-disable-warning, some-warning)",
	"KASAN_SANITIZE_a.o := n",
	"ifdef CONFIG_A",
	"ifeq ($(CONFIG_A)$(CONFIG_B),yy)",
	"ifneq ($(CONFIG_A), y)",
	"else ifndef CONFIG_A",
	"endif",
};

static const char *const forbidden[] = {
	"ccflags-y += $(shell id)",
	"ccflags-y += `id`",
	"ccflags-y += -DA=`id`",
	"ccflags-y += -DA=$$(id)",
	"ccflags-y += -DA;id",
	"ccflags-y += -DA=\"x\"",
	"ccflags-y += -DA='x'",
	"ccflags-y += -D",
	"ccflags-y += -fplugin=x.so",
	"ccflags-y += -fplugin-arg-x-y",
	"ccflags-y += -fmodule-mapper=x",
	"ccflags-y += -fdump-tree-all=x",
	"ccflags-y += -fprofile-use=x",
	"ccflags-y += -specs=x",
	"ccflags-y += -B.",
	"ccflags-y += -wrapper x",
	"ccflags-y += -include x",
	"ccflags-y += -o x",
	"ccflags-y += -save-temps",
	"ccflags-y += -Wa,-a=x",
	"ccflags-y += -Wl,x",
	"ccflags-y += -Wp,-MD,x",
	"ccflags-y += @x",
	"ccflags-y += x.c",
	"ccflags-y += -I/usr/include",
	"ccflags-y += -I$(srctree)/../x",
	"ccflags-y += -I$(src)/../../../x",
	"ccflags-y += -I$(srctree)x",
	"ccflags-y += $(A)",
	"ccflags-y += $(call cc-option,-fplugin=x)",
	"ccflags-y += $(call cc-option,-DA;id)",
	"ccflags-y += $(call cc-disable-warning,x;id)",
	"ccflags-y += $(call try-run,id,x)",
	"ccflags-y != id",
	"ccflags-y ::= -DA",
	"ccflags-y += -DA \\",
	"CFLAGS_$(shell id).o := -DA",
	"$(shell id)-y := a.o",
	"obj-$(shell id) += a.o",
	"obj-y += $(shell id)",
	"obj-y += $(wildcard *.o)",
	"obj-y += a.o;id",
	"obj-y += ../../../a.o",
	"obj-y += /a.o",
	"obj-y += -a.o",
	"obj-y += ~/a.o",
	"obj-y += %.o",
	"obj-y += *.o",
	"obj-y += a.o\r",
	"# a comment\r",
	"a-objs += a.o: b.o",
	"ifeq ($(shell id),)",
	"ifeq ($(A),)",
	"ifdef A",
	"ifeq `id`",
	"else $(shell id)",
	"include x",
	"-include x",
	"sinclude x",
	"export A := b",
	"override obj-y := a.o",
	"define obj-y",
	"a.o: obj-y := b.o",
	"vpath % /",
	"load x.so",
	"$(shell id)",
	"$(eval obj-y += a.o)",
	"$(info x)",
	".SHELLFLAGS = x",
	"SHELL = x",
	"CC = x",
	"MAKEFLAGS += x",
	"hostprogs += a",
	"hostprogs-y += a",
	"always-y += a",
	"extra-y += a.o",
	"targets += a",
	"HOSTCFLAGS_a.o := -DA",
	"ldflags-y += -T",
	"subdir-ccflags-y += -fplugin=x",
	"\tobj-y += a.o",
	"KASAN_SANITIZE := $(shell id)",
};

/* The effect of a line in a Makefile that has the module a. */
static void add_line(const char *line, struct makefile_change *change)
{
	_cleanup_free_ char *after = NULL;

	print_message("%s\n", line);
	assert_null(text_format(&after, "obj-m := a.o\n%s", line));
	assert_null(makefile_compare("fs/proc/Makefile", "obj-m := a.o\n", after, "", change));
}

static void lines_that_may_come_are_listed(void **state)
{
	struct makefile_change change;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		add_line(allowed[i], &change);
		assert_int_not_equal(change.effect, MAKEFILE_OTHER);
	}
	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++) {
		add_line(forbidden[i], &change);
		assert_int_equal(change.effect, MAKEFILE_OTHER);
		makefile_change_clear(&change);
	}
}

/* What the source has may stay, but where it is. */
static const struct compared kept[] = {
	{"a word beside one that only the source may have", "fs/Makefile",
	 "ccflags-y := $(shell a b)\n", "ccflags-y := $(shell a b) -DA\n", MAKEFILE_FLAGS, 0,
	 false},
	{"such a word in another variable", "fs/Makefile", "A := $(shell a b)\n",
	 "A := $(shell a b)\nccflags-y := $(shell a b)\n", MAKEFILE_OTHER, 2, false},
	{"parts of such words", "fs/Makefile", "ccflags-y := `a b`\n", "ccflags-y := `a -Dc b`\n",
	 MAKEFILE_OTHER, 1, false},
	{"such a line that goes", "fs/Makefile", "ccflags-y := $(shell a)\n", "", MAKEFILE_FLAGS, 0,
	 false},
	{"such a line that moves", "fs/Makefile", "ccflags-y := `a`\na: b\n",
	 "a: b\nccflags-y := `a`\n", MAKEFILE_OTHER, 2, false},
	{"such a line that comes twice", "fs/Makefile", "a: b\n", "a: b\na: b\n", MAKEFILE_OTHER, 2,
	 false},
	{"one of two equal lines that goes", "fs/Makefile",
	 "define A\nobj-y := a\nendef\ndefine B\nendef\n",
	 "define A\nobj-y := a\ndefine B\nendef\n", MAKEFILE_OTHER, 3, false},
	{"a line inside a definition", "fs/Makefile", "define A\nendef\n",
	 "define A\nobj-y := a.o\nendef\n", MAKEFILE_OTHER, 2, false},
	{"a line behind a comment with two backslashes", "fs/Makefile", "",
	 "# a \\\\\nccflags-y += $(shell id)\n", MAKEFILE_OTHER, 2, false},
	{"a line behind a comment that goes on", "fs/Makefile", "",
	 "# a \\\\\\\nccflags-y += $(shell id)\n", MAKEFILE_NOTHING, 0, false},
};

static void lines_of_the_source_stay_where_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const struct compared *row = &kept[i];
		struct makefile_change change;

		print_message("%s\n", row->sentence);
		assert_null(makefile_compare(row->path, row->before, row->after, "", &change));
		assert_int_equal(change.effect, row->effect);
		assert_int_equal(change.line, row->line);
		assert_int_equal(change.is_old, row->is_old);
		makefile_change_clear(&change);
	}
}

static void changes_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(compared); i++) {
		const struct compared *row = &compared[i];
		struct makefile_change change;

		print_message("%s\n", row->sentence);
		assert_null(makefile_compare(row->path, row->before, row->after, "", &change));
		assert_int_equal(change.effect, row->effect);
		assert_int_equal(change.line, row->line);
		assert_int_equal(change.is_old, row->is_old);
		assert_int_equal(change.text != NULL, row->effect == MAKEFILE_OTHER);
		makefile_change_clear(&change);
	}
}

/* As the top Makefile has it in 6.1.190 and in 6.1.192. */
static const char gcov_before[] = "CFLAGS_GCOV\t:= -fprofile-arcs -ftest-coverage\n"
				  "ifdef CONFIG_CC_IS_GCC\n"
				  "CFLAGS_GCOV\t+= -fno-tree-loop-im\n"
				  "endif\n"
				  "export CFLAGS_GCOV\n"
				  "\nifdef CONFIG_A\nKBUILD_CFLAGS += -DA\nendif\n";
static const char gcov_after[] =
	"ifdef CONFIG_A\nKBUILD_CFLAGS += -DA\nendif\n\n"
	"CFLAGS_GCOV\t:= -fprofile-arcs -ftest-coverage\n"
	"ifdef CONFIG_CC_IS_GCC\n"
	"CFLAGS_GCOV\t+= -fno-tree-loop-im\n"
	"# a comment\n"
	"CFLAGS_GCOV\t+= $(call try-run,\\\n"
	"\techo 'long long x; void f(void){x++;}' | \\\n"
	"\t$(CC) $(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) -w -fprofile-arcs \\\n"
	"\t-ftest-coverage -x c - -c -o \"$$TMP.base\" && \\\n"
	"\t$(NM) \"$$TMP.base\" | grep ' U ' > \"$$TMP.ubase\" || true ; \\\n"
	"\tcmp -s \"$$TMP.ubase\" \"$$TMP.utest\",\\\n"
	"\t-fprofile-update=prefer-atomic)\n"
	"endif\n"
	"export CFLAGS_GCOV\n";

/* Values with which a real build might do more than set the variable. */
static const char *const reaching[] = {
	"$(shell id)",
	"$(call try-run,rm -r x,-a)",
	"$(call try-run,echo 'x' | sh,-a)",
	"$(call try-run,echo 'x' > init/main.c,-a)",
	"$(call try-run,echo 'x' >\"$$TMP/../x\",-a)",
	"$(call try-run,echo x > \"$$TMP\"; touch y,-a)",
	"$(call try-run,$(CC) -x c - -c -o init/main.o,-a)",
	"$(call try-run,echo `id`,-a)",
	"$(call try-run,echo $$(id),-a)",
	"$(call try-run,echo x & id,-a)",
	"$(call try-run,$(CC) -fplugin=/x,-a)",
	"$(call try-run,$(CC) -wrapper id -x c -,-a)",
	"$(call try-run,$(CC) -ox -x c -,-a)",
	"$(call cc-option,-B.)",
	"$(eval all: x)",
	"$(error x)",
	"\"$$TMP\" <x",
};

static void variables_without_use_do_not_count(void **state)
{
	static const char on[] = "CONFIG_GCOV_KERNEL=y\n";
	struct makefile_change change;

	(void)state;
	assert_null(makefile_compare("Makefile", gcov_before, gcov_after, "", &change));
	assert_int_equal(change.effect, MAKEFILE_NOTHING);
	assert_null(makefile_compare("Makefile", gcov_after, gcov_before, "", &change));
	assert_int_equal(change.effect, MAKEFILE_NOTHING);
	assert_null(makefile_compare("Makefile", gcov_before, gcov_after, on, &change));
	assert_int_equal(change.effect, MAKEFILE_OTHER);
	makefile_change_clear(&change);
	assert_null(makefile_compare("fs/Makefile", gcov_before, gcov_after, "", &change));
	assert_int_equal(change.effect, MAKEFILE_OTHER);
	makefile_change_clear(&change);
	for (size_t i = 0; i < ARRAY_SIZE(reaching); i++) {
		char after[200];

		print_message("%s\n", reaching[i]);
		snprintf(after, sizeof(after), "CFLAGS_GCOV := %s\n", reaching[i]);
		assert_null(makefile_compare("Makefile", "", after, "", &change));
		assert_int_equal(change.effect, MAKEFILE_OTHER);
		makefile_change_clear(&change);
	}
	assert_null(makefile_compare("Makefile",
				     "ifdef CONFIG_A\nCFLAGS_GCOV := -a\nA := b\nendif\n",
				     "ifdef CONFIG_A\nendif\nA := b\n", "", &change));
	assert_int_equal(change.effect, MAKEFILE_OTHER);
	makefile_change_clear(&change);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_told_apart),
		cmocka_unit_test(variables_without_use_do_not_count),
		cmocka_unit_test(lines_that_may_come_are_listed),
		cmocka_unit_test(lines_of_the_source_stay_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
