// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of a line, as a file of flags has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/text.h"

/* The words of the line, with "|" between each two. */
static void has_words(const char *line, const char *expected)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *joined = NULL;

	assert_null(text_list_add_words(&words, line));
	if (words.count)
		assert_null(text_list_join(&words, "|", &joined));
	assert_string_equal(joined ?: "", expected);
}

static void blanks_and_newlines_separate(void **state)
{
	(void)state;
	has_words("V=0 W=1\tC=0\nM=x\n", "V=0|W=1|C=0|M=x");
	has_words("  one  ", "one");
	has_words(" \n", "");
	has_words("", "");
}

static void quotes_keep_blanks(void **state)
{
	(void)state;
	has_words("V=0 CC=\"ccache gcc-12\" W=1", "V=0|CC=ccache gcc-12|W=1");
	has_words("'a b'c d", "a bc|d");
	has_words("X='say \"yes\"' Y=\"it's\"", "X=say \"yes\"|Y=it's");
	has_words("''", "");
	has_words("\"not closed", "not closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_and_newlines_separate),
		cmocka_unit_test(quotes_keep_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
