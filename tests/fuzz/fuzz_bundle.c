// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer harness for the bundle reader. The first byte of an input selects the
 * layer that reads the rest: most inputs would fail at the checksum of the file's
 * frame, so the archive, the manifest and the signature are also read directly.
 *
 * The result is used as the commands use it: a manifest is written to JSON and
 * read again, and an error must be one line with a valid status.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/bundle.h"
#include "common/signature_check.h"
#include "common/zstd_frame.h"

enum depth { DEPTH_FILE, DEPTH_ARCHIVE, DEPTH_MANIFEST, DEPTH_SIGNATURE, NR_DEPTHS };

static void check_error(struct lp_error *error)
{
	if (!error)
		return;
	if (error->status != LP_BAD_BUNDLE || !*error->message || strchr(error->message, '\n'))
		abort();
	lp_error_free(error);
}

/* A manifest that is read must be the same after it is written as JSON and read again. */
static void use_manifest(const struct manifest *manifest)
{
	struct json_object *json = manifest_to_json(manifest);
	const char *text = json_object_to_json_string(json);
	struct manifest *again;

	if (manifest_from_json(text, strlen(text), &again))
		abort();
	if (strcmp(again->id, manifest->id) || again->nr_objects != manifest->nr_objects)
		abort();
	manifest_free(again);
	json_object_put(json);
}

static void use_bundle(struct bundle *bundle)
{
	if (!bundle)
		return;
	if (!bundle->core.data || !bundle->update.data || !bundle->patch.data)
		abort();
	use_manifest(bundle->manifest);
	bundle_free(bundle);
}

static void try_file(const uint8_t *data, size_t size)
{
	struct bundle *bundle;

	check_error(bundle_parse("x", data, size, &bundle));
	use_bundle(bundle);
}

static void try_archive(const uint8_t *data, size_t size)
{
	struct blob frame;

	if (zstd_frame_write(data, size, &frame))
		abort();
	try_file(frame.data, frame.size);
	free(frame.data);
}

static void try_manifest(const uint8_t *data, size_t size)
{
	struct manifest *manifest;

	check_error(manifest_from_json(data, size, &manifest));
	if (manifest)
		use_manifest(manifest);
	manifest_free(manifest);
}

static void try_signature(const uint8_t *data, size_t size)
{
	const struct blob signature = {(unsigned char *)data, size};
	const struct blob text = {(unsigned char *)"{}", 2};
	char *signer;

	check_error(lpatch_signature_operations.claim(&signature, &signer));
	free(signer);
	check_error(lpatch_signature_operations.verify(&text, &signature, "/nowhere", &signer));
	if (signer)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[NR_DEPTHS])(const uint8_t *, size_t) = {
		[DEPTH_FILE] = try_file,
		[DEPTH_ARCHIVE] = try_archive,
		[DEPTH_MANIFEST] = try_manifest,
		[DEPTH_SIGNATURE] = try_signature,
	};

	if (size)
		tries[data[0] % NR_DEPTHS](data + 1, size - 1);
	return 0;
}
