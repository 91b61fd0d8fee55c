// SPDX-License-Identifier: GPL-2.0-or-later
/* Untrusted text does not reach a terminal as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/printable.h"

static void becomes(void (*clean)(char *text), const char *from, const char *expected)
{
	char text[64];

	assert_true(strlen(from) < sizeof(text));
	strcpy(text, from);
	clean(text);
	assert_string_equal(text, expected);
}

static void text_stays_as_it_is(void **state)
{
	(void)state;
	becomes(printable_terminal, "", "");
	becomes(printable_terminal, "a\tb\n\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7\n",
		"a\tb\n\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7\n");
	becomes(printable_terminal, "Windows\r\n", "Windows\r\n");
}

static void control_characters_are_replaced(void **state)
{
	(void)state;
	becomes(printable_terminal, "\033[2J\b\x7f", "?[2J??");
	becomes(printable_terminal, "hidden\rshown\r", "hidden?shown?");
	/* U+009B, CSI; neither may its second byte stay, which alone is CSI in ISO 8859. */
	becomes(printable_terminal,
		"\xc2\x9b"
		"2J",
		"??2J");
	becomes(printable_utf8, "\033[2J", "\033[2J");
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
	(void)state;
	becomes(printable_utf8, "\xe4 \xc3", "? ?");
	becomes(printable_utf8, "\xc0\xaf \xed\xa0\x80", "?? ???");
	becomes(printable_terminal,
		"\x9b"
		"2J",
		"?2J");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_as_it_is),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
