// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/bundle/pack.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/bundle.h"
#include "common/digest.h"
#include "core-module/lpatch_abi.h"
#include "create/arch.h"

struct lp_error *pack_check_output(const struct create_options *options)
{
	const char *output = options->output ?: "lpatch-ID.tar.zst", *name = strrchr(output, '/');
	_cleanup_free_ char *directory = NULL;
	struct stat status;
	int error = 0;

	if (options->check)
		return NULL;
	lp_try(text_format(&directory, "%.*s", name ? (int)(name + 1 - output) : 1,
			   name ? output : "."));
	if (!stat(output, &status) && S_ISDIR(status.st_mode))
		error = EISDIR;
	/* file_write() writes into a device or a pipe, and replaces everything else. */
	else if (!stat(output, &status) && !S_ISREG(status.st_mode))
		error = access(output, W_OK) ? errno : 0;
	else if (access(directory, W_OK | X_OK))
		error = errno;
	return error ? lp_error_errno(error, "can't write %s", output) : NULL;
}

struct lp_error *pack_id(const struct create_options *options, const struct target *target,
			 const char *patch, char **id)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	_cleanup_text_list_ struct text_list inputs = {0};
	char digest[DIGEST_SHA256_TEXT];

	if (options->id)
		return text_format(id, "%s", options->id);
	lp_try(text_list_add(&inputs, "%s", target->build_id));
	lp_try(text_list_add(&inputs, "%s", patch));
	lp_try(text_list_digest(&inputs, digest));
	lp_try(text_format(id, "%.*s", LPATCH_ID_DEFAULT, digest));
	for (int i = 0; i < LPATCH_ID_DEFAULT; i++) {
		/* Five hex digits per character, so that the remainder is nearly uniform. */
		char part[6] = {0};

		memcpy(part, digest + 5 * i, 5);
		(*id)[i] = digits[strtoul(part, NULL, 16) % (sizeof(digits) - 1)];
	}
	return NULL;
}

/* Sets *copy to a copy of `text`. */
static struct lp_error *copy_text(char **copy, const char *text)
{
	return text_format(copy, "%s", text);
}

static struct lp_error *fill_reason(const struct reason *from, struct manifest_function *to)
{
	to->reason = from->reason;
	if (from->cause)
		lp_try(copy_text(&to->cause, from->cause));
	for (size_t i = 0; i < from->through.count; i++)
		lp_try(text_list_add(&to->through, "%s", from->through.items[i]));
	return copy_text(&to->why, from->why);
}

static struct lp_error *fill_functions(const struct diffobj_result *result,
				       const struct reason_list *reasons,
				       struct manifest_object *object)
{
	object->functions = calloc(result->nr_functions + 1, sizeof(*object->functions));
	if (!object->functions)
		return lp_error_no_memory();
	for (size_t i = 0; i < result->nr_functions; i++) {
		const struct diffobj_function *from = &result->functions[i];
		struct manifest_function *to = &object->functions[object->nr_functions++];

		to->kind = from->kind == DIFFOBJ_NEW ? MANIFEST_NEW : MANIFEST_REPLACED;
		lp_try(copy_text(&to->name, from->name));
		lp_try(fill_reason(&reasons->items[i], to));
	}
	return NULL;
}

static struct lp_error *fill_constants(const struct diffobj_result *result,
				       struct manifest_object *object)
{
	object->constants = calloc(result->nr_rewrites + 1, sizeof(*object->constants));
	if (!object->constants)
		return lp_error_no_memory();
	for (size_t i = 0; i < result->nr_rewrites; i++) {
		struct manifest_constant *to = &object->constants[object->nr_constants++];

		to->size = result->rewrites[i].place.size;
		lp_try(copy_text(&to->name, result->rewrites[i].name));
	}
	return NULL;
}

/* In the order in which the core has them. */
static struct lp_error *fill_hooks(const struct diffobj_result *result,
				   struct manifest_object *object)
{
	static const char *const kinds[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};

	object->hooks = calloc(result->nr_hooks + 1, sizeof(*object->hooks));
	if (!object->hooks)
		return lp_error_no_memory();
	for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (size_t i = 0; i < result->nr_hooks; i++) {
			if (strcmp(result->hooks[i].kind, kinds[kind]))
				continue;
			struct manifest_hook *to = &object->hooks[object->nr_hooks++];

			lp_try(copy_text(&to->kind, result->hooks[i].kind));
			lp_try(copy_text(&to->function, result->hooks[i].function));
		}
	}
	for (size_t i = 0; i < result->nr_shadows; i++)
		lp_try(text_list_add(&object->shadows, "%s", result->shadows[i]));
	return NULL;
}

