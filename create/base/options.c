// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/options.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/manifest.h"
#include "common/version.h"

/* The latest time that fits into a tar header. */
#define LATEST_TIME 077777777777LL

enum {
	KEY_CONFIG = 256,
	KEY_TARGET,
	KEY_ROOT,
	KEY_ID,
	KEY_DESCRIPTION,
	KEY_GIT,
	KEY_FUZZ,
	KEY_CHECK,
	KEY_KEEP_GOING,
	KEY_CVE,
	KEY_SOURCE_OUT,
	KEY_EXPLAIN,
	KEY_SKIP_INIT,
	KEY_CACHE_SIZE,
	KEY_ALLOW_LAYOUT,
	KEY_ALLOW_UNPROVEN,
	KEY_JSON,
	KEY_SIGN_KEY,
	KEY_SIGN_CERTIFICATE,
	KEY_NO_SANDBOX,
	KEY_REQUIRE_SANDBOX,
};

static const struct argp_option descriptions[] = {
	{"patch", 'p', "FILE", 0, "Diff to turn into an update, or - for standard input", 1},
	{"git", KEY_GIT, "REV", 0, "Change of a revision, or range A..B, of a tree", 1},
	{"reverse", 'R', NULL, 0, "Undo what the patches and revisions do", 1},
	{"fuzz", KEY_FUZZ, "N", 0, "Let N lines of a hunk's context differ (default 0)", 1},
	{"target", KEY_TARGET, "RELEASE", 0, "Kernel it is for (default: the running one)", 2},
	{"root", KEY_ROOT, "DIR", 0, "Search the target's files below DIR", 2},
	{"config", KEY_CONFIG, "DIR", 0, "Take .config, vmlinuz, build and flags from DIR", 2},
	{"id", KEY_ID, "ID", 0, "Name of the update (default: 8 characters)", 3},
	{"description", KEY_DESCRIPTION, "TEXT", 0, "One line that lpatch-view shows", 3},
	{"output", 'o', "FILE", 0, "Bundle to write (default: lpatch-ID.tar.zst)", 3},
	{"sign-key", KEY_SIGN_KEY, "FILE", 0, "Sign the modules and the bundle with this key", 3},
	{"sign-cert", KEY_SIGN_CERTIFICATE, "FILE", 0, "The key's certificate", 3},
	{"jobs", 'j', "N", 0, "Compile N files at once (default: processors)", 4},
	{"cache-size", KEY_CACHE_SIZE, "SIZE", 0,
	 "Keep the cache below SIZE, 5G or so (default 10G)", 4},
	{"allow-layout", KEY_ALLOW_LAYOUT, "TYPE[.MEMBER]", 0,
	 "Allow a change of TYPE, or of a variable", 4},
	{"allow-unproven", KEY_ALLOW_UNPROVEN, "OBJECT", 0,
	 "Allow OBJECT to differ from the kernel's", 4},
	{"skip-init", KEY_SKIP_INIT, NULL, 0, "Leave out changed code that runs only at boot", 4},
	{"keep-going", KEY_KEEP_GOING, NULL, 0, "Leave out changes that are refused", 4},
	{"cve", KEY_CVE, "FILE", 0, "Which CVEs the changes fix: records, or a changelog", 4},
	{"source-out", KEY_SOURCE_OUT, "DIR", 0, "Write the patch of what is in to DIR", 4},
	{"check", KEY_CHECK, NULL, 0, "Show what would be replaced; write nothing", 4},
	{"explain", KEY_EXPLAIN, NULL, 0, "Show where the code of each function differs", 4},
	{"no-sandbox", KEY_NO_SANDBOX, NULL, 0, "Run compilers with all your rights", 4},
	{"require-sandbox", KEY_REQUIRE_SANDBOX, NULL, 0, "Fail if they can't run in a sandbox", 4},
	{"json", KEY_JSON, NULL, 0, "Describe the result as JSON on standard output", 5},
	{"verbose", 'v', NULL, 0, "Explain each step", 5},
	{"quiet", 'q', NULL, 0, "Print only errors", 5},
	{0},
};

struct parse_state {
	struct create_options *options;
	struct lp_error *error; /* the first that was found */
};

