// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/show.h"

#include <inttypes.h>
#include <json-c/json.h>

#include "apply/findings.h"
#include "apply/overrides.h"
#include "common/bundle.h"
#include "common/signature.h"

/* Functions that the diff changes come first, then those that follow from them. */
static void print_functions(struct output *output, const struct manifest_object *object, bool roots)
{
	for (size_t i = 0; i < object->nr_functions; i++) {
		const struct manifest_function *function = &object->functions[i];

		if (manifest_reason_is_root(function->reason) == roots)
			output_print(output, "    %s: %s%s%s\n", manifest_kind_name(function->kind),
				     function->name, *function->why ? ", " : "", function->why);
	}
}

static void print_object(struct output *output, const struct manifest_object *object)
{
	const char *proof = object->proven   ? ""
			    : object->is_new ? ", a new file"
					     : ", NOT PROVEN to be what the kernel was built from";

	output_print(output, "  %s (%s%s)\n", object->name, object->source, proof);
	print_functions(output, object, true);
	print_functions(output, object, false);
	for (size_t i = 0; i < object->nr_constants; i++)
		output_print(output, "    rewritten: %s, a constant of %" PRIu64 " bytes\n",
			     object->constants[i].name, object->constants[i].size);
	for (size_t i = 0; i < object->nr_hooks; i++)
		output_print(output, "    hook: %s calls %s\n", object->hooks[i].kind,
			     object->hooks[i].function);
	for (size_t i = 0; i < object->shadows.count; i++)
		output_print(output, "    shadow variable: %s\n", object->shadows.items[i]);
	for (size_t i = 0; i < object->releases.count; i++)
		output_print(output, "    releases: %s\n", object->releases.items[i]);
	if (object->keep_code)
		output_print(output, "    its code stays loaded when it is undone\n");
}

/* The signer, and whether the host trusts the signer. */
static struct lp_error *show_signature(const struct host *host, struct output *output,
				       const struct bundle *bundle)
{
	_cleanup_free_ char *signer = NULL;

	if (!bundle->signature.data) {
		output_add(output, "signer", NULL);
		output_add(output, "trusted", json_object_new_boolean(false));
		output_print(output, "Not signed.\n");
		return NULL;
	}
	_cleanup_error_ struct lp_error *error = signature_verify(
		&bundle->manifest_text, &bundle->signature, host->trusted, &signer);

	if (error)
		lp_try(signature_claim(&bundle->signature, &signer));
	output_add_text(output, "signer", signer);
	output_add(output, "trusted", json_object_new_boolean(!error));
	if (error)
		output_print(output, "Signed by %s according to the bundle, but: %s.\n", signer,
			     error->message);
	else
		output_print(output, "Signed by %s, whom this host trusts.\n", signer);
	return NULL;
}

/* The signatures for the kernel, which has its own keyrings. */
static void show_module_signatures(struct output *output, const struct manifest_signing *signing)
{
	if (signing->signer)
		output_print(output, "Its modules are signed for the kernel by %s (%s).\n",
			     signing->signer, signing->hash);
}

struct lp_error *show_bundle(const struct host *host, struct output *output, const char *path)
{
	_cleanup_bundle_ struct bundle *bundle = NULL;

	lp_try(bundle_read(path, &bundle));
	const struct manifest *manifest = bundle->manifest;

	output_add(output, "manifest", manifest_to_json(manifest));
	output_print(output, "lpatch id %s is for kernel %s (%s, build id %s).\n%s\n\n",
		     manifest->id, manifest->target.release, manifest->target.architecture,
		     manifest->target.build_id, show_description(manifest->description));
	lp_try(show_signature(host, output, bundle));
	show_module_signatures(output, &manifest->modules_signed);
	output_print(output, "\nFunctions:\n");
	for (size_t i = 0; i < manifest->nr_objects; i++)
		print_object(output, &manifest->objects[i]);
	lp_try(overrides_show(manifest, output));
	findings_show(manifest, output);
	output_patch(output, (const char *)bundle->patch.data);
	return NULL;
}
