// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <string.h>

/* The largest unpacked size of a file, in bytes. */
#define UNPACKED_LIMIT (256u << 20)

/* The first bytes of packed files: RFC 1952 and 8878, xz-file-format 2.1.1.1, bzip2's source. */
static const struct {
	const char *magic;
	size_t length;
} formats[] = {
	{"\x1f\x8b", 2},
	{"\xfd"
	 "7zXZ\0",
	 6},
	{"\x28\xb5\x2f\xfd", 4},
	{"BZh", 3},
};

static bool is_packed(const struct blob *blob)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (blob->size > formats[i].length &&
		    !memcmp(blob->data, formats[i].magic, formats[i].length))
			return true;
	}
	return false;
}

static void cleanup_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

static struct lp_error *bad_archive(const char *name, enum lp_status status,
				    struct archive *archive)
{
	return lp_error_new(status, "%s can't be unpacked: %s", name,
			    archive_error_string(archive) ?: "it is damaged");
}

/* Filters that are part of the library: no other program is run. */
static struct lp_error *open_packed(const char *name, enum lp_status status,
				    struct archive *archive, const struct blob *blob)
{
	struct archive_entry *entry;

	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_memory(archive, blob->data, blob->size) ||
	    archive_read_next_header(archive, &entry))
		return bad_archive(name, status, archive);
	return NULL;
}

struct lp_error *unpack(const char *name, enum lp_status status, struct blob *blob)
{
	_cleanup_(cleanup_archive) struct archive *archive = NULL;
	_cleanup_free_ char *text = NULL;
	char buffer[65536];
	size_t size;
	ssize_t length;

	if (!is_packed(blob))
		return NULL;
	archive = archive_read_new();
	if (!archive)
		return lp_error_no_memory();
	lp_try(open_packed(name, status, archive, blob));
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	for (size_t sum = 0; (length = archive_read_data(archive, buffer, sizeof(buffer))) > 0;) {
		sum += length;
		if (sum > UNPACKED_LIMIT)
			break;
		fwrite(buffer, 1, length, out);
	}
	if (fclose(out))
		return lp_error_no_memory();
	if (length < 0)
		return bad_archive(name, status, archive);
	if (length)
		return lp_error_new(status, "%s has more than %u bytes when unpacked", name,
				    UNPACKED_LIMIT);
	free(blob->data);
	blob->data = (unsigned char *)take(text);
	blob->size = size;
	return NULL;
}