static void keep_error(struct parse_state *parsing, struct lp_error *error)
{
	if (parsing->error)
		lp_error_free(error);
	else
		parsing->error = error;
}

static struct lp_error *parse_jobs(const char *text, unsigned int *jobs)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end || number < 1 || number > 4096)
		return lp_error_new(LP_USAGE, "-j %s: not a number from 1 to 4096", text);
	*jobs = number;
	return NULL;
}

static struct lp_error *parse_fuzz(const char *text, unsigned int *fuzz)
{
	if (*text < '0' || *text > '3' || text[1])
		return lp_error_new(LP_USAGE, "--fuzz=%s: not a number from 0 to 3", text);
	*fuzz = *text - '0';
	return NULL;
}

/* Bytes, with an optional unit K, M, G or T (powers of 1024). */
static struct lp_error *parse_size(const char *text, uint64_t *size)
{
	static const char units[] = "KMGT";
	char *end;
	unsigned long long number = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;

	if (!isdigit((unsigned char)*text) || (*end && (!unit || end[1])) ||
	    number > UINT64_MAX >> shift)
		return lp_error_new(LP_USAGE,
				    "--cache-size=%s: not a size; 20G is one, with K, M, G or T",
				    text);
	*size = (uint64_t)number << shift;
	return NULL;
}

static struct lp_error *check_id(const char *id)
{
	if (manifest_id_is_valid(id))
		return NULL;
	return lp_error_new(LP_USAGE, "--id=%s: an id is 1 to 32 characters of a-z, 0-9 and _", id);
}

static struct lp_error *check_description(const char *text)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text))
			return lp_error_new(
				LP_USAGE,
				"--description: it must be one line without control characters");
	}
	return NULL;
}

/* A directory of patches has a file "series", as quilt has it. */
static bool is_series(const char *name)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_error_ struct lp_error *error = text_format(&path, "%s/series", name);

	return !error && !access(path, F_OK);
}

/* KERNEL_SOURCE is a directory, but not one of patches, or a tarball. */
static bool is_source(const char *name)
{
	struct stat status;

	return (!stat(name, &status) && S_ISDIR(status.st_mode) && !is_series(name)) ||
	       strstr(name, ".tar") || text_ends_with(name, "/");
}

/* Every other argument is a patch or the source. */
static struct lp_error *add_argument(struct create_options *options, const char *name)
{
	if (!is_source(name))
		return text_list_add(&options->patches, "%s", name);
	if (options->source)
		return lp_error_new(LP_USAGE, "%s: one KERNEL_SOURCE is enough (%s is given too)",
				    name, options->source);
	options->source = name;
	return NULL;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct parse_state *parsing = state->input;
	struct create_options *options = parsing->options;

