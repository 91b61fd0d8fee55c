// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel image reader, on kernels small enough to be built here: an ELF
 * file with .text, .rodata (with kallsyms tables in the known orders), .notes,
 * packed as a bzImage by each compression; and on damaged copies of them. With
 * LPATCH_TEST_KERNEL=FILE, a real kernel is read too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <elf.h>
#include <string.h>

#include <cmocka.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "common/kernel_image.h"

#define TEXT_ADDRESS   0xffffffff81000000ull
#define RODATA_ADDRESS 0xffffffff82000000ull
#define NOTES_ADDRESS  0xffffffff82800000ull
#define TEXT_SIZE      8192
#define SYMBOLS        600 /* more than two markers' worth */
#define BANNER         "Linux version 6.1.0-test (who@where) #1\n"

/* Bytes that grow ---------------------------------------------------------- */

struct buffer {
	uint8_t *data;
	size_t size;
};

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

enum order {
	OFFSETS_FIRST,         /* Linux 6.1, with seqs_of_names */
	OFFSETS_FIRST_NO_SEQS, /* Linux 6.1 before 6.1.22 or so */
	OFFSETS_LAST,          /* Linux 6.4 and later */
	OFFSETS_LAST_UNSIGNED, /* without CONFIG_KALLSYMS_ABSOLUTE_PERCPU */
	ADDRESSES_FIRST,       /* without CONFIG_KALLSYMS_BASE_RELATIVE */
	ORDERS,
};

struct test_symbol {
	uint64_t address;
	char name[300]; /* type first */
};

/* Per-cpu offsets first, as in a kernel; one name is there three times; one is very long. */
static void make_symbols(struct test_symbol *symbols, enum order order)
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

/* Token 1 stands for "function_", every printable character for itself. */
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
static struct buffer make_vmlinux(enum order order)
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

enum packing { XZ, ZSTD, GZIP, BZIP2, PACKINGS };

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

/* A bzImage: boot sector with the setup header, one more sector, the payload, a tail. */
static struct buffer make_bzimage(const struct buffer *vmlinux, enum packing packing)
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

/* Opens a kernel of these bytes through a file. */
static struct lp_error *open_bytes(const void *data, size_t size, struct kernel_image **image)
{
	char path[] = "/tmp/lpatch-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);

	struct lp_error *error = kernel_image_open(path, image);

	unlink(path);
	return error;
}

static struct kernel_image *must_open(const struct buffer *file)
{
	struct kernel_image *image;
	struct lp_error *error = open_bytes(file->data, file->size, &image);

	if (error)
		fail_msg("%s", error->message);
	return image;
}

/* The file must be refused with one line that has `text` in it. */
static void must_refuse(const void *data, size_t size, const char *text)
{
	struct kernel_image *image;
	_cleanup_error_ struct lp_error *error = open_bytes(data, size, &image);

	assert_null(image);
	assert_non_null(error);
	assert_null(strchr(error->message, '\n'));
	if (!strstr(error->message, text))
		fail_msg("\"%s\" does not say \"%s\"", error->message, text);
}

/* Tests ---------------------------------------------------------------------- */

static void check_symbols(const struct kernel_image *image, enum order order)
{
	static struct test_symbol expected[SYMBOLS];
	const struct symbol_table *table = kernel_image_symbols(image);

	make_symbols(expected, order);
	assert_int_equal(table->count, SYMBOLS);
	for (size_t i = 0; i < SYMBOLS; i++) {
		assert_int_equal(table->symbols[i].address, expected[i].address);
		assert_int_equal(table->symbols[i].type, expected[i].name[0]);
		assert_string_equal(table->symbols[i].name, expected[i].name + 1);
	}
}

static void symbols_are_decoded_from_every_order_of_tables(void **state)
{
	(void)state;
	for (enum order order = 0; order < ORDERS; order++) {
		struct buffer vmlinux = make_vmlinux(order);
		_cleanup_kernel_image_ struct kernel_image *image = must_open(&vmlinux);

		check_symbols(image, order);
		free(vmlinux.data);
	}
}

