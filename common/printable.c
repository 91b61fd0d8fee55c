// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/printable.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/text.h"

/* Length in bytes of the UTF-8 character at the start of `text`; 0 if it is not one (RFC 3629). */
static size_t utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last; /* range of the first byte */
		unsigned char low, high;   /* range of the second */
		size_t length;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	if (*text < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*text < forms[i].first || *text > forms[i].last)
			continue;
		if (text[1] < forms[i].low || text[1] > forms[i].high)
			return 0;
		for (size_t j = 2; j < forms[i].length; j++) {
			if ((text[j] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].length;
	}
	return 0;
}

/* True for a control character that a terminal acts on. */
static bool drives_terminal(const unsigned char *character, size_t length)
{
	if (length == 2)
		return character[0] == 0xc2 && character[1] < 0xa0;
	if (length != 1 || *character == '\n' || *character == '\t')
		return false;
	if (*character == '\r')
		return character[1] != '\n';
	return *character < ' ' || *character == 0x7f;
}

static void clean(char *text, bool controls)
{
	unsigned char *next = (unsigned char *)text;

	while (*next) {
		size_t length = utf8_length(next);

		bool bad = !length || (controls && drives_terminal(next, length));

		if (!length)
			length = 1;
		/* Every byte: the second one of C1 alone is C1 to a terminal that isn't UTF-8. */
		if (bad)
			memset(next, '?', length);
		next += length;
	}
}

void printable_utf8(char *text)
{
	clean(text, false);
}

void printable_terminal(char *text)
{
	clean(text, true);
}
