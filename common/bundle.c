// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <json-c/json.h>
#include <string.h>

#include "common/digest.h"
#include "common/module_signature.h"
#include "common/signature.h"
#include "common/text.h"
#include "common/zstd_frame.h"
#include "core-module/lpatch_abi.h"

#define MIB (1024UL * 1024)

/* The members after manifest.json, in order; PART once for each kernel module. */
enum kind { KIND_CORE, KIND_UPDATE, KIND_PART, KIND_PATCH, NR_KINDS };

/* Members there are besides the parts. */
#define FIXED_MEMBERS 3

#define MANIFEST_NAME  "manifest.json"
#define MANIFEST_LIMIT (4 * MIB)
#define SIGNATURE_NAME "manifest.sig"
#define SIGNATURE_HASH "sha256"

/* The largest a member may be, in bytes. */
static const size_t limits[NR_KINDS] = {
	[KIND_CORE] = 16 * MIB,
	[KIND_UPDATE] = 64 * MIB,
	[KIND_PART] = 64 * MIB,
	[KIND_PATCH] = 16 * MIB,
};

/* Of the file, compressed; and of all that is in it, with room for the headers of tar. */
#define FILE_LIMIT    (128 * MIB)
#define ARCHIVE_LIMIT (104 * MIB)

/* What tar adds to a member at most: a header, and padding to whole blocks. */
#define MEMBER_OVERHEAD 1024

char *bundle_name(const char *id)
{
	char *name;

	return asprintf(&name, "lpatch-%s%s", id, BUNDLE_SUFFIX) < 0 ? NULL : name;
}

/* What the member at `index` is, of `count`. */
static enum kind kind_of(size_t index, size_t count)
{
	if (index + 1 == count)
		return KIND_PATCH;
	return index < KIND_PART ? (enum kind)index : KIND_PART;
}

/* The name of that member, to be freed by the caller. */
static struct lp_error *member_name(size_t index, size_t count, const char *id, char **name)
{
	switch (kind_of(index, count)) {
	case KIND_CORE:
		return text_format(name, LPATCH_CORE_MODULE ".ko");
	case KIND_UPDATE:
		return text_format(name, LPATCH_UPDATE_PREFIX "%s.ko", id);
	case KIND_PART:
		return text_format(name, LPATCH_UPDATE_PREFIX "%s" LPATCH_PART_INFIX "%zu.ko", id,
				   index - KIND_PART + 1);
	default:
		return text_format(name, "patch.diff");
	}
}

void bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	manifest_free(bundle->manifest);
	free(bundle->manifest_text.data);
	free(bundle->signature.data);
	free(bundle->core.data);
	free(bundle->update.data);
	for (size_t i = 0; bundle->parts && i < bundle->modules.count; i++)
		free(bundle->parts[i].data);
	free(bundle->parts);
	text_list_clear(&bundle->modules);
	free(bundle->patch.data);
	free(bundle->file.data);
	free(bundle);
}

static void cleanup_archive_read(struct archive **archive)
{
	archive_read_free(*archive);
}

static void cleanup_archive_write(struct archive **archive)
{
	archive_write_free(*archive);
}

