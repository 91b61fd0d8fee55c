// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation.h"

/* Comes last, when the working copy is not in use any more. */
static void close_cache(struct creation *creation)
{
	if (!creation->cache)
		return;
	struct lp_error *error = cache_trim(creation->cache);

	if (error)
		message_warning(&creation->sink, "the cache may be larger than it should be: %s",
				error->message);
	lp_error_free(error);
	cache_free(creation->cache);
}

void creation_unit_clear(struct creation_unit *unit)
{
	unit_free(unit->unit);
	proof_free(unit->proof);
	kernel_image_free(unit->module);
	free(unit->module_path);
	text_list_clear(&unit->layouts);
	finding_list_clear(&unit->findings);
	text_list_clear(&unit->explanations);
	text_list_clear(&unit->needs);
	text_list_clear(&unit->moved_exports);
	free(unit->targets);
	free(unit->function_proofs);
	reason_list_clear(&unit->reasons);
	diffobj_result_free(unit->result);
	free(unit->object);
}

/* Releases what depends on the patches; the pointers to it are not reset. */
static void clear_patched(struct creation *creation)
{
	creation_clear_model(creation);
	for (size_t i = 0; i < creation->nr_units; i++)
		creation_unit_clear(&creation->units[i]);
	free(creation->units);
	text_list_clear(&creation->notes);
	layout_described_clear(&creation->layouts_described);
	text_list_clear(&creation->layouts_seen);
	if (creation->scan)
		source_scan_clear(creation->scan);
	free(creation->scan);
	free(creation->parts);
	free(creation->view);
	free(creation->patch);
	free(creation->id);
	affected_clear(&creation->affected);
	build_changes_clear(&creation->build_changes);
	text_list_clear(&creation->sources);
	patch_set_clear(&creation->patches);
}

struct lp_error *creation_renew(struct creation *creation)
{
	const struct creation kept = {
		.options = creation->options,
		.sink = creation->sink,
		.cache = creation->cache,
		.target = creation->target,
		.tree = creation->tree,
		.sandboxes = creation->sandboxes,
		.shared = creation->shared,
		.core = creation->core,
		.signer = creation->signer,
	};

	clear_patched(creation);
	*creation = kept;
	return tree_renew_work(creation->tree);
}

void creation_clear(struct creation *creation)
{
	clear_patched(creation);
	free(creation->shared);
	free(creation->core);
	assembly_clear(&creation->assembly);
	signer_free(creation->signer);
	packed_clear(&creation->packed);
	manifest_free(creation->manifest);
	sandbox_set_clear(&creation->sandboxes);
	tree_free(creation->tree);
	target_free(creation->target);
	close_cache(creation);
	create_options_clear(&creation->options);
}
