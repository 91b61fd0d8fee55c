// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/tiny_kernel.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "common/cleanup.h"

/* Bytes that grow ---------------------------------------------------------- */

static void put(struct buffer *buffer, const void *data, size_t size)
{
	buffer->data = realloc(buffer->data, buffer->size + size);
	assert_non_null(buffer->data);
	memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
}

static void put_number(struct buffer *buffer, uint64_t value, size_t size)
{
	put(buffer, &value, size);
}

static void align(struct buffer *buffer, size_t to)
{
	while (buffer->size % to)
		put_number(buffer, 0, 1);
}

/* A kernel's symbols --------------------------------------------------------- */

/* Per-cpu offsets first, as in a kernel; one name is there three times; one is very long. */
void make_symbols(struct test_symbol *symbols, enum order order)
{
	bool percpu = order != OFFSETS_LAST_UNSIGNED && order != ADDRESSES_FIRST;

	for (size_t i = 0; i < SYMBOLS; i++) {
		struct test_symbol *s = &symbols[i];

		s->address = TEXT_ADDRESS + i * 8;
		snprintf(s->name, sizeof(s->name), "%cfunction_%zu", i % 2 ? 't' : 'T', i);
		if (percpu && i < 5) {
			s->address = i * 64;
			snprintf(s->name, sizeof(s->name), "dvariable_%zu", i);
		}
	}
	strcpy(symbols[100].name, "tsame");
	strcpy(symbols[200].name, "tsame");
	strcpy(symbols[300].name, "Tsame");
	symbols[201].address = symbols[200].address;
	memset(symbols[400].name, 'x', 250);
	symbols[400].name[0] = 't';
	symbols[SYMBOLS - 1].address = RODATA_ADDRESS;
	strcpy(symbols[SYMBOLS - 1].name, "Rlinux_banner");
}

static void put_offsets(struct buffer *out, const struct test_symbol *symbols, enum order order)
{
	for (size_t i = 0; i < SYMBOLS; i++) {
		uint64_t address = symbols[i].address;

		if (order == ADDRESSES_FIRST)
			put_number(out, address, 8);
		else if (order == OFFSETS_LAST_UNSIGNED)
			put_number(out, address - TEXT_ADDRESS, 4);
		else if (address < TEXT_ADDRESS)
			put_number(out, address, 4);
		else
			put_number(out, TEXT_ADDRESS - address - 1, 4);
	}
	align(out, 8);
	if (order != ADDRESSES_FIRST)
		put_number(out, TEXT_ADDRESS, 8);
}

/* Token 1 means "function_", every printable character itself. */
static void put_names(struct buffer *out, const struct test_symbol *symbols)
{
	struct buffer markers = {0};
	size_t begin;

	put_number(out, SYMBOLS, 8);
	begin = out->size;
	for (size_t i = 0; i < SYMBOLS; i++) {
		uint8_t packed[300];
		size_t length = 0;

		for (const char *c = symbols[i].name; *c; c++) {
			bool token = strncmp(c, "function_", 9) == 0;

			packed[length++] = token ? 1 : *c;
			c += token ? 8 : 0;
		}
		if (i % 256 == 0)
			put_number(&markers, out->size - begin, 4);
		if (length > 0x7f)
			put_number(out, (length & 0x7f) | 0x80 | (length >> 7) << 8, 2);
		else
			put_number(out, length, 1);
		put(out, packed, length);
	}
	align(out, 8);
	put(out, markers.data, markers.size);
	align(out, 8);
	free(markers.data);
}

static void put_seqs(struct buffer *out)
{
	for (size_t i = 0; i < SYMBOLS; i++)
		put(out, (uint8_t[]){0, i >> 8, i}, 3);
	align(out, 8);
}

static void put_tokens(struct buffer *out)
{
	uint16_t index[256];
	size_t begin = out->size;

	for (size_t i = 0; i < 256; i++) {
		char one[2] = {i > ' ' && i < 0x7f ? i : 0};
		const char *token = i == 1 ? "function_" : one;

		index[i] = out->size - begin;
		put(out, token, strlen(token) + 1);
	}
	align(out, 8);
	put(out, index, sizeof(index));
}

/* The contents of .rodata. */
static struct buffer make_rodata(enum order order)
{
	static struct test_symbol symbols[SYMBOLS];
	struct buffer out = {0};

	make_symbols(symbols, order);
	put(&out, BANNER, sizeof(BANNER));
	align(&out, 8);
	for (size_t i = 0; i < 300; i++)
		put_number(&out, i * 0x9e3779b97f4a7c15ull, 8); /* data that mean nothing here */

	bool last = order == OFFSETS_LAST || order == OFFSETS_LAST_UNSIGNED;

	if (!last)
		put_offsets(&out, symbols, order);
	put_names(&out, symbols);
	if (!last && order != OFFSETS_FIRST_NO_SEQS)
		put_seqs(&out);
	put_tokens(&out);
	if (last) {
		put_offsets(&out, symbols, order);
		put_seqs(&out);
	}
	put_number(&out, 0x0123456789abcdef, 8);
	return out;
}

/* Files ---------------------------------------------------------------------- */

static void put_note(struct buffer *out, const char *name, uint32_t type, const void *data,
		     uint32_t size)
{
	put_number(out, strlen(name) + 1, 4);
	put_number(out, size, 4);
	put_number(out, type, 4);
	put(out, name, strlen(name) + 1);
	align(out, 4);
	put(out, data, size);
	align(out, 4);
}

