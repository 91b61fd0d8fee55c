// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of compiler, config and source does not match the image, by their version texts. */
#include <ctype.h>
#include <string.h>

#include "common/text.h"
#include "create/proof/mismatch.h"

/* "gcc-12 (Debian 12.2.0-14) 12.2.0", of "Linux version 6.1.0-56-amd64 (who) (gcc-12 ..., GNU ld".
 */
static struct lp_error *banner_compiler(const char *banner, char **compiler)
{
	const char *who = strchr(banner, '(');
	const char *begin = who ? strstr(who, ") (") : NULL;

	begin = begin ? begin + strlen(") (") : "";
	return text_format(compiler, "%.*s", (int)strcspn(begin, ",\n"), begin);
}

/* The value of the line "NAME = 6", of the top Makefile; -1 if there is none. */
static long makefile_number(const char *makefile, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = makefile; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && !strncmp(line + length, " = ", 3) &&
		    isdigit((unsigned char)line[length + 3]))
			return strtol(line + length + 3, NULL, 10);
	}
	return -1;
}

/*
 * The highest third number of the versions in the banner that begin with
 * `series` ("6.1."), or -1. Debian has two: "6.1.0-56-amd64", which counts
 * changes of the interface to modules, and "6.1.192-2", which counts sources.
 */
static long banner_sublevel(const char *banner, const char *series)
{
	long highest = -1;

	for (const char *at = banner; (at = strstr(at, series)); at += strlen(series)) {
		bool begins = at == banner || !(isdigit((unsigned char)at[-1]) || at[-1] == '.');
		const char *number = at + strlen(series);

		if (begins && isdigit((unsigned char)*number) && strtol(number, NULL, 10) > highest)
			highest = strtol(number, NULL, 10);
	}
	return highest;
}

static struct lp_error *source_cause(const char *banner, const char *makefile, char **cause)
{
	_cleanup_free_ char *series = NULL;
	long version = makefile_number(makefile, "VERSION");
	long patchlevel = makefile_number(makefile, "PATCHLEVEL");
	long sublevel = makefile_number(makefile, "SUBLEVEL");

	if (version < 0 || patchlevel < 0 || sublevel < 0)
		return NULL;
	lp_try(text_format(&series, "%ld.%ld.", version, patchlevel));
	long there = banner_sublevel(banner, series);

	if (there == sublevel)
		return NULL;
	if (there < 0)
		return text_format(cause,
				   "The source is of another version: it is %s%ld, and the kernel "
				   "says \"%s\".",
				   series, sublevel, banner);
	return text_format(cause,
			   "The source is of another version: it is %s%ld, and the kernel is "
			   "%s%ld. Take the source package of the kernel's version.",
			   series, sublevel, series, there);
}

static struct lp_error *compiler_cause(const char *banner, const char *compiler, char **cause)
{
	static const char gcc[] = "GCC: ";
	_cleanup_free_ char *there = NULL;

	if (text_starts_with(compiler, gcc))
		compiler += strlen(gcc);
	if (!*compiler || strstr(banner, compiler))
		return NULL;
	lp_try(banner_compiler(banner, &there));
	return text_format(cause,
			   "The compiler is another one: here it is %s, and the kernel was built "
			   "with %s. Install the kernel's.",
			   compiler, *there ? there : "one that it doesn't name");
}

static struct lp_error *config_cause(const char *banner, const char *config, char **cause)
{
	static const char key[] = "\nCONFIG_CC_VERSION_TEXT=\"";
	const char *hit = strstr(config, key);
	_cleanup_free_ char *named = NULL;

	if (!hit)
		return NULL;
	hit += strlen(key);
	lp_try(text_format(&named, "%.*s", (int)strcspn(hit, "\"\n"), hit));
	if (strstr(banner, named))
		return NULL;
	return text_format(cause,
			   "The config is of another build: it was made for %s, but the kernel was "
			   "built with another compiler. Take the config that came with the image.",
			   named);
}

struct lp_error *mismatch_cause(const char *banner, const char *compiler, const char *config,
				const char *makefile, char **cause)
{
	*cause = NULL;
	lp_try(compiler_cause(banner, compiler, cause));
	if (!*cause)
		lp_try(source_cause(banner, makefile, cause));
	if (!*cause)
		lp_try(config_cause(banner, config, cause));
	if (*cause)
		return NULL;
	return text_format(cause,
			   "Compiler and version of the source are those that the kernel names, so "
			   "the source or the config was changed: search for patches that the "
			   "kernel's makers applied to the source, or that were applied here.");
}
