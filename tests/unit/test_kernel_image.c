// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel image reader, on kernels made by tiny_kernel.c and on damaged copies
 * of them. With LPATCH_TEST_KERNEL=FILE, a real kernel is read too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <elf.h>
#include <string.h>

#include <cmocka.h>

#include "common/kernel_image.h"
#include "tests/unit/tiny_kernel.h"

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
	for (enum packing packing = XZ; packing <= LZ4; packing++) {
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
