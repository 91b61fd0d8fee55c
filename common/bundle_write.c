// SPDX-License-Identifier: GPL-2.0-or-later
/* Making bundles. Readers need neither this nor libcrypto. */
#include <archive.h>
#include <archive_entry.h>
#include <json-c/json.h>
#include <string.h>

#include "common/bundle.h"
#include "common/bundle_members.h"
#include "common/digest.h"
#include "common/module_signing.h"
#include "common/text.h"
#include "common/zstd_frame.h"

#define SIGNATURE_HASH "sha256"

/* The most that tar adds to a member: a header, and padding to whole blocks. */
#define MEMBER_OVERHEAD 1024

static void cleanup_archive_write(struct archive **archive)
{
	archive_write_free(*archive);
}

static void cleanup_entry(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

/* Adds a member. The header does not say who wrote it, where or when. */
static struct lp_error *write_member(struct archive *archive, const char *name, int64_t time,
				     const struct blob *blob)
{
	_cleanup_(cleanup_entry) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return lp_error_no_memory();
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	archive_entry_set_mtime(entry, time, 0);
	archive_entry_set_size(entry, blob->size);
	if (archive_write_header(archive, entry) != ARCHIVE_OK ||
	    archive_write_data(archive, blob->data, blob->size) != (la_ssize_t)blob->size)
		return lp_error_new(LP_INTERNAL, "%s: %s", name, archive_error_string(archive));
	return NULL;
}

static void cleanup_json(struct json_object **json)
{
	json_object_put(*json);
}

static struct lp_error *manifest_text(const struct manifest *manifest, struct blob *text)
{
	_cleanup_(cleanup_json) struct json_object *json = manifest_to_json(manifest);
	char *data;

	if (!json)
		return lp_error_no_memory();
	lp_try(text_format(
		&data, "%s\n",
		json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
							     JSON_C_TO_STRING_NOSLASHESCAPE)));
	*text = (struct blob){(unsigned char *)data, strlen(data)};
	return NULL;
}

/* What goes into the archive. */
struct contents {
	const struct manifest *manifest;
	struct blob text;      /* of the manifest */
	struct blob signature; /* empty if it is not signed */
	struct blob *members;  /* manifest->nr_files of them; the last is not ours to free */
	size_t count;
};

static void cleanup_contents(struct contents *contents)
{
	cleanup_blob(&contents->text);
	cleanup_blob(&contents->signature);
	for (size_t i = 0; contents->members && i + 1 < contents->count; i++)
		cleanup_blob(&contents->members[i]);
	free(contents->members);
}

static struct lp_error *write_members(struct archive *archive, const struct contents *contents)
{
	const struct manifest *manifest = contents->manifest;

	lp_try(write_member(archive, BUNDLE_MANIFEST, manifest->created, &contents->text));
	if (contents->signature.size)
		lp_try(write_member(archive, BUNDLE_SIGNATURE, manifest->created,
				    &contents->signature));
	for (size_t i = 0; i < contents->count; i++)
		lp_try(write_member(archive, manifest->files[i].name, manifest->created,
				    &contents->members[i]));
	return NULL;
}

/* Sets manifest->files to the members. */
static struct lp_error *list_files(struct manifest *manifest, const struct contents *contents)
{
	for (size_t i = 0; i < manifest->nr_files; i++)
		free(manifest->files[i].name);
	free(manifest->files);
	manifest->nr_files = 0;
	manifest->files = calloc(contents->count, sizeof(*manifest->files));
	if (!manifest->files)
		return lp_error_no_memory();
	for (size_t i = 0; i < contents->count; i++) {
		struct manifest_file *file = &manifest->files[manifest->nr_files++];
		const struct blob *blob = &contents->members[i];

		lp_try(bundle_member_name(i, contents->count, manifest->id, &file->name));
		file->size = blob->size;
		digest_sha256(blob->data, blob->size, file->sha256);
	}
	return NULL;
}

/* The tar archive, in `buffer`, which has room for `capacity` bytes. */
static struct lp_error *write_archive(const struct contents *contents, void *buffer,
				      size_t capacity, size_t *used)
{
	_cleanup_(cleanup_archive_write) struct archive *archive = archive_write_new();

	if (!archive)
		return lp_error_no_memory();
	if (archive_write_set_format_ustar(archive) != ARCHIVE_OK ||
	    archive_write_open_memory(archive, buffer, capacity, used) != ARCHIVE_OK)
		return lp_error_new(LP_INTERNAL, "%s", archive_error_string(archive));
	lp_try(write_members(archive, contents));
	if (archive_write_close(archive) != ARCHIVE_OK)
		return lp_error_new(LP_INTERNAL, "%s", archive_error_string(archive));
	return NULL;
}

