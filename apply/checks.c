// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/checks.h"

#include <errno.h>
#include <string.h>

#include "apply/control.h"
#include "apply/keep.h"
#include "apply/module_files.h"
#include "apply/modules.h"
#include "apply/function_users.h"
#include "apply/placement.h"
#include "common/module_signature.h"
#include "common/signature.h"

#define MIB 1024 /* KiB */

void check_context_clear(struct check_context *context)
{
	free(context->signer);
	context->signer = NULL;
}

/* The bundle ------------------------------------------------------------------ */

static struct lp_error *check_interface(struct check_context *context)
{
	unsigned int abi = context->bundle->manifest->abi;

	if (abi == LPATCH_ABI_VERSION)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_BAD_BUNDLE,
			     "the bundle has version %u of the core's interface, this program "
			     "version %d",
			     abi, LPATCH_ABI_VERSION),
		"Use lpatch-create and lpatch-apply of the same version.");
}

static struct lp_error *no_signature(const struct check_context *context, bool anybody)
{
	const struct host *host = context->host;

	if (!anybody)
		return lp_error_hint(
			lp_error_new(LP_BAD_BUNDLE,
				     "a signature is required, and no certificate is trusted"),
			"Put the signer's certificate into %s as NAME.pem.", host->trusted);
	return lp_error_hint(
		lp_error_new(LP_BAD_BUNDLE,
			     "%s is not signed, and this host accepts only signed updates",
			     context->bundle->manifest->id),
		"Have it signed with a key whose certificate is in %s (lpatch-create --sign-key "
		"--sign-cert).",
		host->trusted);
}

/* A host with trusted signers accepts updates only from them. */
static struct lp_error *check_signature(struct check_context *context)
{
	const struct bundle *bundle = context->bundle;
	const struct host *host = context->host;
	bool anybody;

	lp_try(signature_trusts_anybody(host->trusted, &anybody));
	if (!anybody && !context->require_signature)
		return NULL;
	if (!anybody || !bundle->signature.data)
		return no_signature(context, anybody);
	check_context_clear(context);
	struct lp_error *error = signature_verify(&bundle->manifest_text, &bundle->signature,
						  host->trusted, &context->signer);

	return lp_error_hint(lp_error_context(error, "%s", bundle->manifest->id),
			     "Get the update again from its author, or put the signer's "
			     "certificate into %s if you trust it.",
			     host->trusted);
}

/* The host -------------------------------------------------------------------- */

static struct lp_error *check_target(struct check_context *context)
{
	return host_check_target(context->host, &context->bundle->manifest->target);
}

static struct lp_error *check_privileges(struct check_context *context)
{
	(void)context;
	return host_check_privileges();
}

/* The loader does not verify much of a module, and damages the kernel if that is wrong. */
static struct lp_error *check_module_files(struct check_context *context)
{
	return lp_error_hint(module_files_check(context->bundle),
			     "Get the update again from its author.");
}

static struct lp_error *check_symbols(struct check_context *context)
{
	return lp_error_hint(module_files_check_symbols(context->host, context->bundle),
			     "Get the update again from its author.");
}

static struct lp_error *check_modules_enabled(struct check_context *context)
{
	_cleanup_free_ char *disabled = NULL;

	lp_try(host_read_line(context->host->proc, "sys/kernel/modules_disabled", &disabled));
	if (!disabled || !strcmp(disabled, "0"))
		return NULL;
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED,
					  "loading modules is switched off until the next boot "
					  "(kernel.modules_disabled)"),
			     "Apply updates before it is switched off, or boot a fixed kernel.");
}

/* The name of a module that would be loaded and has no signature, or NULL. */
static const char *unsigned_module(const struct check_context *context)
{
	const struct bundle *bundle = context->bundle;

	if (!module_signature_is_there(&bundle->update))
		return "the update";
	if (placement_is_needed(&bundle->update))
		return "the update, into which addresses are written (no CONFIG_LIVEPATCH),";
	for (size_t i = 0; i < bundle->modules.count; i++) {
		if (!module_signature_is_there(&bundle->parts[i]))
			return "a part of the update";
	}
	if (!control_core_loaded(context->host) &&
	    !module_signature_is_there(&context->bundle->core))
		return "the core";
	return NULL;
}

/* The file marks what is in force: "none [integrity] confidentiality" (security/lockdown). */
static struct lp_error *check_lockdown(struct check_context *context)
{
	const char *module = unsigned_module(context);
	_cleanup_free_ char *line = NULL;

	lp_try(host_read_line(context->host->lockdown, "", &line));
	if (!module || !line || strstr(line, "[none]"))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "the kernel is locked down and accepts only signed modules, and %s is "
			     "not signed",
			     module),
		"Have lpatch-create sign the modules with a key that the kernel trusts, for "
		"example one enrolled with mokutil(1).");
}

static struct lp_error *check_module_signatures(struct check_context *context)
{
	const char *module = unsigned_module(context);
	_cleanup_free_ char *enforced = NULL;

	lp_try(host_read_line(context->host->modules, "module/parameters/sig_enforce", &enforced));
	if (!module || !enforced || strcmp(enforced, "Y"))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "the kernel accepts only signed modules (module.sig_enforce), and %s "
			     "is not signed",
			     module),
		"Have lpatch-create sign the modules with a key that the kernel trusts.");
}

