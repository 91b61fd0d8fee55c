// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/show.h"

#include <json-c/json.h>

#include "apply/findings.h"
#include "apply/overrides.h"
#include "common/bundle.h"
#include "common/manifest_facts.h"
#include "common/signature.h"

static struct lp_error *show_objects(struct output *output, const struct manifest *manifest)
{
	_cleanup_text_list_ struct text_list files = {}, changes = {};

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		_cleanup_free_ char *file = NULL;

		lp_try(manifest_fact_of_file(&manifest->objects[i], &file));
		lp_try(text_list_add(&files, "%s", file));
		lp_try(manifest_changes(&manifest->objects[i], &changes));
	}
	output_lines(output, "Objects", &files);
	output_lines(output, "Changes", &changes);
	return NULL;
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
	lp_try(show_objects(output, manifest));
	lp_try(overrides_show(manifest, output));
	lp_try(findings_show(manifest, output));
	output_patch(output, (const char *)bundle->patch.data);
	return NULL;
}
