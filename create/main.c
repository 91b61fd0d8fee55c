// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-create: from a source diff to a bundle. main() and the function it
 * calls list the stages in order: see docs/architecture.md.
 */
#include <string.h>
#include <sys/stat.h>

#include "common/program.h"
#include "create/bundle.h"
#include "create/core.h"
#include "create/creation.h"
#include "create/diff.h"
#include "create/reach.h"
#include "create/target.h"
#include "create/verdicts.h"

/* The passphrase of the key, if it needs one; named as for scripts/sign-file, Linux 6.1. */
#define PASSPHRASE_VARIABLE "KBUILD_SIGN_PIN"

/* The programs we start must not be affected by the user's settings for other builds. */
static void clean_environment(void)
{
	static const char *const variables[] = {
		"MAKEFLAGS",
		"MFLAGS",
		"MAKELEVEL",
		"MAKEOVERRIDES",
		"KBUILD_OUTPUT",
		"KBUILD_EXTMOD",
		"KCONFIG_CONFIG",
		"ARCH",
		"SUBARCH",
		"CROSS_COMPILE",
		"KCFLAGS",
		"KCPPFLAGS",
		"KAFLAGS",
		"LOCALVERSION",
		"CFLAGS_MODULE",
		"AFLAGS_MODULE",
		"LDFLAGS_MODULE",
		"CFLAGS_KERNEL",
		"AFLAGS_KERNEL",
		"KBUILD_EXTRA_SYMBOLS",
		"KBUILD_EXTRA_WARN",
		"MAKEFILES",
		"CPATH",
		"C_INCLUDE_PATH",
		"LLVM",
		"TAR_OPTIONS",
		"XZ_OPT",
		"XZ_DEFAULTS",
		"GREP_OPTIONS",
		"POSIXLY_CORRECT",
		"V",
		"C",
		"W",
		"O",
		"M",
	};

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	setenv("LC_ALL", "C", 1);
}

/* Signatures that don't help where the kernel demands some. */
static void warn_of_signatures(struct creation *creation)
{
	const struct target *target = creation->target;

	if (creation->signer && !target->livepatch)
		message_warning(&creation->sink,
				"kernel %s was built without CONFIG_LIVEPATCH: lpatch-apply has to "
				"write addresses into the update's modules, which breaks their "
				"signatures",
				target->release);
	else if (creation->signer && signer_is_elliptic(creation->signer) && !target->checks_ecdsa)
		message_warning(&creation->sink,
				"kernel %s can't check signatures by elliptic curve keys "
				"(CONFIG_CRYPTO_ECDSA); if it requires signed modules, sign with "
				"an RSA key",
				target->release);
}

static struct link_job job_of(const struct creation *creation)
{
	return (struct link_job){
		.id = creation->id,
		.description = creation->options.description ?: "",
		.patch = creation->patch,
		.shared = creation->shared,
		.parts = creation->parts,
		.nr_parts = creation->nr_parts,
		.externals = creation->externals,
		.nr_externals = creation->nr_externals,
	};
}

static struct lp_error *create_bundle(struct creation *creation)
{
	const struct create_options *options = &creation->options;
	const struct link_job job = job_of(creation);

	lp_try(assemble(creation->tree, &job, creation->core, &creation->assembly));
	warn_of_signatures(creation);
	const struct pack_signing signing = {creation->signer, creation->target->module_hash};

	lp_try(pack_bundle(options, &job, creation->manifest, creation->core, &creation->assembly,
			   &signing, &creation->packed));
	const struct readback readback = {
		.name = creation->packed.path,
		.target = creation->target,
		.core = creation->core,
		.plans = creation->assembly.plans,
		.nr_plans = creation->assembly.parts.count + 1,
	};

	message_progress(&creation->sink, "reading the update back");
	lp_try(readback_bundle(&readback, &creation->packed.bytes));
	return pack_write(&creation->packed);
}

/* Before anything is built, so that a bad key is reported at once. */
static struct lp_error *open_signer(struct creation *creation)
{
	const struct signer_files files = {
		.key = creation->options.sign_key,
		.certificate = creation->options.sign_certificate,
		.passphrase = getenv(PASSPHRASE_VARIABLE),
	};

	if (!files.key)
		return NULL;
	lp_try(signer_open(&files, &creation->signer));
	/* The programs that we start must not see it. */
	unsetenv(PASSPHRASE_VARIABLE);
	return NULL;
}

/* From here on code from the diff can't reach the home directory, the key or the network. */
static struct lp_error *open_sandbox(struct creation *creation)
{
	const struct create_options *options = &creation->options;
	if (options->no_sandbox)
		return NULL;
	_cleanup_error_ struct lp_error *error =
		sandbox_set_make(creation->tree, options->sign_key, &creation->sandboxes);