/* The result of the proof, and what the user has allowed nevertheless. */
static struct lp_error *fill_proof(const struct link_part *part, struct manifest_object *object)
{
	const struct proof_mismatch *mismatch = proof_mismatch(part->proof);

	object->is_new = part->unit->is_new;
	object->proven = !mismatch && !object->is_new;
	for (size_t i = 0; i < part->layouts->count; i++)
		lp_try(text_list_add(&object->layouts, "%s", part->layouts->items[i]));
	if (!mismatch)
		return NULL;
	object->mismatch.offset = mismatch->offset;
	lp_try(copy_text(&object->mismatch.function, mismatch->function ?: ""));
	return copy_text(&object->mismatch.difference, mismatch->difference);
}

static struct lp_error *fill_object(const struct link_part *part, struct manifest_object *object)
{
	lp_try(copy_text(&object->name, part->unit->object));
	lp_try(copy_text(&object->source, part->unit->source));
	lp_try(fill_proof(part, object));
	lp_try(finding_add_all(&object->findings, part->findings));
	for (size_t i = 0; i < part->needs->count; i++)
		lp_try(text_list_add(&object->needs, "%s", part->needs->items[i]));
	for (size_t i = 0; i < part->result->nr_releases; i++)
		lp_try(text_list_add(&object->releases, "%s", part->result->releases[i]));
	object->keep_code = part->result->keep_code;
	lp_try(fill_functions(part->result, part->reasons, object));
	lp_try(fill_constants(part->result, object));
	return fill_hooks(part->result, object);
}

static struct lp_error *fill_manifest(const struct target *target, const struct link_job *job,
				      int64_t created, struct manifest *manifest)
{
	lp_try(copy_text(&manifest->id, job->id));
	lp_try(copy_text(&manifest->description, job->description));
	manifest->abi = LPATCH_ABI_VERSION;
	manifest->created = created;
	lp_try(copy_text(&manifest->target.release, target->release));
	lp_try(copy_text(&manifest->target.architecture, arch_name));
	lp_try(copy_text(&manifest->target.build_id, target->build_id));
	manifest->objects = calloc(job->nr_parts, sizeof(*manifest->objects));
	if (!manifest->objects)
		return lp_error_no_memory();
	for (size_t i = 0; i < job->nr_parts; i++)
		lp_try(fill_object(&job->parts[i], &manifest->objects[manifest->nr_objects++]));
	return NULL;
}

struct lp_error *pack_manifest(const struct target *target, const struct link_job *job,
			       int64_t created, struct manifest **manifest)
{
	*manifest = calloc(1, sizeof(**manifest));
	if (!*manifest)
		return lp_error_no_memory();
	struct lp_error *error = fill_manifest(target, job, created, *manifest);

	if (error) {
		manifest_free(*manifest);
		*manifest = NULL;
	}
	return error;
}

struct lp_error *pack_bundle(const struct create_options *options, const struct link_job *job,
			     struct manifest *manifest, const char *core,
			     const struct assembly *assembly, const struct pack_signing *signing,
			     struct packed *packed)
{
	struct bundle_input input = {
		.core = core,
		.update = assembly->update,
		.parts = &assembly->parts,
		.patch = job->patch,
		.patch_size = strlen(job->patch),
		.signer = signing->signer,
		.module_hash = signing->hash,
	};

	packed->path = options->output ? strdup(options->output) : bundle_name(job->id);
	if (!packed->path)
		return lp_error_no_memory();
	return bundle_make(packed->path, manifest, &input, &packed->bytes);
}

struct lp_error *pack_write(const struct packed *packed)
{
	_cleanup_blob_ struct blob written = {};
	struct stat status;

	lp_try(file_write(packed->path, packed->bytes.data, packed->bytes.size));
	/* A device or a pipe can't be read back. */
	if (stat(packed->path, &status) || !S_ISREG(status.st_mode))
		return NULL;
	struct lp_error *error = file_read(packed->path, packed->bytes.size, &written);

	if (!error && (written.size != packed->bytes.size ||
		       memcmp(written.data, packed->bytes.data, written.size)))
		error = lp_error_new(LP_INTERNAL, "%s does not contain what was written to it",
				     packed->path);
	if (error)
		unlink(packed->path);
	return error;
}

void packed_clear(struct packed *packed)
{
	free(packed->path);
	free(packed->bytes.data);
}