/* The value of "MemAvailable:", in KiB; 0 if it is missing. */
static struct lp_error *available_memory(const struct host *host, unsigned long *kib)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {};

	*kib = 0;
	lp_try(text_format(&path, "%s/meminfo", host->proc));
	lp_try(file_read(path, 1024 * 1024, &text));
	const char *field = strstr((const char *)text.data, "MemAvailable:");

	if (field)
		*kib = strtoul(field + strlen("MemAvailable:"), NULL, 10);
	return NULL;
}

/*
 * While a module is loaded, it is in memory three times (the file, the kernel's copy
 * of it, the module itself); the rest is for the core.
 */
static struct lp_error *check_memory(struct check_context *context)
{
	const struct bundle *bundle = context->bundle;
	size_t size = bundle->core.size + bundle->update.size;
	unsigned long available;

	for (size_t i = 0; i < bundle->modules.count; i++)
		size += bundle->parts[i].size;
	unsigned long needed = 3 * size / 1024 + 16 * MIB;

	lp_try(available_memory(context->host, &available));
	if (!available || available >= needed)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "not enough memory: %lu KiB are needed, %lu are available", needed,
			     available),
		"Free some memory and try again.");
}

/* The running kernel ---------------------------------------------------------- */

static struct lp_error *check_core(struct check_context *context)
{
	return control_check_core(context->host);
}

/* The id must be free, or in use by what a killed run has left. */
static struct lp_error *check_id(struct check_context *context)
{
	const char *id = context->bundle->manifest->id;
	enum lpatch_stage stage;

	if (!control_present(context->host, id))
		return NULL;
	struct lp_error *error = control_stage(context->host, id, &stage);

	if (error && !control_present(context->host, id)) {
		lp_error_free(error); /* it has been unloaded meanwhile */
		return NULL;
	}
	lp_try(error);
	if (stage != LPATCH_STAGE_APPLIED)
		return keep_is_now(context->host, id)
			       ? keep_check_same(context->host, context->bundle)
			       : NULL;
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED, "%s is already applied", id),
			     "`lpatch-undo %s` removes it.", id);
}

/* The kernel's own live patching and the core can't both redirect a function. */
static struct lp_error *check_livepatch(struct check_context *context)
{
	const struct manifest *manifest = context->bundle->manifest;

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; k < object->nr_functions; k++) {
			const char *function = object->functions[k].name;
			_cleanup_free_ char *patch = NULL;

			if (object->functions[k].kind != MANIFEST_REPLACED)
				continue;
			lp_try(function_users_livepatch(context->host, object->name, function,
							&patch));
			if (patch)
				return lp_error_hint(
					lp_error_new(LP_KERNEL_REFUSED,
						     "the live patch %s replaces %s already", patch,
						     function),
					"Disable it (write 0 to %s/%s/enabled), or continue with "
					"the tool that made it.",
					context->host->livepatch, patch);
		}
	}
	return NULL;
}

/* The addresses for the update itself are known now; those for a part only when its module is
 * loaded. */
static struct lp_error *check_addresses(struct check_context *context)
{
	_cleanup_blob_ struct blob placed = {};

	return placement_make(context->host, "the update", &context->bundle->update, &placed);
}

/* The modules that the patched code of a loaded module uses must be loaded. */
static struct lp_error *check_needs(struct check_context *context)
{
	const struct manifest *manifest = context->bundle->manifest;

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; k < object->needs.count; k++) {
			const char *needed = object->needs.items[k];

			if (!module_is_live(context->host, object->name) ||
			    module_is_live(context->host, needed))
				continue;
			return lp_error_hint(
				lp_error_new(LP_KERNEL_REFUSED,
					     "the patched code of the module %s needs the module "
					     "%s, which is not loaded",
					     object->name, needed),
				"`modprobe %s` loads it.", needed);
		}
	}
	return NULL;
}

/* All of them ----------------------------------------------------------------- */

static const struct check {
	const char *name;
	enum check_kind kind;
	bool others_depend; /* after a failure the later checks make no sense */
	struct lp_error *(*run)(struct check_context *context);
} checks[] = {
	{"interface", CHECK_HOST, true, check_interface},
	{"signature", CHECK_HOST, false, check_signature},
	{"target", CHECK_HOST, true, check_target},
	{"privileges", CHECK_HOST, true, check_privileges},
	{"module_files", CHECK_HOST, true, check_module_files},
	{"modules", CHECK_HOST, false, check_modules_enabled},
	{"lockdown", CHECK_HOST, false, check_lockdown},
	{"module_signatures", CHECK_HOST, false, check_module_signatures},
	{"memory", CHECK_HOST, false, check_memory},
	{"core", CHECK_KERNEL, false, check_core},
	{"id", CHECK_KERNEL, false, check_id},
	{"livepatch", CHECK_KERNEL, false, check_livepatch},
	{"addresses", CHECK_KERNEL, false, check_addresses},
	{"needs", CHECK_KERNEL, false, check_needs},
	{"symbols", CHECK_ONLY, false, check_symbols},
};

struct lp_error *checks_pass(struct check_context *context, enum check_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (checks[i].kind == kind)
			lp_try(checks[i].run(context));
	}
	return NULL;
}

enum lp_status checks_all(struct check_context *context,
			  void (*report)(void *data, const char *name, struct lp_error *error),
			  void *data)
{
	enum lp_status first = LP_DONE;

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct lp_error *error = checks[i].run(context);

		if (!error)
			continue;
		if (first == LP_DONE)
			first = error->status;
		report(data, checks[i].name, error);
		if (checks[i].others_depend)
			break;
	}
	return first;
}
