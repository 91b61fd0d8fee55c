// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's configuration leaves of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "create/c_text/config_conditions.h"

#define CONFIG "# comment\nCONFIG_Y=y\nCONFIG_M=m\nCONFIG_N=\"text\"\n"

/* Each row: a text and the reduced text, without blank lines. */
static const struct reduced {
	const char *text, *left;
} reduced[] = {
	{"#ifdef CONFIG_Y\na\n#else\nb\n#endif\nc\n", "a\nc\n"},
	{"#ifdef CONFIG_X\na\n#else\nb\n#endif\nc\n", "b\nc\n"},
	{"#ifndef CONFIG_X\na\n#endif\n", "a\n"},
	{"#ifdef CONFIG_M\na\n#endif\n", ""},
	{"#if IS_ENABLED(CONFIG_M)\na\n#endif\n", "a\n"},
	{"#if IS_MODULE(CONFIG_M) && !IS_BUILTIN(CONFIG_M)\na\n#endif\n", "a\n"},
	{"#if defined(CONFIG_X) || defined CONFIG_Y\na\n#endif\n", "a\n"},
	{"#if defined(CONFIG_X) && FOO > 3\na\n#endif\n", ""},
	{"#if defined(CONFIG_Y) || FOO(1) > 3\na\n#endif\n", "a\n"},
	{"#if (!defined(CONFIG_X))\na\n#endif\n", "a\n"},
	{"# if 0\na\n# endif\n", ""},
	/* An unknown condition stays; known conditions in its branches are reduced. */
	{"#ifdef MODULE\na\n#ifdef CONFIG_X\nb\n#endif\n#else\nc\n#endif\n",
	 "#ifdef MODULE\na\n#else\nc\n#endif\n"},
	{"#if defined(CONFIG_Y) && FOO\na\n#endif\n", "#if defined(CONFIG_Y) && FOO\na\n#endif\n"},
	{"#if CONFIG_N > 3\na\n#endif\n", "#if CONFIG_N > 3\na\n#endif\n"},
	{"#if !FOO + 1\na\n#endif\n", "#if !FOO + 1\na\n#endif\n"},
	/* In a part that is left out. */
	{"#ifdef CONFIG_X\n#ifdef MODULE\na\n#else\nb\n#endif\nc\n#endif\nd\n", "d\n"},
	{"#ifdef CONFIG_X\na\n#elif defined(CONFIG_Y)\nb\n#elif FOO\nc\n#else\nd\n#endif\n", "b\n"},
	{"#ifdef CONFIG_X\na\n#elif FOO\nb\n#else\nc\n#endif\n", "#if FOO\nb\n#else\nc\n#endif\n"},
	{"#ifdef FOO\na\n#elif defined(CONFIG_Y)\nb\n#endif\n",
	 "#ifdef FOO\na\n#elif defined(CONFIG_Y)\nb\n#endif\n"},
	/* Comments and continued lines. */
	{"/*\n#ifdef CONFIG_X\n*/\na\n", "/*\n#ifdef CONFIG_X\n*/\na\n"},
	{"#if defined(CONFIG_X) || \\\n\tdefined(CONFIG_Y)\na\n#endif\n", "a\n"},
	{"#ifdef CONFIG_X /* no */\na\n#endif\n", ""},
	{"#define A 1 // and\n#undef B\n", "#define A 1 // and\n#undef B\n"},
	/* What can't be followed. */
	{"#ifdef CONFIG_X\na\n", "#ifdef CONFIG_X\na\n"},
};

static void read_config(struct kernel_config *config)
{
	char path[] = "/tmp/lpatch-test.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	assert_null(file_write(path, CONFIG, strlen(CONFIG)));
	assert_null(kernel_config_read(path, config));
	unlink(path);
}

/* Takes lines with nothing in them out, in place. */
static void drop_blank(char *text)
{
	char *out = text;

	for (const char *in = text; *in; in++) {
		if (*in != '\n' || (out > text && out[-1] != '\n'))
			*out++ = *in;
	}
	*out = '\0';
}

static void a_text_is_reduced(void **state)
{
	_cleanup_(kernel_config_clear) struct kernel_config config;

	(void)state;
	read_config(&config);
	for (size_t i = 0; i < ARRAY_SIZE(reduced); i++) {
		_cleanup_text_list_ struct text_list used = {0};
		_cleanup_free_ char *left = NULL;

		print_message("%s\n", reduced[i].text);
		assert_null(config_reduce(reduced[i].text, &config, &left, &used));
		drop_blank(left);
		assert_string_equal(left, reduced[i].left);
	}
}

static void who_makes_a_name_himself_is_found(void **state)
{
	char *items[] = {"CONFIG_X", "CONFIG_Y"};
	const struct text_list names = {.items = items, .count = 2};
	bool yes;

	(void)state;
	assert_null(config_is_overridden("#undef CONFIG_Y\n", &names, &yes));
	assert_true(yes);
	assert_null(config_is_overridden("# define CONFIG_X 1\n", &names, &yes));
	assert_true(yes);
	assert_null(config_is_overridden("#ifdef CONFIG_X\n#define CONFIG_XX\n", &names, &yes));
	assert_false(yes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_reduced),
		cmocka_unit_test(who_makes_a_name_himself_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
