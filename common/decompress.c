// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/decompress.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

/* Places in the setup header: Documentation/x86/boot.rst, "The Real-Mode Kernel Header". */
#define SETUP_SECTS          0x1f1 /* u8, of 512 bytes each, without the boot sector */
#define SETUP_BOOT_FLAG      0x1fe /* u16, 0xaa55 */
#define SETUP_MAGIC          0x202 /* "HdrS" */
#define SETUP_VERSION        0x206 /* u16 */
#define SETUP_PAYLOAD_OFFSET 0x248 /* u32, from the protected-mode code, since 2.08 */
#define SETUP_PAYLOAD_LENGTH 0x24c /* u32 */
#define SETUP_END            0x250

#define LARGEST_KERNEL (1u << 30) /* KERNEL_IMAGE_SIZE, arch/x86: nothing larger can boot */

static uint32_t read_le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint16_t read_le16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

bool bzimage_is(const uint8_t *file, size_t size)
{
	return size >= SETUP_END && read_le16(file + SETUP_BOOT_FLAG) == 0xaa55 &&
	       memcmp(file + SETUP_MAGIC, "HdrS", 4) == 0;
}

/*
 * Each decompressor fills `out` completely or says why it can't. The input may have more
 * bytes after the compressed stream: the kernel's build appends the size there.
 */
static struct lp_error *unpack_xz(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size)
{
	uint64_t memory_limit = UINT64_MAX;
	size_t in_pos = 0;
	size_t out_pos = 0;
	lzma_ret status = lzma_stream_buffer_decode(&memory_limit, 0, NULL, in, &in_pos, in_size,
						    out, &out_pos, out_size);

	if (status == LZMA_MEM_ERROR)
		return lp_error_no_memory();
	if (status != LZMA_OK || out_pos != out_size)
		return lp_error_new(LP_INTERNAL, "the xz-compressed kernel is damaged");
	return NULL;
}

static struct lp_error *unpack_zstd(const uint8_t *in, size_t in_size, uint8_t *out,
				    size_t out_size)
{
	size_t frame = ZSTD_findFrameCompressedSize(in, in_size);
	size_t done = ZSTD_isError(frame) ? frame : ZSTD_decompress(out, out_size, in, frame);

	if (ZSTD_isError(done) || done != out_size)
		return lp_error_new(LP_INTERNAL, "the zstd-compressed kernel is damaged%s%s",
				    ZSTD_isError(done) ? ": " : "",
				    ZSTD_isError(done) ? ZSTD_getErrorName(done) : "");
	return NULL;
}

static struct lp_error *unpack_gzip(const uint8_t *in, size_t in_size, uint8_t *out,
				    size_t out_size)
{
	z_stream stream = {
		.next_in = (uint8_t *)in,
		.avail_in = in_size,
		.next_out = out,
		.avail_out = out_size,
	};

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return lp_error_no_memory();

	int status = inflate(&stream, Z_FINISH);
	size_t done = stream.total_out;

	inflateEnd(&stream);
	if (status != Z_STREAM_END || done != out_size)
		return lp_error_new(LP_INTERNAL, "the gzip-compressed kernel is damaged");
	return NULL;
}

/*
 * The format of `lz4 -l`: a magic number, then blocks of at most 8 MiB before
 * compression, each with its compressed size in front (lib/decompress_unlz4.c, Linux 6.1).
 */
static struct lp_error *unpack_lz4(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size)
{
	size_t in_pos = 4, out_pos = 0;

	while (out_pos < out_size && in_size - in_pos >= 4) {
		size_t block = read_le32(in + in_pos);

		in_pos += 4;
		if (block > in_size - in_pos)
			break;
		int done = LZ4_decompress_safe((const char *)in + in_pos, (char *)out + out_pos,
					       (int)block, (int)(out_size - out_pos));

		if (done <= 0)
			break;
		in_pos += block;
		out_pos += done;
	}
	if (out_pos != out_size)
		return lp_error_new(LP_INTERNAL, "the lz4-compressed kernel is damaged");
	return NULL;
}

static const struct compression {
	const char *name;
	uint8_t magic[6];
	uint8_t magic_size; /* bytes */
	struct lp_error *(*unpack)(const uint8_t *in, size_t in_size, uint8_t *out,
				   size_t out_size); /* NULL: known by name only */
} compressions[] = {
	{"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, unpack_xz},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, unpack_zstd},
	{"gzip", {0x1f, 0x8b}, 2, unpack_gzip},
	{"lz4", {0x02, 0x21, 0x4c, 0x18}, 4, unpack_lz4},
	{"bzip2", {'B', 'Z', 'h'}, 3, NULL},
	{"lzma", {0x5d, 0, 0}, 3, NULL},
	{"lzo", {0x89, 'L', 'Z', 'O'}, 4, NULL},
};

static const struct compression *find_compression(const uint8_t *payload, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++) {
		const struct compression *c = &compressions[i];

		if (size >= c->magic_size && memcmp(payload, c->magic, c->magic_size) == 0)
			return c;
	}
	return NULL;
}

/* Where the compressed kernel is in the file. */
static struct lp_error *find_payload(const uint8_t *file, size_t size, const uint8_t **payload,
				     size_t *payload_size)
{
	if (read_le16(file + SETUP_VERSION) < 0x208)
		return lp_error_new(LP_INTERNAL, "boot protocol %x.%02x is older than 2.08",
				    file[SETUP_VERSION + 1], file[SETUP_VERSION]);

	uint64_t setup_sectors = file[SETUP_SECTS] ? file[SETUP_SECTS] : 4;
	uint64_t begin = (setup_sectors + 1) * 512 + read_le32(file + SETUP_PAYLOAD_OFFSET);
	uint64_t length = read_le32(file + SETUP_PAYLOAD_LENGTH);

	if (begin + length > size)
		return lp_error_new(
			LP_INTERNAL,
			"the file is cut off: the compressed kernel ends at byte %" PRIu64
			", the file at %zu",
			begin + length, size);
	if (length < 8)
		return lp_error_new(LP_INTERNAL, "the file holds no compressed kernel");
	*payload = file + begin;
	*payload_size = length;
	return NULL;
}

struct lp_error *bzimage_decompress(const uint8_t *file, size_t size, uint8_t **kernel,
				    size_t *kernel_size)
{
	const uint8_t *payload;
	size_t payload_size;

	lp_try(find_payload(file, size, &payload, &payload_size));

	const struct compression *compression = find_compression(payload, payload_size);

	if (!compression || !compression->unpack)
		return lp_error_new(LP_INTERNAL,
				    "the kernel is compressed by %s; xz, zstd, gzip and lz4 are "
				    "known",
				    compression ? compression->name : "an unknown program");

	/* The last four bytes hold the size before compression, whatever compressed it. */
	uint32_t unpacked = read_le32(payload + payload_size - 4);

	if (!unpacked || unpacked > LARGEST_KERNEL)
		return lp_error_new(LP_INTERNAL,
				    "the compressed kernel gives %" PRIu32
				    " bytes as its size, which can't be",
				    unpacked);

	_cleanup_free_ uint8_t *out = malloc(unpacked);

	if (!out)
		return lp_error_no_memory();
	lp_try(compression->unpack(payload, payload_size, out, unpacked));
	*kernel = take(out);
	*kernel_size = unpacked;
	return NULL;
}