	switch (key) {
	case 'p':
		keep_error(parsing, text_list_add(&options->patches, "%s", argument));
		break;
	case KEY_GIT:
		keep_error(parsing, text_list_add(&options->revisions, "%s", argument));
		break;
	case 'R':
		options->reverse = true;
		break;
	case KEY_FUZZ:
		keep_error(parsing, parse_fuzz(argument, &options->fuzz));
		break;
	case KEY_CONFIG:
		options->config = argument;
		break;
	case KEY_TARGET:
		options->target = argument;
		break;
	case KEY_ROOT:
		options->root = argument;
		break;
	case KEY_ID:
		options->id = argument;
		keep_error(parsing, check_id(argument));
		break;
	case KEY_DESCRIPTION:
		options->description = argument;
		keep_error(parsing, check_description(argument));
		break;
	case 'o':
		options->output = argument;
		break;
	case 'j':
		keep_error(parsing, parse_jobs(argument, &options->jobs));
		break;
	case KEY_SIGN_KEY:
		options->sign_key = argument;
		break;
	case KEY_SIGN_CERTIFICATE:
		options->sign_certificate = argument;
		break;
	case KEY_CACHE_SIZE:
		keep_error(parsing, parse_size(argument, &options->cache_size));
		break;
	case KEY_ALLOW_LAYOUT:
		keep_error(parsing, text_list_add(&options->allowed_layouts, "%s", argument));
		break;
	case KEY_ALLOW_UNPROVEN:
		keep_error(parsing, text_list_add(&options->allowed_unproven, "%s", argument));
		break;
	case KEY_SKIP_INIT:
		options->skip_init = true;
		break;
	case KEY_KEEP_GOING:
		options->keep_going = true;
		break;
	case KEY_CVE:
		keep_error(parsing, text_list_add(&options->cves, "%s", argument));
		break;
	case KEY_SOURCE_OUT:
		options->source_out = argument;
		break;
	case KEY_CHECK:
		options->check = true;
		break;
	case KEY_EXPLAIN:
		options->explain = true;
		break;
	case KEY_NO_SANDBOX:
		options->no_sandbox = true;
		break;
	case KEY_REQUIRE_SANDBOX:
		options->require_sandbox = true;
		break;
	case KEY_JSON:
		options->json = true;
		break;
	case 'v':
		options->verbosity = 1;
		break;
	case 'q':
		options->verbosity = -1;
		break;
	case ARGP_KEY_ARG:
		keep_error(parsing, add_argument(options, argument));
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static struct lp_error *check_combination(const struct create_options *options)
{
	if (!options->patches.count && !options->revisions.count)
		return lp_error_hint(lp_error_new(LP_USAGE, "no patch given"),
				     "Name the diff, or a git revision with --git=REV.");
	if (options->config && (options->target || *options->root))
		return lp_error_new(LP_USAGE, "--config can't be combined with --target or --root");
	if (options->config && !options->source)
		return lp_error_hint(lp_error_new(LP_USAGE, "--config needs the kernel's source"),
				     "Name its directory or .tar.xz after the options.");
	if ((options->cves.count || options->source_out) && !options->keep_going)
		return lp_error_new(LP_USAGE, "--cve and --source-out need --keep-going");
	if (options->keep_going && options->reverse)
		return lp_error_new(LP_USAGE, "--keep-going can't be combined with --reverse");
	if (options->no_sandbox && options->require_sandbox)
		return lp_error_new(LP_USAGE,
				    "--no-sandbox and --require-sandbox contradict each other");
	if (!options->sign_key != !options->sign_certificate)
		return lp_error_hint(lp_error_new(LP_USAGE, "--sign-%s is missing",
						  options->sign_key ? "cert" : "key"),
				     "Signing needs a private key and its certificate.");
	return NULL;
}

/* SOURCE_DATE_EPOCH (reproducible-builds.org), or 0: never the time of the build. */
static struct lp_error *read_epoch(int64_t *created)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;

	if (!text || !*text)
		return NULL;
	errno = 0;
	*created = strtoll(text, &end, 10);
	if (isdigit((unsigned char)*text) && !*end && !errno && *created <= LATEST_TIME)
		return NULL;
	return lp_error_new(LP_USAGE, "SOURCE_DATE_EPOCH=%s: not a number of seconds since 1970",
			    text);
}

struct lp_error *create_options_parse(int argc, char **argv, struct create_options *options)
{
	static const struct argp argp = {
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "[FILE...] [KERNEL_SOURCE]",
		.doc = "Turn a source diff into an update for a running kernel.\v"
		       "Exit status: 0 done, 1 internal error, 2 wrong usage, 3 the patch does not "
		       "apply, 4 the kernel can't be reproduced, 5 not safe as a live update, "
		       "6 the build failed, 7 nothing to patch.",
	};
	struct parse_state parsing = {.options = options};

	*options = (struct create_options){
		.root = "",
		.cache_size = OPTIONS_DEFAULT_CACHE_SIZE,
		.jobs = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1,
	};
	/*
	 * The list shows the arguments of short options, so the help needs no paragraph about them.
	 */
	setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
	argp_program_version = "lpatch-create " LPATCH_VERSION;
	argp_err_exit_status = LP_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &parsing);
	if (!parsing.error)
		parsing.error = check_combination(options);
	if (!parsing.error)
		parsing.error = read_epoch(&options->created);
	return parsing.error;
}

void create_options_clear(struct create_options *options)
{
	text_list_clear(&options->patches);
	text_list_clear(&options->revisions);
	text_list_clear(&options->cves);
	text_list_clear(&options->allowed_layouts);
	text_list_clear(&options->allowed_unproven);
}