static void every_compression_gives_the_same_kernel(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);

	(void)state;
	for (enum packing packing = XZ; packing <= GZIP; packing++) {
		struct buffer bzimage = make_bzimage(&vmlinux, packing);
		_cleanup_kernel_image_ struct kernel_image *image = must_open(&bzimage);
		size_t size;
		const uint8_t *elf = kernel_image_elf(image, &size);

		assert_int_equal(size, vmlinux.size);
		assert_memory_equal(elf, vmlinux.data, size);
		check_symbols(image, OFFSETS_FIRST);
		free(bzimage.data);
	}
	free(vmlinux.data);
}

static void an_unknown_compression_is_named(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	struct buffer bzimage = make_bzimage(&vmlinux, BZIP2);

	(void)state;
	must_refuse(bzimage.data, bzimage.size, "bzip2");
	free(bzimage.data);
	free(vmlinux.data);
}

static void build_id_banner_and_release_are_found(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	_cleanup_kernel_image_ struct kernel_image *image = must_open(&vmlinux);

	(void)state;
	assert_string_equal(kernel_image_build_id(image), "deadbeef");
	assert_string_equal(kernel_image_banner(image), "Linux version 6.1.0-test (who@where) #1");
	assert_string_equal(kernel_image_release(image), "6.1.0-test");
	free(vmlinux.data);
}

static void bytes_are_given_inside_sections_only(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	_cleanup_kernel_image_ struct kernel_image *image = must_open(&vmlinux);
	const uint8_t *bytes = kernel_image_bytes(image, TEXT_ADDRESS + 1000, 4);

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(bytes[3], 1003 % 251);
	assert_non_null(kernel_image_bytes(image, TEXT_ADDRESS, TEXT_SIZE));
	assert_null(kernel_image_bytes(image, TEXT_ADDRESS, TEXT_SIZE + 1));
	assert_null(kernel_image_bytes(image, TEXT_ADDRESS + 1, SIZE_MAX));
	assert_null(kernel_image_bytes(image, TEXT_ADDRESS - 1, 1));
	assert_null(kernel_image_bytes(image, NOTES_ADDRESS + 4096, 1)); /* .bss has none */
	assert_int_equal(kernel_image_available(image, TEXT_ADDRESS + TEXT_SIZE - 3), 3);
	assert_int_equal(kernel_image_available(image, TEXT_ADDRESS + TEXT_SIZE), 0);
	free(vmlinux.data);
}

static void symbols_are_found_by_name_and_address(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	_cleanup_kernel_image_ struct kernel_image *image = must_open(&vmlinux);
	const struct symbol_table *table = kernel_image_symbols(image);
	const struct kernel_symbol *s = symbol_table_find_name(table, "same");

	(void)state;
	assert_ptr_equal(s, &table->symbols[100]);
	assert_int_equal(symbol_table_position(table, s), 1);
	assert_int_equal(s->size, 8);
	s = symbol_table_next(table, s);
	assert_ptr_equal(s, &table->symbols[200]);
	assert_int_equal(symbol_table_position(table, s), 2);
	assert_int_equal(s->size, 16); /* the next one has the same address */
	s = symbol_table_next(table, s);
	assert_ptr_equal(s, &table->symbols[300]);
	assert_null(symbol_table_next(table, s));
	assert_null(symbol_table_find_name(table, "nowhere"));
	assert_int_equal(symbol_table_position(table, &table->symbols[50]), 0);

	assert_ptr_equal(symbol_table_find_address(table, table->symbols[200].address + 3),
			 &table->symbols[200]);
	assert_ptr_equal(symbol_table_find_address(table, 65), &table->symbols[1]);
	assert_ptr_equal(symbol_table_find_address(table, UINT64_MAX),
			 &table->symbols[SYMBOLS - 1]);
	free(vmlinux.data);
}