static void cleanup_entry(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

/* Reading --------------------------------------------------------------------- */

static struct lp_error *archive_failure(struct archive *archive)
{
	const char *reason = archive_error_string(archive);

	return lp_error_new(LP_BAD_BUNDLE, "its archive is damaged: %s",
			    reason ? reason : "unknown reason");
}

/* Reads the bytes of the current member, whose header says `size`. */
static struct lp_error *read_data(struct archive *archive, const char *name, size_t size,
				  struct blob *blob)
{
	blob->data = malloc(size + 1);
	if (!blob->data)
		return lp_error_no_memory();
	while (blob->size < size) {
		la_ssize_t count =
			archive_read_data(archive, blob->data + blob->size, size - blob->size);

		if (count < 0)
			return archive_failure(archive);
		if (!count)
			return lp_error_new(LP_BAD_BUNDLE, "%s: it ends after %zu of %zu bytes",
					    name, blob->size, size);
		blob->size += count;
	}
	blob->data[size] = '\0';
	return NULL;
}

/* An archive that is being read, and its next member. */
struct reader {
	struct archive *archive;
	struct archive_entry *entry; /* NULL at the end */
};

/* Goes on to the next member. */
static struct lp_error *next_member(struct reader *reader)
{
	int result = archive_read_next_header(reader->archive, &reader->entry);

	if (result == ARCHIVE_EOF)
		reader->entry = NULL;
	else if (result != ARCHIVE_OK)
		return archive_failure(reader->archive);
	return NULL;
}

static bool is_next(const struct reader *reader, const char *name)
{
	const char *pathname = reader->entry ? archive_entry_pathname(reader->entry) : NULL;

	return pathname && !strcmp(pathname, name);
}

/*
 * Reads the next member, which must be the plain file `name` of at most `limit`
 * bytes, and goes on to the one behind it.
 */
static struct lp_error *read_member(struct reader *reader, const char *name, size_t limit,
				    struct blob *blob)
{
	struct archive_entry *entry = reader->entry;

	if (!entry)
		return lp_error_new(LP_BAD_BUNDLE, "%s: it is missing", name);
	if (!is_next(reader, name))
		return lp_error_new(LP_BAD_BUNDLE, "%s: another member stands in its place", name);
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
	    archive_entry_sparse_count(entry))
		return lp_error_new(LP_BAD_BUNDLE, "%s: it is not a plain file", name);
	if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
		return lp_error_new(LP_BAD_BUNDLE, "%s: its size is not given", name);
	if ((uint64_t)archive_entry_size(entry) > limit)
		return lp_error_new(LP_BAD_BUNDLE, "%s: it is larger than %zu bytes", name, limit);
	lp_try(read_data(reader->archive, name, archive_entry_size(entry), blob));
	return next_member(reader);
}

static struct lp_error *check_part(const struct manifest_file *file, const char *name,
				   const struct blob *blob)
{
	char sha256[DIGEST_SHA256_TEXT];

	if (strcmp(file->name, name))
		return lp_error_new(LP_BAD_BUNDLE, "%s: the manifest has another file in its place",
				    name);
	if (file->size != blob->size)
		return lp_error_new(LP_BAD_BUNDLE, "%s: it has %zu bytes, the manifest says %ju",
				    name, blob->size, (uintmax_t)file->size);
	lp_try(digest_sha256(blob->data, blob->size, sha256));
	if (strcmp(file->sha256, sha256))
		return lp_error_new(LP_BAD_BUNDLE,
				    "%s: its SHA-256 digest is not the one in the manifest", name);
	return NULL;
}

/* Where the contents of that member belong. */
static struct blob *member_blob(struct bundle *bundle, size_t index, size_t count)
{
	switch (kind_of(index, count)) {
	case KIND_CORE:
		return &bundle->core;
	case KIND_UPDATE:
		return &bundle->update;
	case KIND_PART:
		return &bundle->parts[index - KIND_PART];
	default:
		return &bundle->patch;
	}
}

static struct lp_error *read_file(struct reader *reader, struct bundle *bundle, size_t index,
				  size_t count)
{
	struct blob *blob = member_blob(bundle, index, count);
	_cleanup_free_ char *name = NULL;

	lp_try(member_name(index, count, bundle->manifest->id, &name));
	lp_try(read_member(reader, name, limits[kind_of(index, count)], blob));
	return check_part(&bundle->manifest->files[index], name, blob);
}

static struct lp_error *read_manifest(struct reader *reader, struct bundle *bundle)
{
	struct blob *text = &bundle->manifest_text;

	lp_try(read_member(reader, MANIFEST_NAME, MANIFEST_LIMIT, text));
	lp_try(manifest_from_json(text->data, text->size, &bundle->manifest));
	lp_try(manifest_modules(bundle->manifest, &bundle->modules));
	size_t count = FIXED_MEMBERS + bundle->modules.count;

	if (bundle->manifest->nr_files != count)
		return lp_error_new(LP_BAD_BUNDLE, "manifest.json: files has %zu entries, not %zu",
				    bundle->manifest->nr_files, count);
	if (!is_next(reader, SIGNATURE_NAME))
		return NULL;
	return read_member(reader, SIGNATURE_NAME, SIGNATURE_LIMIT, &bundle->signature);
}

static struct lp_error *read_members(struct archive *archive, struct bundle *bundle)
{
	struct reader reader = {.archive = archive};

	lp_try(next_member(&reader));
	lp_try(read_manifest(&reader, bundle));
	size_t count = bundle->manifest->nr_files;

