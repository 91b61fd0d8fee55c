// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/makefile_unused.h"

#include <ctype.h>
#include <string.h>

#include "common/cleanup.h"
#include "create/reach/kconfig_values.h"

/*
 * CFLAGS_GCOV: scripts/Makefile.lib adds it to the flags if CONFIG_GCOV_KERNEL is set;
 * scripts/Makefile.modfinal and drivers/gpu/drm/i915/Makefile take its words out of flags, which
 * then do not have them (Linux 6.1 to 6.12).
 */
static const struct {
	const char *path, *variable, *option;
} unused[] = {
	{"Makefile", "CFLAGS_GCOV", "GCOV_KERNEL"},
};

bool makefile_is_unused(const char *path, const char *name, size_t length, const char *config)
{
	for (size_t i = 0; i < ARRAY_SIZE(unused); i++) {
		const char *option = unused[i].option;

		if (!strcmp(path, unused[i].path) && strlen(unused[i].variable) == length &&
		    !strncmp(unused[i].variable, name, length))
			return kconfig_value(config, option, strlen(option)) == KCONFIG_N;
	}
	return false;
}

/* The programs of a test (scripts/Makefile.compiler, Linux 6.1, has such), and variables. */
static const char *const programs[] = {"echo", "grep", "cmp", "true", "$(CC)", "$(NM)"};
static const char *const references[] = {
	"$(call try-run,", "$(call cc-option,",  "$(CC)",
	"$(NM)",           "$(KBUILD_CPPFLAGS)", "$(KBUILD_CFLAGS)",
};

/* A file that try-run makes and removes: "$$TMP" or "$$TMP.x", in quotes. */
static size_t temporary_length(const char *text)
{
	static const char begin[] = "\"$$TMP";
	size_t at = strlen(begin);

	if (strncmp(text, begin, at) != 0)
		return 0;
	if (text[at] == '.') {
		do
			at++;
		while (islower((unsigned char)text[at]));
	}
	return text[at] == '"' ? at + 1 : 0;
}

static size_t begins_with_one(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words[i]);

		if (!strncmp(text, words[i], length))
			return length;
	}
	return 0;
}

/* A text in quotes, which the shell leaves as it is: 'long long x;'. */
static size_t quoted_length(const char *text)
{
	const char *end = *text == '\'' ? strchr(text + 1, '\'') : NULL;

	if (!end || memchr(text, '$', end - text) || memchr(text, '`', end - text) ||
	    memchr(text, '\\', end - text))
		return 0;
	return end + 1 - text;
}

/* Options of the compiler, nm, grep and cmp by which these run, load and write nothing else. */
static const char *const options[] = {
	"-",
	"-c",
	"-s",
	"-w",
	"-x",
	"-fno-tree-loop-im",
	"-fprofile-arcs",
	"-fprofile-update=atomic",
	"-fprofile-update=prefer-atomic",
	"-ftest-coverage",
};

/* A word of plain characters; if it is an option, one of these. */
static size_t word_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) ||
	       (text[length] && strchr("-_.=+", text[length])))
		length++;
	if (*text != '-')
		return length;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (strlen(options[i]) == length && !strncmp(options[i], text, length))
			return length;
	}
	return 0;
}

/* The length of a part that can do nothing by itself: 0 if it is none. */
static size_t harmless_length(const char *text)
{
	size_t length = begins_with_one(text, references, ARRAY_SIZE(references));

	if (!length)
		length = quoted_length(text);
	if (!length)
		length = temporary_length(text);
	if (!length && strchr(" ,)", *text))
		length = 1;
	return length ?: word_length(text);
}

/* Whether the program that stands here may be called. */
static bool is_program(const char *text)
{
	size_t length;

	text += strspn(text, " ");
	length = begins_with_one(text, programs, ARRAY_SIZE(programs));
	return length && (text[length] == ' ' || text[length] == ',');
}

/* The length of a sign between commands, or of one that names a file to write. 0 otherwise. */
static size_t sign_length(const char *text, bool *is_command, bool *is_file)
{
	static const char *const between[] = {"&&", "||", "|", ";"};
	size_t length = begins_with_one(text, between, ARRAY_SIZE(between));

	*is_command = length != 0;
	*is_file = !length && (*text == '>' || !strncmp(text, "-o ", 3));
	return *is_file ? (*text == '>' ? 1 : 2) : length;
}

bool makefile_value_is_contained(const char *value)
{
	static const char question[] = "$(call try-run,";

	while (*value) {
		bool is_command, is_file;
		size_t length = sign_length(value, &is_command, &is_file);

		if (!strncmp(value, question, strlen(question))) {
			is_command = true;
			length = strlen(question);
		}
		if (!length)
			length = harmless_length(value);
		if (!length)
			return false;
		value += length;
		if (is_command && !is_program(value))
			return false;
		if (is_file && !temporary_length(value + strspn(value, " ")))
			return false;
	}
	return true;
}