static void what_is_no_kernel_is_refused(void **state)
{
	struct kernel_image *image;
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	_cleanup_error_ struct lp_error *missing = kernel_image_open("/nowhere/vmlinuz", &image);
	_cleanup_error_ struct lp_error *folder = kernel_image_open("/", &image);

	(void)state;
	assert_non_null(strstr(missing->message, "/nowhere/vmlinuz"));
	assert_non_null(strstr(missing->message, "No such file"));
	assert_non_null(folder);
	must_refuse("", 0, "empty");
	must_refuse("not a kernel\n", 13, "neither a bzImage nor a vmlinux");
	((Elf64_Ehdr *)vmlinux.data)->e_machine = EM_AARCH64;
	must_refuse(vmlinux.data, vmlinux.size, "not for x86-64");
	free(vmlinux.data);
}

static void a_kernel_without_symbols_is_refused(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	uint8_t *token = memmem(vmlinux.data, vmlinux.size, "function_\0", 10);

	(void)state;
	assert_non_null(token);
	*token = 0;
	must_refuse(vmlinux.data, vmlinux.size, "no symbols");
	free(vmlinux.data);
}

static void every_truncation_is_refused(void **state)
{
	struct buffer vmlinux = make_vmlinux(OFFSETS_FIRST);
	struct buffer bzimage = make_bzimage(&vmlinux, XZ);

	(void)state;
	for (size_t size = 1; size < vmlinux.size; size += size < 100 ? 1 : 97)
		must_refuse(vmlinux.data, size, "");
	for (size_t size = 1; size < bzimage.size - 4; size += size < 700 ? 1 : 7)
		must_refuse(bzimage.data, size, "");
	free(bzimage.data);
	free(vmlinux.data);
}

/* A flipped bit may go unseen, but is never read out of bounds (ASan watches) nor half refused. */
static void flip_bits(const struct buffer *file, size_t step)
{
	for (size_t bit = 0; bit < file->size * 8; bit += step) {
		struct kernel_image *image;

		file->data[bit / 8] ^= 1 << bit % 8;
		_cleanup_error_ struct lp_error *error = open_bytes(file->data, file->size, &image);

		assert_true(!error == !!image);
		if (image)
			kernel_image_available(image, TEXT_ADDRESS);
		kernel_image_free(image);
		file->data[bit / 8] ^= 1 << bit % 8;
	}
}

static void flipped_bits_do_no_harm(void **state)
{
	(void)state;
	for (enum order order = OFFSETS_FIRST; order < ORDERS; order++) {
		struct buffer vmlinux = make_vmlinux(order);
		struct buffer bzimage = make_bzimage(&vmlinux, order % PACKINGS);

		flip_bits(&vmlinux, 389);
		flip_bits(&bzimage, 101);
		free(bzimage.data);
		free(vmlinux.data);
	}
}

static void a_stock_kernel_is_read(void **state)
{
	const char *path = getenv("LPATCH_TEST_KERNEL");
	_cleanup_kernel_image_ struct kernel_image *image = NULL;

	(void)state;
	if (!path)
		skip();

	_cleanup_error_ struct lp_error *error = kernel_image_open(path, &image);

	if (error)
		fail_msg("%s", error->message);

	const struct symbol_table *table = kernel_image_symbols(image);
	const struct kernel_symbol *function = symbol_table_find_name(table, "tcp_v4_rcv");

	assert_true(table->count > 50000);
	assert_int_equal(strlen(kernel_image_build_id(image)), 40);
	assert_non_null(strstr(path, kernel_image_release(image)));
	assert_non_null(function);
	assert_int_equal(function->type, 'T');
	assert_non_null(kernel_image_bytes(image, function->address, function->size));
	assert_ptr_equal(symbol_table_find_address(table, function->address + 5), function);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbols_are_decoded_from_every_order_of_tables),
		cmocka_unit_test(every_compression_gives_the_same_kernel),
		cmocka_unit_test(an_unknown_compression_is_named),
		cmocka_unit_test(build_id_banner_and_release_are_found),
		cmocka_unit_test(bytes_are_given_inside_sections_only),
		cmocka_unit_test(symbols_are_found_by_name_and_address),
		cmocka_unit_test(what_is_no_kernel_is_refused),
		cmocka_unit_test(a_kernel_without_symbols_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(flipped_bits_do_no_harm),
		cmocka_unit_test(a_stock_kernel_is_read),
	};

	return cmocka_run_group_tests_name("kernel image", tests, NULL, NULL);
}
