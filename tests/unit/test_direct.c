// SPDX-License-Identifier: GPL-2.0-or-later
/* How references of the core to what isn't exported become distances, and which are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/core/core_symbols.h"
#include "create/core/direct.h"
#include "create/elf/module_file.h"
#include "tests/unit/scratch.h"

#define EXPORTS                                    \
	"0x1\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n" \
	"0x2\tsay\tvmlinux\tEXPORT_SYMBOL\t\n"

struct fixture {
	char directory[SCRATCH_PATH];
	struct kernel_image *kernel;
	struct exports *exports;
	char *object;
};

static char *compile(const struct fixture *fixture, const char *name, const char *text)
{
	return scratch_compile(
		fixture->directory, name,
		"-O2 -fno-PIE -mcmodel=kernel -fno-asynchronous-unwind-tables -ffreestanding",
		text);
}

/* A kernel that has idle_task once, get_kprobe twice, and no find_module. */
static int make_kernel(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	_cleanup_free_ char *one = NULL, *other = NULL, *symvers = NULL, *image = NULL;

	scratch_make(fixture->directory);
	one = compile(fixture, "one",
		      "void _printk(void) {}\nvoid say(void) {}\nvoid idle_task(void) {}\n"
		      "void internal(void) {}\nstatic void __attribute__((used)) get_kprobe(void) "
		      "{}\nint text_mutex = 1;\n");
	other = compile(fixture, "other",
			"static void __attribute__((used)) get_kprobe(void) {}\n");
	assert_null(text_format(&image, "%s/vmlinux", fixture->directory));
	scratch_run("ld --build-id=sha1 -Ttext=0xffffffff81000000 -e _printk -o %s %s %s && "
		    "objcopy --rename-section .note.gnu.build-id=.notes %s",
		    image, one, other, image);
	assert_null(kernel_image_open(image, &fixture->kernel));
	assert_null(text_format(&symvers, "%s/Module.symvers", fixture->directory));
	assert_null(file_write(symvers, EXPORTS, strlen(EXPORTS)));
	assert_null(exports_read(symvers, &fixture->exports));
	*state = fixture;
	return 0;
}

static int remove_kernel(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	kernel_image_free(fixture->kernel);
	exports_free(fixture->exports);
	free(fixture->object);
	free(fixture);
	return 0;
}

static struct lp_error *resolve(struct fixture *fixture, const char *text)
{
	free(fixture->object);
	fixture->object = compile(fixture, "core", text);
	return direct_resolve(fixture->object, fixture->kernel, fixture->exports);
}

static void assert_refused(void **state, const char *text, enum lp_status status,
			   const char *message)
{
	_cleanup_error_ struct lp_error *error = resolve(*state, text);

	assert_non_null(error);
	assert_int_equal(error->status, status);
	assert_string_equal(error->message, message);
}

static uint64_t address(const struct fixture *fixture, const char *name)
{
	return symbol_table_find_name(kernel_image_symbols(fixture->kernel), name)->address;
}

/* Where the relocation leads to, if it is by the exported function; else fails. */
static uint64_t leads_to(const struct fixture *fixture, const struct module_file *file,
			 const struct module_relocation *relocation)
{
	assert_string_equal(file->symbols[relocation->symbol].name, "_printk");
	assert_int_equal(file->symbols[relocation->symbol].symbol.st_shndx, SHN_UNDEF);
	return address(fixture, "_printk") + (uint64_t)relocation->addend;
}