/* The bytes of the bundle. */
static struct lp_error *pack(const struct contents *contents, struct blob *bundle)
{
	size_t capacity = contents->text.size + contents->signature.size + MIB;
	size_t used = 0;

	for (size_t i = 0; i < contents->count; i++)
		capacity += contents->members[i].size + MEMBER_OVERHEAD;
	_cleanup_free_ unsigned char *archive = malloc(capacity);

	if (!archive)
		return lp_error_no_memory();
	lp_try(write_archive(contents, archive, capacity, &used));
	return zstd_frame_write(archive, used, bundle);
}

/* Reads back what was packed, so that only a bundle that a reader accepts is written. */
static struct lp_error *check_readable(const char *path, const struct blob *packed)
{
	_cleanup_bundle_ struct bundle *bundle = NULL;
	_cleanup_error_ struct lp_error *error =
		bundle_parse(path, packed->data, packed->size, &bundle);

	return error ? lp_error_new(LP_INTERNAL, "%s", error->message) : NULL;
}

static struct lp_error *read_modules(const struct bundle_input *input, struct contents *contents)
{
	const size_t nr_parts = contents->count - BUNDLE_FIXED_MEMBERS;
	struct blob *members = contents->members;

	lp_try(file_read(input->core, bundle_limits[BUNDLE_CORE], &members[BUNDLE_CORE]));
	lp_try(file_read(input->update, bundle_limits[BUNDLE_UPDATE], &members[BUNDLE_UPDATE]));
	for (size_t i = 0; i < nr_parts; i++)
		lp_try(file_read(input->parts->items[i], bundle_limits[BUNDLE_PART],
				 &members[BUNDLE_PART + i]));
	return NULL;
}

/* Reads all that goes into the archive and sets contents->count. */
static struct lp_error *collect(const struct bundle_input *input, struct contents *contents)
{
	_cleanup_text_list_ struct text_list modules = {};
	size_t nr_parts = input->parts ? input->parts->count : 0;

	lp_try(manifest_modules(contents->manifest, &modules));
	if (modules.count != nr_parts)
		return lp_error_new(LP_INTERNAL, "%zu modules have %zu parts", modules.count,
				    nr_parts);
	contents->members = calloc(BUNDLE_FIXED_MEMBERS + nr_parts, sizeof(*contents->members));
	if (!contents->members)
		return lp_error_no_memory();
	contents->count = BUNDLE_FIXED_MEMBERS + nr_parts;
	contents->members[contents->count - 1] =
		(struct blob){(unsigned char *)input->patch, input->patch_size};
	return read_modules(input, contents);
}

/* Signs all members that are modules, and says so in the manifest. */
static struct lp_error *sign_modules(struct manifest *manifest, const struct bundle_input *input,
				     struct contents *contents)
{
	for (size_t i = 0; i < contents->count; i++) {
		if (bundle_kind(i, contents->count) != BUNDLE_PATCH)
			lp_try(module_signature_add(input->signer, input->module_hash,
						    &contents->members[i]));
	}
	lp_try(text_format(&manifest->modules_signed.signer, "%s", signer_name(input->signer)));
	return text_format(&manifest->modules_signed.hash, "%s", input->module_hash);
}

struct lp_error *bundle_make(const char *name, struct manifest *manifest,
			     const struct bundle_input *input, struct blob *packed)
{
	_cleanup_(cleanup_contents) struct contents contents = {.manifest = manifest};

	lp_try(collect(input, &contents));
	if (input->signer)
		lp_try(sign_modules(manifest, input, &contents));
	lp_try(list_files(manifest, &contents));
	lp_try(manifest_text(manifest, &contents.text));
	if (input->signer)
		lp_try(signer_sign(input->signer, &contents.text, SIGNATURE_HASH, true,
				   &contents.signature));
	lp_try(pack(&contents, packed));
	return check_readable(name, packed);
}

struct lp_error *bundle_write(const char *path, struct manifest *manifest,
			      const struct bundle_input *input)
{
	_cleanup_blob_ struct blob packed = {};

	lp_try(bundle_make(path, manifest, input, &packed));
	return file_write(path, packed.data, packed.size);
}
