// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/zstd_frame.h"

#include <string.h>
#include <zstd.h>

#define COMPRESSION_LEVEL 9 /* of 1 to 22; kernel modules of 1 MB take some 50 ms */
#define FIRST_OUTPUT      (256 * 1024)

static void cleanup_compressor(ZSTD_CCtx **context)
{
	ZSTD_freeCCtx(*context);
}

static void cleanup_decompressor(ZSTD_DCtx **context)
{
	ZSTD_freeDCtx(*context);
}

struct lp_error *zstd_frame_write(const void *data, size_t size, struct blob *frame)
{
	_cleanup_(cleanup_compressor) ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t bound = ZSTD_compressBound(size);
	_cleanup_free_ unsigned char *output = malloc(bound + 1);

	*frame = (struct blob){};
	if (!context || !output)
		return lp_error_no_memory();
	ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	size_t length = ZSTD_compress2(context, output, bound, data, size);

	if (ZSTD_isError(length))
		return lp_error_new(LP_INTERNAL, "zstd compression failed: %s",
				    ZSTD_getErrorName(length));
	output[length] = '\0';
	frame->size = length;
	frame->data = take(output);
	return NULL;
}

/*
 * Doubles the size of `output`, up to one byte more than `limit`, so that a larger frame is
 * noticed.
 */
static struct lp_error *grow(ZSTD_outBuffer *output, size_t limit)
{
	size_t size = output->size ? 2 * output->size : FIRST_OUTPUT;

	if (output->pos > limit)
		return lp_error_new(LP_BAD_BUNDLE, "it holds more than %zu bytes", limit);
	if (size > limit + 1)
		size = limit + 1;
	void *larger = realloc(output->dst, size + 1);

	if (!larger)
		return lp_error_no_memory();
	output->dst = larger;
	output->size = size;
	return NULL;
}

/* Decompresses into `output`, which grows; the caller frees output->dst in any case. */
static struct lp_error *decompress(ZSTD_DCtx *context, ZSTD_inBuffer *input, size_t limit,
				   ZSTD_outBuffer *output)
{
	for (;;) {
		if (output->pos == output->size)
			lp_try(grow(output, limit));
		size_t left = ZSTD_decompressStream(context, output, input);

		if (ZSTD_isError(left))
			return lp_error_new(LP_BAD_BUNDLE, "it is damaged: %s",
					    ZSTD_getErrorName(left));
		if (!left)
			return NULL;
		if (input->pos == input->size && output->pos < output->size)
			return lp_error_new(LP_BAD_BUNDLE, "it is truncated");
	}
}

static bool is_zstd(const void *data, size_t size)
{
	static const unsigned char magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

	return size >= sizeof(magic) && !memcmp(data, magic, sizeof(magic));
}

struct lp_error *zstd_frame_read(const void *data, size_t size, size_t limit, struct blob *contents)
{
	_cleanup_(cleanup_decompressor) ZSTD_DCtx *context = ZSTD_createDCtx();
	ZSTD_inBuffer input = {.src = data, .size = size};
	ZSTD_outBuffer output = {};

	*contents = (struct blob){};
	if (!context)
		return lp_error_no_memory();
	if (!is_zstd(data, size))
		return lp_error_new(LP_BAD_BUNDLE, "it is not a zstd file");
	struct lp_error *error = decompress(context, &input, limit, &output);
	_cleanup_free_ unsigned char *bytes = output.dst;

	lp_try(error);
	if (output.pos > limit)
		return lp_error_new(LP_BAD_BUNDLE, "it holds more than %zu bytes", limit);
	if (input.pos != input.size)
		return lp_error_new(LP_BAD_BUNDLE, "%zu byte(s) of something else follow its end",
				    input.size - input.pos);
	bytes[output.pos] = '\0';
	contents->size = output.pos;
	contents->data = take(bytes);
	return NULL;
}
