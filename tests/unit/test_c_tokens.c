// SPDX-License-Identifier: GPL-2.0-or-later
/* When two C texts have the same tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "create/c_text.h"

static void assert_same(const char *one, const char *other, bool same)
{
	struct c_tokens first, second;

	assert_null(c_tokens_read(one, &first));
	assert_null(c_tokens_read(other, &second));
	assert_int_equal(c_tokens_equal(&first, &second), same);
	assert_int_equal(c_tokens_equal(&second, &first), same);
	c_tokens_clear(&first);
	c_tokens_clear(&second);
}

static void comments_and_blanks_are_no_tokens(void **state)
{
	(void)state;
	assert_same("", "/* nothing */ // nothing\n", true);
	assert_same("int a;\n", "int /* an a */ a;\n\n\n", true);
	assert_same("int a;\n * b\n", "int a;\n * c\n", false);
	assert_same("/* one */ int a;", "/* another */ int a;", true);
}

static void code_and_constants_are(void **state)
{
	(void)state;
	assert_same("int a;", "int b;", false);
	assert_same("int a;", "int a", false);
	assert_same("char *a = \"/* a */\";", "char *a = \"/* b */\";", false);
	assert_same("int a = 'a';", "int a = 'b';", false);
	assert_same("int a;", "int a; int b;", false);
	/* One token is not two, and a longer one does not begin like a shorter one. */
	assert_same("ab", "a b", false);
	assert_same("abc", "ab", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_and_blanks_are_no_tokens),
		cmocka_unit_test(code_and_constants_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
