// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "common/bundle_members.h"
#include "common/digest.h"
#include "common/signature.h"
#include "common/zstd_frame.h"

#define MANIFEST_LIMIT (4 * MIB)

/* Limits of the compressed file, and of all that is in it with room for the headers of tar. */
#define FILE_LIMIT    (128 * MIB)
#define ARCHIVE_LIMIT (104 * MIB)

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
 * bytes, and goes on to the one after it.
 */
static struct lp_error *read_member(struct reader *reader, const char *name, size_t limit,
				    struct blob *blob)
{
	struct archive_entry *entry = reader->entry;

	if (!entry)
		return lp_error_new(LP_BAD_BUNDLE, "%s: it is missing", name);
	if (!is_next(reader, name))
		return lp_error_new(LP_BAD_BUNDLE, "%s: another member is in its place", name);
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
	digest_sha256(blob->data, blob->size, sha256);
	if (strcmp(file->sha256, sha256))
		return lp_error_new(LP_BAD_BUNDLE,
				    "%s: its SHA-256 digest is not the one in the manifest", name);
	return NULL;
}

/* Where the contents of that member are kept. */
static struct blob *member_blob(struct bundle *bundle, size_t index, size_t count)
{
	switch (bundle_kind(index, count)) {
	case BUNDLE_CORE:
		return &bundle->core;
	case BUNDLE_UPDATE:
		return &bundle->update;
	case BUNDLE_PART:
		return &bundle->parts[index - BUNDLE_PART];
	default:
		return &bundle->patch;
	}
}

static struct lp_error *read_file(struct reader *reader, struct bundle *bundle, size_t index,
				  size_t count)
{
	struct blob *blob = member_blob(bundle, index, count);
	_cleanup_free_ char *name = NULL;

	lp_try(bundle_member_name(index, count, bundle->manifest->id, &name));
	lp_try(read_member(reader, name, bundle_limits[bundle_kind(index, count)], blob));
	return check_part(&bundle->manifest->files[index], name, blob);
}

static struct lp_error *read_manifest(struct reader *reader, struct bundle *bundle)
{
	struct blob *text = &bundle->manifest_text;

	lp_try(read_member(reader, BUNDLE_MANIFEST, MANIFEST_LIMIT, text));
	lp_try(manifest_from_json(text->data, text->size, &bundle->manifest));
	lp_try(manifest_modules(bundle->manifest, &bundle->modules));
	size_t count = BUNDLE_FIXED_MEMBERS + bundle->modules.count;

	if (bundle->manifest->nr_files != count)
		return lp_error_new(LP_BAD_BUNDLE, "manifest.json: files has %zu entries, not %zu",
				    bundle->manifest->nr_files, count);
	if (!is_next(reader, BUNDLE_SIGNATURE))
		return NULL;
	return read_member(reader, BUNDLE_SIGNATURE, SIGNATURE_LIMIT, &bundle->signature);
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
