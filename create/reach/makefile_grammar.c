// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/makefile_grammar.h"

#include <ctype.h>
#include <string.h>

#include "common/cleanup.h"
#include "create/base/source_path.h"

#define DIGITS  "0123456789"
#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define UPPER   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS LOWER UPPER

/* Characters in names of variables and files that have no meaning for make or a shell. */
#define NAME_CHARACTERS LETTERS DIGITS "_.-+"
#define PATH_CHARACTERS NAME_CHARACTERS "/,"

/*
 * The start of each allowed flag, and the characters that may follow, in any number.
 * -Wa, -Wl and -Wp are excluded, because they need a comma, which isn't among the
 * characters. -f flags are allowed if they switch something off, or are listed:
 * -fplugin= and -fmodule-mapper= load and run programs, others write files (gcc 12,
 * "Option Summary").
 */
static const struct {
	const char *begin, *characters;
} flags[] = {
	{"-D", LETTERS DIGITS "_.+-="},
	{"-U", LETTERS DIGITS "_"},
	{"-O", DIGITS "sgz"},
	{"-W", LOWER DIGITS "+=-"},
	{"-std=", LOWER DIGITS},
	{"-m", LOWER DIGITS ".=-"},
	{"-fno-", LOWER DIGITS "-"},
	{"-falign-functions=", DIGITS},
	{"-falign-loops=", DIGITS},
	{"-fcf-protection=", LOWER},
	{"-fpatchable-function-entry=", DIGITS ","},
	{"-fvisibility=", LOWER},
	{"-fexcess-precision=", LOWER},
	{"-ffp-contract=", LOWER},
	{"-fmax-errors=", DIGITS},
};

/* Flags that are allowed as a whole. */
static const char *const whole_flags[] = {
	"-w",
	"-pg",
	"-g0",
	"-fasynchronous-unwind-tables",
	"-fconserve-stack",
	"-fdata-sections",
	"-ffreestanding",
	"-ffunction-sections",
	"-fgnu89-inline",
	"-finline-functions",
	"-fms-extensions",
	"-fomit-frame-pointer",
	"-foptimize-sibling-calls",
	"-fshort-wchar",
	"-fsigned-char",
	"-fstack-protector",
	"-fstack-protector-all",
	"-fstack-protector-strong",
	"-fstrict-aliasing",
	"-ftree-vectorize",
	"-funroll-loops",
	"-funsigned-char",
	"-fwrapv",
};

static bool has_begin(const struct makefile_word *word, const char *begin)
{
	size_t length = strlen(begin);

	return word->length >= length && !strncmp(word->text, begin, length);
}

static bool has_end(const struct makefile_word *word, const char *end)
{
	size_t length = strlen(end);

	return word->length >= length && !strncmp(word->text + word->length - length, end, length);
}

static bool consists_of(const char *text, size_t length, const char *characters)
{
	for (size_t i = 0; i < length; i++) {
		if (!text[i] || !strchr(characters, text[i]))
			return false;
	}
	return true;
}

/* The part of the word from `at` on, without its last `less` bytes. */
static struct makefile_word part(const struct makefile_word *word, size_t at, size_t less)
{
	return (struct makefile_word){word->text + at, word->length - at - less};
}

struct makefile_word makefile_next_word(const char **at)
{
	const char *text = *at + strspn(*at, " ");
	size_t length = 0, depth = 0;

	for (; text[length] && (depth || text[length] != ' '); length++) {
		depth += text[length] == '(';
		depth -= depth && text[length] == ')';
	}
	*at = text + length;
	return (struct makefile_word){text, length};
}

const char *makefile_value(const char *text, size_t length)
{
	const char *at = text + length;

	at += *at == ' ';
	at += *at == ':' || *at == '+' || *at == '?';
	return *at == '=' ? at + 1 : NULL;
}

/* "$(CONFIG_NAME)" at the start of the text: its length, or 0. */
static size_t option_length(const char *text, size_t length)
{
	static const char begin[] = "$(CONFIG_";
	size_t at = strlen(begin);

	if (length <= at || strncmp(text, begin, at) != 0)
		return 0;
	while (at < length && (isalnum((unsigned char)text[at]) || text[at] == '_'))
		at++;
	return at < length && text[at] == ')' ? at + 1 : 0;
}

bool makefile_name_is_plain(const char *name, size_t length)
{
	static const char as_builtin[] = "$(subst m,y,";
	const char *dollar = memchr(name, '$', length);
	size_t plain = dollar ? (size_t)(dollar - name) : length, left = length - plain;

	if (!plain || *name == '-' || !consists_of(name, plain, NAME_CHARACTERS "/"))
		return false;
	if (!left)
		return true;
	if (left > strlen(as_builtin) && !strncmp(dollar, as_builtin, strlen(as_builtin))) {
		if (name[length - 1] != ')')
			return false;
		dollar += strlen(as_builtin);
		left -= strlen(as_builtin) + 1;
	}
	return left && option_length(dollar, left) == left;
}

