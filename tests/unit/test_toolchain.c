// SPDX-License-Identifier: GPL-2.0-or-later
/* Which compiler, linker and assembler a kernel's config names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "create/target/toolchain.h"
#include "tests/unit/scratch.h"

#define GCC "#\nCONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian 12.2.0-14) 12.2.0\"\nCONFIG_CC_IS_GCC=y\n"
#define CLANG                                                                      \
	"#\nCONFIG_CC_VERSION_TEXT=\"Debian clang version 16.0.6 (15~deb12u1)\"\n" \
	"CONFIG_CC_IS_CLANG=y\nCONFIG_CLANG_VERSION=160006\n"
#define LLD "CONFIG_LD_IS_LLD=y\nCONFIG_LLD_VERSION=160006\n"

static const struct row {
	const char *sentence;
	const char *programs;    /* in PATH */
	const char *environment; /* CC */
	const char *flags, *config;
	const char *compiler, *result; /* that compiler, these flags */
} rows[] = {
	{
		.sentence = "gcc by its name",
		.config = GCC,
		.compiler = "gcc-12",
	},
	{
		.sentence = "clang by its version",
		.programs = "clang clang-16",
		.config = CLANG,
		.compiler = "clang-16",
	},
	{
		.sentence = "clang by its name alone, where no program has its version",
		.programs = "clang clang-14",
		.config = CLANG,
		.compiler = "clang",
	},
	{
		.sentence = "lld by its version",
		.programs = "clang-16 ld.lld ld.lld-16",
		.config = CLANG LLD,
		.compiler = "clang-16",
		.result = "LD=ld.lld-16",
	},
	{
		.sentence = "lld by its name alone",
		.programs = "ld.lld",
		.config = GCC LLD,
		.compiler = "gcc-12",
		.result = "LD=ld.lld",
	},
	{
		.sentence = "the assembler of binutils beside clang",
		.config = CLANG "CONFIG_AS_IS_GNU=y\n",
		.compiler = "clang",
		.result = "LLVM_IAS=0",
	},
	{
		.sentence = "what the flags say",
		.programs = "clang-16 ld.lld-16",
		.environment = "clang-15",
		.flags = "CC=clang-14 LD=/lld LLVM_IAS=1",
		.config = CLANG LLD "CONFIG_AS_IS_GNU=y\n",
		.compiler = "clang-14",
		.result = "CC=clang-14 LD=/lld LLVM_IAS=1",
	},
	{
		.sentence = "a whole toolchain from the flags",
		.programs = "clang-16 ld.lld-16",
		.flags = "LLVM=-16",
		.config = CLANG LLD,
		.compiler = "clang-16",
		.result = "LLVM=-16",
	},
	{
		.sentence = "the compiler of the environment, and the linker of the config",
		.programs = "ld.lld-16",
		.environment = "ccache clang-16",
		.config = CLANG LLD,
		.compiler = "ccache clang-16",
		.result = "LD=ld.lld-16",
	},
};

static void check_row(const struct row *row)
{
	_cleanup_text_list_ struct text_list flags = {0};
	_cleanup_free_ char *compiler = NULL, *joined = NULL, *path = strdup(getenv("PATH"));
	char directory[SCRATCH_PATH];

	scratch_make(directory);
	scratch_run("cd %s && for p in %s; do cp /bin/true $p; done", directory,
		    row->programs ?: "");
	setenv("PATH", directory, 1);
	if (row->environment)
		setenv("CC", row->environment, 1);
	else
		unsetenv("CC");
	assert_null(text_list_add_words(&flags, row->flags ?: ""));
	assert_null(toolchain_find(row->config, ".config", &flags, &compiler));
	assert_null(toolchain_flags(row->config, &flags));
	assert_null(text_list_join(&flags, " ", &joined));
	setenv("PATH", path, 1);
	scratch_remove(directory);
	assert_string_equal(compiler, row->compiler);
	assert_string_equal(flags.count ? joined : "", row->result ?: "");
}

static void the_parts_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].sentence);
		check_row(&rows[i]);
	}
}

static void a_text_that_names_none_is_refused(void **state)
{
	struct text_list none = {0};
	char *compiler = NULL;

	(void)state;
	unsetenv("CC");
	_cleanup_error_ struct lp_error *error =
		toolchain_find("# nothing\n", "dir/.config", &none, &compiler);

	assert_non_null(error);
	assert_int_equal(error->status, LP_USAGE);
	assert_string_equal(error->message,
			    "dir/.config is no kernel config: CONFIG_CC_VERSION_TEXT is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_are_found),
		cmocka_unit_test(a_text_that_names_none_is_refused),
	};

	return cmocka_run_group_tests_name("toolchain", tests, NULL, NULL);
}
