// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/c_lexical.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

size_t c_skip_constant(const char *text, size_t at)
{
	char quote = text[at++];

	while (text[at] && text[at] != quote && text[at] != '\n')
		at += text[at] == '\\' && text[at + 1] ? 2 : 1;
	return at + (text[at] == quote);
}

size_t c_skip_comment(const char *text, size_t at)
{
	if (text[at + 1] == '/')
		return at + strcspn(text + at, "\n");
	const char *end = strstr(text + at + 2, "*/");

	return end ? (size_t)(end + 2 - text) : at + strlen(text + at);
}

void c_squeeze(char *text)
{
	char *out = text;
	bool blank = false;

	for (const char *in = text; *in; in++) {
		if (isspace((unsigned char)*in)) {
			blank = out > text;
			continue;
		}
		if (blank)
			*out++ = ' ';
		blank = false;
		*out++ = *in;
	}
	*out = '\0';
}