/* The number of directories above the file. */
static int depth_of(const char *path)
{
	int depth = 0;

	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

/* True if a path, relative to a directory `depth` levels below the top, stays below the top. */
static bool stays_inside(const struct makefile_word *path, int depth)
{
	const char *at = path->text, *end = path->text + path->length;

	while (at < end) {
		size_t length = 0;

		while (at + length < end && at[length] != '/')
			length++;
		if (length == 2 && !strncmp(at, "..", 2))
			depth--;
		else if (length && !(length == 1 && *at == '.'))
			depth++;
		if (depth < 0)
			return false;
		at += length + 1;
	}
	return true;
}

/* "x.o", "x/" and "../x.o"; names of variables with such lists. */
static bool is_list_word(const char *path, const struct makefile_word *word)
{
	if (has_begin(word, "$(") && has_end(word, ")")) {
		struct makefile_word name = part(word, 2, 1);

		return (has_end(&name, "-y") || has_end(&name, "-m") || has_end(&name, "-objs")) &&
		       consists_of(name.text, name.length, NAME_CHARACTERS);
	}
	return (isalnum((unsigned char)*word->text) || strchr("_.", *word->text)) &&
	       consists_of(word->text, word->length, PATH_CHARACTERS) &&
	       stays_inside(word, depth_of(path));
}

/* "-I$(src)/x", "-I$(srctree)/x" and similar: a directory of the source. */
static bool is_include_path(const char *path, const struct makefile_word *word)
{
	static const struct {
		const char *begin;
		bool is_top;
	} roots[] = {
		{"-I$(srctree)/$(src)", false}, {"-I$(srctree)", true}, {"-I$(src)", false},
		{"-I$(objtree)/$(obj)", false}, {"-I$(objtree)", true}, {"-I$(obj)", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		if (!has_begin(word, roots[i].begin))
			continue;
		struct makefile_word below = part(word, strlen(roots[i].begin), 0);

		if (below.length && *below.text != '/')
			continue;
		return consists_of(below.text, below.length, PATH_CHARACTERS) &&
		       stays_inside(&below, roots[i].is_top ? 0 : depth_of(path));
	}
	return false;
}

/* "-DX=$(CONFIG_Y)", and "$(CC_FLAGS_FTRACE)", which the top Makefile sets. */
static bool is_reference(const struct makefile_word *word)
{
	const char *equals = memchr(word->text, '=', word->length);

	if (has_begin(word, "-D") && equals) {
		size_t value = equals + 1 - word->text;

		return consists_of(word->text + 2, value - 3, LETTERS DIGITS "_") &&
		       word->length > value &&
		       option_length(equals + 1, word->length - value) == word->length - value;
	}
	if (!has_begin(word, "$(CC_FLAGS_") || !has_end(word, ")"))
		return false;
	struct makefile_word name = part(word, 2, 1);

	return consists_of(name.text, name.length, UPPER DIGITS "_");
}

static bool is_literal_flag(const struct makefile_word *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(whole_flags); i++) {
		if (word->length == strlen(whole_flags[i]) && has_begin(word, whole_flags[i]))
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct makefile_word rest;

		if (!has_begin(word, flags[i].begin))
			continue;
		rest = part(word, strlen(flags[i].begin), 0);
		if (consists_of(rest.text, rest.length, flags[i].characters))
			return rest.length || !strcmp(flags[i].begin, "-O");
	}
	return false;
}

/*
 * "$(call cc-option,-Wx)" and "$(call cc-disable-warning,x)" run the compiler with their
 * arguments (scripts/Makefile.compiler, Linux 6.1), so the arguments must be allowed flags.
 */
static bool is_compiler_question(const struct makefile_word *word)
{
	static const char option[] = "$(call cc-option,", warning[] = "$(call cc-disable-warning,";
	bool is_warning = has_begin(word, warning);

	if ((!is_warning && !has_begin(word, option)) || !has_end(word, ")"))
		return false;
	struct makefile_word rest = part(word, strlen(is_warning ? warning : option), 1);

	while (rest.length && *rest.text == ' ')
		rest = part(&rest, 1, 0);
	if (is_warning)
		return rest.length && isalpha((unsigned char)*rest.text) &&
		       consists_of(rest.text, rest.length, LOWER DIGITS "-+=");
	return is_literal_flag(&rest);
}

bool makefile_word_is_plain(const char *path, enum makefile_effect effect,
			    const struct makefile_word *word)
{
	/* KASAN_SANITIZE_x.o := n */
	if (effect == MAKEFILE_FLAGS && word->length == 1 && strchr("yn", *word->text))
		return true;
	if (effect == MAKEFILE_FLAGS)
		return is_literal_flag(word) || is_include_path(path, word) || is_reference(word) ||
		       is_compiler_question(word);
	return effect == MAKEFILE_LISTS && is_list_word(path, word);
}

/* One side of a comparison may contain options and plain characters. */
static bool is_plain_comparison(const char *text)
{
	size_t length = strlen(text), at = 1, option;

	if (length < 3 || text[0] != '(' || text[length - 1] != ')')
		return false;
	for (; at < length - 1; at += option) {
		option = option_length(text + at, length - 1 - at);
		if (option)
			continue;
		if (!isalnum((unsigned char)text[at]) && !strchr("_, ", text[at]))
			return false;
		option = 1;
	}
	return true;
}

bool makefile_condition_is_plain(const char *text)
{
	static const char *const tests[] = {"ifdef ", "ifndef "};
	static const char *const comparisons[] = {"ifeq", "ifneq"};

	if (!strcmp(text, "else") || !strcmp(text, "endif"))
		return true;
	if (!strncmp(text, "else ", strlen("else ")))
		text += strlen("else ");
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		size_t length = strlen(tests[i]);

		if (!strncmp(text, tests[i], length))
			return !strncmp(text + length, "CONFIG_", strlen("CONFIG_")) &&
			       consists_of(text + length, strlen(text + length),
					   LETTERS DIGITS "_");
	}
	for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++) {
		size_t length = strlen(comparisons[i]);

		if (!strncmp(text, comparisons[i], length))
			return is_plain_comparison(text + length + (text[length] == ' '));
	}
	return false;
}

bool makefile_version_is_plain(const char *value)
{
	return consists_of(value, strlen(value), LETTERS DIGITS "._- ");
}