	if (error && options->require_sandbox)
		return lp_error_hint(
			lp_error_new(LP_INTERNAL, "the sandbox can't be used: %s", error->message),
			"Without --require-sandbox, lpatch-create runs without a sandbox.");
	if (error)
		message_warning(&creation->sink,
				"no sandbox, compilers run with all your rights: %s",
				error->message);
	if (error)
		return NULL;
	if (!sandbox_set_has_pids(&creation->sandboxes)) {
		if (options->require_sandbox)
			return lp_error_hint(
				lp_error_new(LP_INTERNAL, "the sandbox can't be used: the system "
							  "allows no PID namespace"),
				"Without --require-sandbox, a process of a compiler may go on "
				"after the compiler's end.");
		message_warning(&creation->sink,
				"no PID namespace for the sandbox: a process of a compiler may go "
				"on after the compiler's end, and can send signals");
	}
	if (sandbox_needs_network(creation->target->compiler))
		message_verbose(&creation->sink,
				"%s compiles on other hosts, so the sandbox has network access",
				creation->target->compiler);
	return NULL;
}

static struct lp_error *read_patches(struct creation *creation)
{
	const struct create_options *options = &creation->options;

	lp_try(patch_set_read(&options->patches, &creation->patches));
	for (size_t i = 0; i < options->revisions.count; i++)
		lp_try((options->keep_going ? git_read_commits : git_read)(
			options->source, options->revisions.items[i], &creation->patches));
	lp_try(patch_set_check(&creation->patches, &options->patches));
	return options->reverse ? patch_set_reverse(&creation->patches, 0) : NULL;
}

/* What the bundle says of itself. */
static struct lp_error *create_manifest(struct creation *creation)
{
	const struct link_job job = job_of(creation);

	return pack_manifest(creation->target, &job, creation->options.created,
			     &creation->manifest);
}

/* With --keep-going: which changes are in. */
static struct lp_error *choose_changes(struct creation *creation, struct verdicts *verdicts)
{
	const struct create_options *options = &creation->options;

	lp_try(patch_set_settle(&creation->patches, creation->tree->source));
	lp_try(judge(creation, verdicts));
	return options->source_out
		       ? verdict_report_source(options->source_out, creation->id, creation->patch)
		       : NULL;
}

static struct lp_error *create(struct creation *creation, struct verdicts *verdicts)
{
	const struct create_options *options = &creation->options;

	lp_try(open_signer(creation));
	lp_try(pack_check_output(options));
	lp_try(read_patches(creation));
	if (!options->keep_going)
		lp_try(creation_settle(creation, NULL));
	lp_try(program_beside("share/lpatch", &creation->shared));
	message_progress(&creation->sink, "reading the kernel image");
	lp_try(cache_open(options->cache_size, &creation->sink, &creation->cache));
	lp_try(target_find(options, creation->cache, &creation->target));
	lp_try(core_fit_check(creation->target, &creation->sink));
	lp_try(tree_open(creation->target, creation->cache, options->jobs, &creation->sink,
			 &creation->tree));
	if (!options->keep_going)
		lp_try(creation_settle(creation, creation->tree->source));
	lp_try(open_sandbox(creation));
	lp_try(options->keep_going ? choose_changes(creation, verdicts) : creation_run(creation));
	lp_try(create_manifest(creation));
	lp_try(options->keep_going ? verdicts_tell(verdicts, creation->manifest) : NULL);
	return options->check ? NULL : create_bundle(creation);
}

/* True if each change has its verdict, to be printed: no other error came between. */
static bool is_judged(const struct creation *creation, const struct verdicts *verdicts,
		      const struct lp_error *error)
{
	return creation->options.keep_going && !creation->options.json && verdicts->items &&
	       (!error || error->status == LP_NOTHING_TO_PATCH);
}

int main(int argc, char **argv)
{
	_cleanup_(creation_clear) struct creation creation = {
		.sink = {.program = "lpatch-create"},
	};
	_cleanup_(verdicts_clear) struct verdicts verdicts = {0};
	struct lp_error *error = create_options_parse(argc, argv, &creation.options);

	creation.sink.verbosity = creation.options.verbosity;
	clean_environment();
	/*
	 * Only the caller may write to the files kept for later runs, with any umask of the
	 * session.
	 */
	umask(umask(0) | 022);
	if (!error)
		error = create(&creation, &verdicts);
	if (is_judged(&creation, &verdicts, error))
		verdict_report_print(&verdicts);
	if (!error)
		error = creation_report(&creation);
	else if (creation.options.json)
		creation_report_failure(&creation, error);
	message_steps_end(&creation.sink);
	return message_error(&creation.sink, error);
}