/* An ELF file with the sections of a kernel that the reader needs. */
struct buffer make_vmlinux(enum order order)
{
	static const char names[] = "\0.text\0.rodata\0.notes\0.bss\0.shstrtab";
	struct buffer notes = {0};
	struct buffer rodata = make_rodata(order);
	struct buffer out = {0};
	Elf64_Shdr sections[6] = {0};
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = ARRAY_SIZE(sections),
		.e_shstrndx = 5,
	};

	put_note(&notes, "Xen", 6, "linux", 6);
	put_note(&notes, "GNU", NT_GNU_BUILD_ID, "\xde\xad\xbe\xef", 4);

	put(&out, &header, sizeof(header));
	sections[1] = (Elf64_Shdr){.sh_name = 1,
				   .sh_type = SHT_PROGBITS,
				   .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
				   .sh_addr = TEXT_ADDRESS,
				   .sh_size = TEXT_SIZE,
				   .sh_offset = out.size};
	for (size_t i = 0; i < TEXT_SIZE; i++)
		put_number(&out, i % 251, 1);
	sections[2] = (Elf64_Shdr){.sh_name = 7,
				   .sh_type = SHT_PROGBITS,
				   .sh_flags = SHF_ALLOC,
				   .sh_addr = RODATA_ADDRESS,
				   .sh_size = rodata.size,
				   .sh_offset = out.size};
	put(&out, rodata.data, rodata.size);
	sections[3] = (Elf64_Shdr){.sh_name = 15,
				   .sh_type = SHT_NOTE,
				   .sh_flags = SHF_ALLOC,
				   .sh_addr = NOTES_ADDRESS,
				   .sh_size = notes.size,
				   .sh_offset = out.size};
	put(&out, notes.data, notes.size);
	sections[4] = (Elf64_Shdr){.sh_name = 22,
				   .sh_type = SHT_NOBITS,
				   .sh_flags = SHF_ALLOC | SHF_WRITE,
				   .sh_addr = NOTES_ADDRESS + 4096,
				   .sh_size = 1 << 20,
				   .sh_offset = out.size};
	sections[5] = (Elf64_Shdr){.sh_name = 27,
				   .sh_type = SHT_STRTAB,
				   .sh_size = sizeof(names),
				   .sh_offset = out.size};
	put(&out, names, sizeof(names));
	align(&out, 8);
	((Elf64_Ehdr *)out.data)->e_shoff = out.size;
	put(&out, sections, sizeof(sections));
	free(notes.data);
	free(rodata.data);
	return out;
}

static size_t pack_xz(const struct buffer *in, uint8_t *out, size_t room)
{
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{LZMA_FILTER_X86, NULL}, {LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	size_t size = 0;

	assert_false(lzma_lzma_preset(&options, 1));
	assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL, in->data,
						   in->size, out, &size, room),
			 LZMA_OK);
	return size;
}

static size_t pack_gzip(const struct buffer *in, uint8_t *out, size_t room)
{
	z_stream stream = {
		.next_in = in->data, .avail_in = in->size, .next_out = out, .avail_out = room};

	assert_int_equal(
		deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out - 4; /* gzip's own last four bytes are the size */
}

/* Two blocks, as `lz4 -l` makes of data that is larger than one. */
static size_t pack_lz4(const struct buffer *in, uint8_t *out, size_t room)
{
	const size_t sizes[] = {in->size / 3, in->size - in->size / 3};
	const uint8_t *next = in->data;
	size_t size = 4;

	memcpy(out, "\x02\x21\x4c\x18", 4);
	for (size_t i = 0; i < 2; i++) {
		uint32_t done = LZ4_compress_default((const char *)next, (char *)out + size + 4,
						     (int)sizes[i], (int)(room - size - 4));

		assert_int_not_equal(done, 0);
		memcpy(out + size, &done, 4);
		size += 4 + done;
		next += sizes[i];
	}
	return size;
}

/* A bzImage: boot sector with the setup header, one more sector, the payload, a tail. */
struct buffer make_bzimage(const struct buffer *vmlinux, enum packing packing)
{
	struct buffer out = {0};
	size_t room = vmlinux->size + 4096;
	uint8_t *packed = malloc(room);
	uint8_t boot[1024] = {0};
	size_t size = 4;

	if (packing == XZ)
		size = pack_xz(vmlinux, packed, room);
	else if (packing == ZSTD)
		size = ZSTD_compress(packed, room, vmlinux->data, vmlinux->size, 3);
	else if (packing == GZIP)
		size = pack_gzip(vmlinux, packed, room);
	else if (packing == LZ4)
		size = pack_lz4(vmlinux, packed, room);
	else
		memcpy(packed, "BZh9", 4);

	boot[0x1f1] = 1;
	boot[0x1fe] = 0x55;
	boot[0x1ff] = 0xaa;
	memcpy(boot + 0x202, "HdrS\x0f\x02", 6);
	boot[0x248] = 16; /* payload_offset */
	uint32_t length = size + 4;
	memcpy(boot + 0x24c, &length, 4);

	put(&out, boot, sizeof(boot));
	put(&out, "protected mode..", 16);
	put(&out, packed, size);
	put_number(&out, vmlinux->size, 4);
	put(&out, "tail", 4);
	free(packed);
	return out;
}