	bundle->parts = calloc(bundle->modules.count + 1, sizeof(*bundle->parts));
	if (!bundle->parts)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++)
		lp_try(read_file(&reader, bundle, i, count));
	if (!reader.entry)
		return NULL;
	return lp_error_new(LP_BAD_BUNDLE, "it has more members than it should");
}

static struct lp_error *parse(const void *data, size_t size, struct bundle **bundle)
{
	_cleanup_(cleanup_archive_read) struct archive *archive = archive_read_new();
	_cleanup_bundle_ struct bundle *result = calloc(1, sizeof(*result));
	_cleanup_blob_ struct blob contents = {};

	if (!archive || !result)
		return lp_error_no_memory();
	lp_try(zstd_frame_read(data, size, ARCHIVE_LIMIT, &contents));
	if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, contents.data, contents.size) != ARCHIVE_OK)
		return archive_failure(archive);
	lp_try(read_members(archive, result));
	*bundle = take(result);
	return NULL;
}

struct lp_error *bundle_parse(const char *name, const void *data, size_t size,
			      struct bundle **bundle)
{
	*bundle = NULL;
	return lp_error_context(parse(data, size, bundle), "bad bundle %s", name);
}

struct lp_error *bundle_read(const char *path, struct bundle **bundle)
{
	_cleanup_blob_ struct blob file = {};
	/* A pipe or a device may block for ever, or have no end. */
	_cleanup_error_ struct lp_error *error = file_read_plain(path, FILE_LIMIT, &file);

	*bundle = NULL;
	if (error == lp_error_no_memory())
		return take(error);
	if (error)
		return lp_error_new(LP_BAD_BUNDLE, "%s", error->message);
	lp_try(bundle_parse(path, file.data, file.size, bundle));
	(*bundle)->file = file;
	file.data = NULL;
	return NULL;
}

/* Writing --------------------------------------------------------------------- */

/* Adds a member. The header holds nothing of who wrote it, where or when. */
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
	struct blob signature; /* empty if nobody signs */
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

	lp_try(write_member(archive, MANIFEST_NAME, manifest->created, &contents->text));
	if (contents->signature.size)
		lp_try(write_member(archive, SIGNATURE_NAME, manifest->created,
				    &contents->signature));
	for (size_t i = 0; i < contents->count; i++)
		lp_try(write_member(archive, manifest->files[i].name, manifest->created,
				    &contents->members[i]));
	return NULL;
}

/* Makes manifest->files say what the members are. */
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

		lp_try(member_name(i, contents->count, manifest->id, &file->name));
		file->size = blob->size;
		lp_try(digest_sha256(blob->data, blob->size, file->sha256));
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

/* Reads back what was packed: what is written is what a reader accepts. */
static struct lp_error *check_readable(const char *path, const struct blob *packed)
{
	_cleanup_bundle_ struct bundle *bundle = NULL;
	_cleanup_error_ struct lp_error *error =
		bundle_parse(path, packed->data, packed->size, &bundle);

	return error ? lp_error_new(LP_INTERNAL, "%s", error->message) : NULL;
}

static struct lp_error *read_modules(const struct bundle_input *input, struct contents *contents)
{
	const size_t nr_parts = contents->count - FIXED_MEMBERS;
	struct blob *members = contents->members;

	lp_try(file_read(input->core, limits[KIND_CORE], &members[KIND_CORE]));
	lp_try(file_read(input->update, limits[KIND_UPDATE], &members[KIND_UPDATE]));
	for (size_t i = 0; i < nr_parts; i++)
		lp_try(file_read(input->parts->items[i], limits[KIND_PART],
				 &members[KIND_PART + i]));
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
	contents->members = calloc(FIXED_MEMBERS + nr_parts, sizeof(*contents->members));
	if (!contents->members)
		return lp_error_no_memory();
	contents->count = FIXED_MEMBERS + nr_parts;
	contents->members[contents->count - 1] =
		(struct blob){(unsigned char *)input->patch, input->patch_size};
	return read_modules(input, contents);
}

/* Signs all members that are modules, and says so in the manifest. */
static struct lp_error *sign_modules(struct manifest *manifest, const struct bundle_input *input,
				     struct contents *contents)
{
	for (size_t i = 0; i < contents->count; i++) {
		if (kind_of(i, contents->count) != KIND_PATCH)
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