static void distances_are_those_of_the_image(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob bytes = {0};
	struct module_file file;
	const struct module_section *text;

	assert_null(resolve(
		fixture, "extern void _printk(void), idle_task(void), say(void);\n"
			 "extern int text_mutex;\nextern char lpatch_running_build_id[];\n"
			 "char *id = lpatch_running_build_id;\n"
			 "void core(void) { _printk(); idle_task(); text_mutex = 2; say(); }\n"));
	assert_null(file_read(fixture->object, 1 << 20, &bytes));
	assert_null(module_file_read("core.o", &bytes, &file));
	text = module_file_section(&file, ".text");
	assert_int_equal(text->nr_relocations, 4);
	assert_int_equal(leads_to(fixture, &file, &text->relocations[0]),
			 address(fixture, "_printk") - 4);
	assert_int_equal(leads_to(fixture, &file, &text->relocations[1]),
			 address(fixture, "idle_task") - 4);
	/* The instruction has four more bytes after the field. */
	assert_int_equal(leads_to(fixture, &file, &text->relocations[2]),
			 address(fixture, "text_mutex") - 8);
	assert_string_equal(file.symbols[text->relocations[3].symbol].name, "say");
	for (size_t i = 1; i < file.nr_sections; i++) {
		if (text_starts_with(file.sections[i].name, ".data") &&
		    file.sections[i].nr_relocations)
			assert_int_equal(leads_to(fixture, &file, &file.sections[i].relocations[0]),
					 kernel_image_build_id_address(fixture->kernel));
	}
	module_file_clear(&file);
}

static void what_is_not_in_the_table_must_be_exported(void **state)
{
	assert_refused(state,
		       "extern void _printk(void), internal(void);\n"
		       "void core(void) { _printk(); internal(); }\n",
		       LP_BUILD_FAILED,
		       "the kernel does not export internal to modules, and lpatch's core can't "
		       "work without it");
}

static void what_the_kernel_does_not_have_is_refused(void **state)
{
	assert_refused(state,
		       "extern void _printk(void), find_module(void);\n"
		       "void core(void) { _printk(); find_module(); }\n",
		       LP_BUILD_FAILED,
		       "the kernel does not export find_module to modules, and lpatch's core can't "
		       "work without it");
}

static void what_is_there_twice_is_refused(void **state)
{
	assert_refused(state,
		       "extern void _printk(void), get_kprobe(void);\n"
		       "void core(void) { _printk(); get_kprobe(); }\n",
		       LP_UNSAFE,
		       "the kernel has several symbols get_kprobe, and the core can't tell which "
		       "one it needs");
}

/* Lists what the kernel lacks under that config. */
static char *missing(const struct fixture *fixture, const char *config)
{
	_cleanup_text_list_ struct text_list list = {0};
	char *text;

	assert_null(core_symbols_missing(fixture->kernel, config, &list));
	assert_null(text_list_join(&list, "\n", &text));
	return text;
}

static void all_that_is_missing_is_listed(void **state)
{
	_cleanup_free_ char *text = missing(*state, "CONFIG_SMP=y\n");

	assert_string_equal(text,
			    "stop_machine_cpuslocked\ntask_call_func\nfind_module\n_stext\n"
			    "_etext\n__start_rodata\n__end_rodata\n"
			    "alternatives_text_reserved\nget_kprobe that can be used: the kernel "
			    "has several symbols get_kprobe, and the core can't tell which one it "
			    "needs");
}

static void the_config_says_what_is_needed(void **state)
{
	_cleanup_free_ char *text =
		missing(*state, "CONFIG_SMP=y\nCONFIG_JUMP_LABEL=y\nCONFIG_STACKTRACE=y\n");

	assert_non_null(strstr(text, "\njump_label_lock\njump_label_unlock\n"));
	assert_non_null(strstr(text, "stack_trace_save_tsk\n"));
	assert_null(strstr(text, "stack_trace_save_tsk_reliable"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_kernel, remove_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(distances_are_those_of_the_image),
		TEST(what_is_not_in_the_table_must_be_exported),
		TEST(what_the_kernel_does_not_have_is_refused),
		TEST(what_is_there_twice_is_refused),
		TEST(all_that_is_missing_is_listed),
		TEST(the_config_says_what_is_needed),
	};

	return cmocka_run_group_tests_name("direct", tests, NULL, NULL);
}
